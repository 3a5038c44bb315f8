"""Write a commented configuration to start from: a copy of a packaged one, or one that goes on from a trained model.

With --from MODEL it has the model's language, encoder and tasks as they are, settings that suit little data, and tables
for your corpora, which are to be filled in.  NAME is then what the file is called.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.options.task_list import add_tasks, named_tasks
from jmt.cli.terminal.output import write_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="a packaged configuration, as in `jmt train NAME`; free beside --from"
    )
    parser.add_argument("--from", metavar="MODEL", dest="start_from", help=f"the model to go on from: {MODEL_HELP}")
    add_tasks(parser, meaning="--from only: the tasks to train, as in upos,dep; left out: all of the model")
    parser.add_argument(
        "--output", metavar="FILE", help="where to write it, `-` for stdout; left out: NAME.toml in this folder"
    )


def run(arguments: argparse.Namespace) -> int:
    from jmt.cli.terminal.console import say
    from jmt.errors import InputError

    target = Path(arguments.output or f"{_name(arguments)}.toml")
    text = _text(arguments, "CONFIG" if arguments.output == "-" else str(target))
    if arguments.output == "-":
        write_data(text)
        return 0
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"`{target}` exists and is left alone: choose another name with --output FILE") from None
    said = f" --from {arguments.start_from}" if arguments.start_from else ""
    todo = "name your corpora in it" if arguments.start_from else "edit it"
    say(f"wrote {target}; {todo}, look with `jmt check {target}`, train with `jmt train {target}{said}`")
    return 0


def _name(arguments: argparse.Namespace) -> str:
    """Return what the file is called without its ending: NAME, or after the model."""
    from jmt.errors import ConfigError

    if arguments.name:
        return str(arguments.name)
    if not arguments.start_from:
        raise ConfigError("name a packaged configuration (`jmt init demo`), or a model: `jmt init --from MODEL`")
    model = Path(arguments.start_from.partition("@")[0])
    return f"from-{(model.parent if model.name in ('best', 'last') else model).resolve().name}"


def _text(arguments: argparse.Namespace, file: str) -> str:
    """Return the configuration that is asked for."""
    from jmt.errors import ConfigError

    if arguments.start_from:
        from jmt.runs.config import draft_config

        return draft_config(arguments.start_from, file=file, tasks=named_tasks(arguments.tasks))
    if arguments.tasks:
        raise ConfigError("--tasks goes with --from MODEL: a packaged configuration is copied as it is")
    return _read_packaged(arguments.name)


def _read_packaged(name: str) -> str:
    """Read the text of a packaged configuration, or say which ones there are."""
    from importlib.resources import files

    from jmt.errors import ConfigError
    from jmt.models.places import installed_models

    folder = files("jmt.configs")
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name in names:
        return (folder / f"{name}.toml").read_text(encoding="utf-8")
    if name in installed_models() or Path(name).is_dir():
        raise ConfigError(
            f"`{name}` is a model; a configuration that goes on from it is written by `jmt init --from {name}`"
        )
    raise ConfigError(f"no packaged configuration is called `{name}`; there are: {', '.join(names)}")
