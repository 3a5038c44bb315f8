"""Answer over HTTP: annotate texts and compare sentences, as JSON.

The address is this machine's own unless --host says otherwise; others are let in by keys only.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jmt.cli.options.computing import add_device, add_engine
from jmt.cli.options.model_choice import add_model, chosen_model
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.terminal.console import guard, say
from jmt.cli.terminal.output import write_data
from jmt.errors import ConfigError
from jmt.safety.extras import LIBRARIES, require

if TYPE_CHECKING:
    from socket import socket

    from jmt.segmentation import Segmenter
    from jmt.serve.asking.keys import Keys
    from jmt.serve.settings import Settings
    from jmt.serve.transport.hosts import Hosts
    from jmt.serve.watching.logs import LogFormat

_EXAMPLE = """{"texts": ["She reads a book."]}"""
_KEY_FILE = "JMT_API_KEY_FILE"
_HOSTS = "JMT_ALLOWED_HOSTS"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; every limit is a flag of its own."""
    from jmt.serve.settings import flag_of, help_of, variable_of

    add_model(parser)
    add_segmenter(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one (default %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes, each with the model (default %(default)s)")
    add_device(parser)
    add_engine(parser)
    parser.add_argument(
        "--precision", choices=("float32", "bfloat16"), default="float32", help="bfloat16 is faster on a GPU"
    )
    parser.add_argument(
        "--threads", type=int, default=1, help="threads of one tensor operation on a CPU (default %(default)s)"
    )
    keys = parser.add_argument_group("keys")
    keys.add_argument("--api-key-file", metavar="FILE", help=f"lines `NAME sha256:HEX` ({_KEY_FILE})")
    keys.add_argument(
        "--new-key", metavar="NAME", help="make a key: its line goes to stdout, itself to stderr; no more"
    )
    keys.add_argument("--insecure-no-auth", action="store_true", help="let others in without keys")
    parser.add_argument(
        "--allowed-hosts",
        metavar="NAMES",
        help=f"names in the header Host that are answered, with commas between; localhost always is ({_HOSTS})",
    )
    logs = parser.add_argument_group("log")
    logs.add_argument("--access-log", action="store_true", help="a line per request: its route and times, never text")
    logs.add_argument("--log-format", choices=("auto", "json", "text"), default="auto", help="auto: text on a terminal")
    limits = parser.add_argument_group("limits", "each may also be set by the environment variable named")
    for name, default, meaning in help_of():
        limits.add_argument(
            flag_of(name), type=int, metavar="N", help=f"{meaning} (default {default:,}; {variable_of(name)})"
        )


def run(arguments: argparse.Namespace) -> int:
    """Load the model, listen, and answer until a signal."""
    if arguments.new_key is not None:
        return _print_new_key(arguments.new_key)
    plan = _plan_of(arguments)
    from jmt.serve.transport.hosts import hosts_of
    from jmt.serve.transport.server import bind, is_loopback, leave, must_leave
    from jmt.serve.watching.logs import log_to_stderr

    with bind(arguments.host, arguments.port) as listener:  # before the model is loaded: a taken port is said at once
        _check_exposure(listener, plan.keys, open_to_all=arguments.insecure_no_auth)
        plan = replace(plan, hosts=hosts_of(arguments.host, names_in(arguments), only_here=is_loopback(listener)))
        say(f"jmt: loading {plan.model}")
        if arguments.workers == 1:
            code = plan.serve(
                listener,
                lambda: _say_example(listener, plan.keys),
                on_loaded=lambda: _announce(listener, plan.model),
            )
        else:
            from jmt.serve.transport.workers import run_workers

            log_to_stderr(plan.log_format)
            listener.listen(plan.settings.max_connections)
            _announce(listener, plan.model)
            _say_example(listener, plan.keys, "once a process is ready")
            code = run_workers(arguments.workers, listener, plan.work, drain_seconds=plan.drain_seconds)
    say("jmt: stopped")
    if must_leave(code):
        leave(code)
    return code


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a process has to know to serve; small, so that it can be handed to a new one."""

    model: str
    device: str
    precision: str
    segmenter: str
    engine: str
    threads: int
    settings: Settings
    keys: Keys | None
    access_log: bool
    log_format: LogFormat
    hosts: Hosts | None = None
    """The names that are answered; known once the address is."""

    @property
    def drain_seconds(self) -> int:
        """How long ending may take in all."""
        return self.settings.drain_delay_seconds + self.settings.drain_seconds

    def work(self, listener: socket, on_warm: Callable[[], None]) -> int:
        """Serve as one of several processes; gives the exit code."""
        from jmt.serve.transport.server import leave, must_leave

        code = guard(lambda: self.serve(listener, on_warm, warm_first=True))
        if must_leave(code):
            leave(code)
        return code

    def serve(
        self,
        listener: socket,
        on_warm: Callable[[], None],
        *,
        warm_first: bool = False,
        on_loaded: Callable[[], None] = lambda: None,
    ) -> int:
        """Load the model and answer until a signal; gives the exit code."""
        import jmt
        from jmt.serve.app import create_app
        from jmt.serve.transport.server import serve
        from jmt.serve.watching.logs import log_to_stderr

        annotator = jmt.load(
            self.model,
            device=self.device,
            precision=self.precision,
            batch_tokens=self.settings.max_batch_tokens,
            segmenter=self.segmenter,
            engine=self.engine,
        )
        # More of them slow each other down on a shared machine.
        annotator.predictor.engine.limit_threads(self.threads)
        _warn_of_texts(annotator.segmenter)
        log_to_stderr(self.log_format)
        listener.listen(
            self.settings.max_connections
        )  # from here on clients are answered: "not ready" until it is warm
        on_loaded()
        return serve(
            listener,
            lambda on_fatal: create_app(
                annotator,
                self.settings,
                keys=self.keys,
                log_requests=self.access_log,
                warm_first=warm_first,
                on_warm=on_warm,
                on_fatal=on_fatal,
            ),
            self.hosts,
        )


def _warn_of_texts(segmenter: Segmenter) -> None:
    """Say at the start where nothing here splits raw text: clients are told to send words, and not why."""
    from jmt.segmentation import RuleSegmenter

    if isinstance(segmenter, RuleSegmenter) and segmenter.refusal:
        say(f"jmt: warning: raw text is refused, words are answered: {segmenter.refusal}")


def _plan_of(arguments: argparse.Namespace) -> Plan:
    """Check what was asked for; raises ConfigError or JmtError where it cannot be done."""
    from jmt.serve.settings import help_of, settings_from

    _check_range("--port", arguments.port, 0, 65_535)
    _check_range("--threads", arguments.threads, 1, 1_024)
    _check_range("--workers", arguments.workers, 1, 256)
    settings = settings_from({name: getattr(arguments, name) for name, _, _ in help_of()}, os.environ)
    require("`jmt serve`", *LIBRARIES["serve"])
    from jmt.serve.asking.keys import read_keys

    key_file = arguments.api_key_file or os.environ.get(_KEY_FILE)
    return Plan(
        model=chosen_model(arguments),
        device=arguments.device,
        precision=arguments.precision,
        segmenter=arguments.segmenter,
        engine=arguments.engine,
        threads=arguments.threads,
        settings=settings,
        keys=read_keys(key_file) if key_file else None,
        access_log=arguments.access_log,
        log_format=arguments.log_format,
    )


def names_in(arguments: argparse.Namespace) -> list[str]:
    """Give the names that the service was told to answer to, as they were written."""
    written = os.environ.get(_HOSTS, "") if arguments.allowed_hosts is None else arguments.allowed_hosts
    return written.split(",") if written.strip() else []


def _print_new_key(name: str) -> int:
    """Make a key: the line for the file of keys on stdout, the key itself on stderr."""
    from jmt.serve.asking.keys import make_key

    key, line = make_key(name)
    say(f"jmt: the key of {name}, shown this once: {key}")
    write_data(f"{line}\n")
    return 0


def _announce(listener: socket, model: str) -> None:
    """Say where the model answers."""
    from jmt.serve.transport.server import is_loopback, url_of

    url = url_of(listener)
    if not is_loopback(listener):
        say("jmt: warning: others can reach this address, and what they send is not encrypted")
    say(f"jmt: serving {model} at {url} (Ctrl-C ends it)")


def _say_example(listener: socket, keys: Keys | None, when: str = "ready") -> None:
    """Say a line to try, once it will be answered."""
    from jmt.serve.transport.server import url_of

    key = " -H 'Authorization: Bearer KEY'" if keys else ""
    say(f"jmt: {when}; try:")
    say(f"  curl {url_of(listener)}/v1/annotate{key} -H 'Content-Type: application/json' -d '{_EXAMPLE}'")


def _check_exposure(listener: socket, keys: Keys | None, *, open_to_all: bool) -> None:
    """Refuse to let others in without keys, unless that is asked for by name."""
    from jmt.serve.transport.server import is_loopback, url_of

    if keys is None and not open_to_all and not is_loopback(listener):
        raise ConfigError(
            f"others can reach {url_of(listener)}: give --api-key-file FILE (`jmt serve --new-key NAME` makes its "
            "lines), or say --insecure-no-auth"
        )


def _check_range(flag: str, value: int, lowest: int, highest: int) -> None:
    """Refuse a number outside what it can mean."""
    if not lowest <= value <= highest:
        raise ConfigError(f"{flag} is {value}; it has to be from {lowest} to {highest}")
