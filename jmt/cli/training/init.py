"""Write a commented copy of a packaged configuration to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from jmt.cli.terminal.output import write_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a packaged configuration, as in `jmt train NAME`")
    parser.add_argument(
        "--output", metavar="FILE", help="where to write it, `-` for stdout; left out: NAME.toml in this folder"
    )


def run(arguments: argparse.Namespace) -> int:
    from jmt.cli.terminal.console import say
    from jmt.errors import InputError

    text = _read_packaged(arguments.name)
    if arguments.output == "-":
        write_data(text)
        return 0
    target = Path(arguments.output or f"{arguments.name}.toml")
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"`{target}` exists and is left alone: choose another name with --output FILE") from None
    say(f"wrote {target}; edit it, look with `jmt check {target}`, train with `jmt train {target}`")
    return 0


def _read_packaged(name: str) -> str:
    """Read the text of a packaged configuration, or say which ones there are."""
    from importlib.resources import files

    from jmt.errors import ConfigError

    folder = files("jmt.configs")
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in names:
        raise ConfigError(f"no packaged configuration is called `{name}`; there are: {', '.join(names)}")
    return (folder / f"{name}.toml").read_text(encoding="utf-8")
