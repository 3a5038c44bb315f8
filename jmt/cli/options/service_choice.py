"""The argument `--url`: a running service instead of a model that is loaded here."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jmt.errors import ConfigError, KeyFormError

if TYPE_CHECKING:
    from jmt.client import Client

_KEY_VARIABLE = "JMT_API_KEY"
"""A key on the command line would be seen by everybody on the machine, so that it comes from the environment."""


def add_url(parser: argparse.ArgumentParser) -> None:
    """Declare `--url`."""
    parser.add_argument(
        "--url",
        metavar="URL",
        help=f"ask a running `jmt serve` and load no model; its key, if it asks for one, is taken from {_KEY_VARIABLE}",
    )


def refuse_model_beside_url(arguments: argparse.Namespace) -> None:
    """Refuse `--model` beside `--url`: the service has a model of its own."""
    if arguments.model is not None:
        raise ConfigError(f"--model {arguments.model} and --url {arguments.url}: the service has its model; give one")


def open_client(url: str, tasks: Sequence[str] | None) -> Client:
    """Return the client of a service, with the key of the environment; an empty variable holds none."""
    import jmt

    try:
        return jmt.Client(url, api_key=os.environ.get(_KEY_VARIABLE) or None, tasks=tasks)
    except KeyFormError as error:
        raise KeyFormError(f"the variable {_KEY_VARIABLE}: {error}") from None
