"""The argument `--model`, alike for every command that has it."""

from __future__ import annotations

import argparse

MODEL_HELP = "a checkpoint folder, a run folder, the name of an installed model, or a hub id (owner/name)"


def add_model(parser: argparse.ArgumentParser) -> None:
    """Declare `--model`."""
    parser.add_argument("--model", metavar="MODEL", help=f"{MODEL_HELP}; left out: en_jmt_md, if it is installed")


def chosen_model(arguments: argparse.Namespace) -> str:
    """Return the model that was named, or the default one; raises ConfigError where that is not installed."""
    from jmt.models.places import default_model

    return arguments.model if arguments.model is not None else default_model()
