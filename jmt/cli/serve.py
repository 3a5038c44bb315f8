"""Answer over HTTP: annotate texts and compare sentences, as JSON.

The address is this machine's own unless --host says otherwise: there is no authentication yet.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from jmt.cli.console import say
from jmt.cli.model_choice import add_model, chosen_model
from jmt.errors import ConfigError, JmtError

if TYPE_CHECKING:
    from socket import socket

    from jmt.annotate import Annotator

EXAMPLE = """{"texts": ["She reads a book."]}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; every limit is a flag of its own."""
    from jmt.serve.settings import flag_of, help_of, variable_of

    add_model(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one (default %(default)s)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default %(default)s")
    parser.add_argument(
        "--threads", type=int, default=1, help="threads of one tensor operation on a CPU (default %(default)s)"
    )
    parser.add_argument("--access-log", action="store_true", help="log a line per request: its path, never its text")
    limits = parser.add_argument_group("limits", "each may also be set by the environment variable named")
    for name, default, meaning in help_of():
        limits.add_argument(
            flag_of(name), type=int, metavar="N", help=f"{meaning} (default {default:,}; {variable_of(name)})"
        )


def run(arguments: argparse.Namespace) -> int:
    """Load the model, listen, and answer until a signal."""
    from jmt.serve.settings import help_of, settings_from

    check_range("--port", arguments.port, 0, 65_535)
    check_range("--threads", arguments.threads, 1, 1_024)
    settings = settings_from({name: getattr(arguments, name) for name, _, _ in help_of()}, os.environ)
    check_installed()
    model = chosen_model(arguments)

    from jmt.serve.app import create_app
    from jmt.serve.server import bind, serve

    with bind(arguments.host, arguments.port) as listener:  # before the model is loaded: a taken port is said at once
        app = create_app(load_annotator(model, arguments.device, arguments.threads), settings)
        log_to_stderr()
        listener.listen(2048)  # from here on clients are answered: "not ready" while the model warms up
        announce(listener, model)
        serve(app, listener, drain_seconds=settings.drain_seconds, access_log=arguments.access_log)
    say("jmt: stopped")
    return 0


def announce(listener: socket, model: str) -> None:
    """Say where the model answers, and a line to try."""
    from jmt.serve.server import is_loopback, url_of

    url = url_of(listener)
    if not is_loopback(listener):
        say("jmt: warning: others can reach this address, and there is no authentication")
    say(f"jmt: serving {model} at {url} (Ctrl-C ends it); try:")
    say(f"  curl {url}/v1/annotate -H 'Content-Type: application/json' -d '{EXAMPLE}'")


def check_range(flag: str, value: int, lowest: int, highest: int) -> None:
    """Refuse a number outside what it can mean."""
    if not lowest <= value <= highest:
        raise ConfigError(f"{flag} is {value}; it has to be from {lowest} to {highest}")


def check_installed() -> None:
    """Refuse to start without the libraries of the service, saying how to get them."""
    from importlib.util import find_spec

    missing = [name for name in ("fastapi", "uvicorn", "orjson") if find_spec(name) is None]
    if missing:
        raise JmtError(f"`jmt serve` needs {', '.join(missing)}, not installed here: pip install 'jmt[serve]'")


def load_annotator(model: str, device: str, threads: int) -> Annotator:
    """Load the model for serving, one thread per operation: more of them slow each other down on a shared machine."""
    import torch

    import jmt

    torch.set_num_threads(threads)
    return jmt.load(model, device=device)


def log_to_stderr() -> None:
    """Send the service's log to stderr, one line per event."""
    import logging

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    for name in ("jmt.serve", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.INFO)
