"""The reference of the command line: every command with its arguments, read off the parsers themselves."""

from __future__ import annotations

import argparse
import re
from importlib import import_module

from docs.generate.markdown import one_line, table
from jmt.cli.main import COMMANDS, GROUPS, home_of

HEAD = """\
# Command line

<!-- Written by `python -m docs.generate` from the commands' own parsers; edit their help instead. -->

`jmt COMMAND --help` says the same in the terminal.

Data goes to stdout. Logs, progress and errors go to stderr. `-` as a file means stdin or stdout.

| Exit code | Meaning |
| --- | --- |
| 0 | done |
| 1 | the run failed; the message says why |
| 2 | the command line or the configuration is wrong |
| 70 | `jmt serve`: only a new process helps |
| 130, 143 | stopped by Ctrl-C or by SIGTERM |

`MODEL` is a folder of a run or of a checkpoint, the name of an installed model, or a hub id.
[Models](models.md) has the rules.
"""


PURPOSES = {
    "training": "On the way to a trained model",
    "annotating": "With a trained model",
    "experiments": "With many runs",
}


def command_line_page() -> str:
    """Return the page."""
    listings = [
        f"{PURPOSES[group]}:\n\n"
        + table(["Command", "What it does"], [[f"[`{name}`](#jmt-{name})", about] for name, about in commands.items()])
        + "\n"
        for group, commands in GROUPS.items()
    ]
    return "\n".join([HEAD, *listings, *(command(parser_of(name)) for name in COMMANDS)])


def parser_of(name: str) -> argparse.ArgumentParser:
    """Build the parser of one command, as `jmt` does."""
    module = import_module(home_of(name))
    parser = argparse.ArgumentParser(prog=f"jmt {name}", description=module.__doc__, allow_abbrev=False)
    module.add_arguments(parser)
    return parser


def command(parser: argparse.ArgumentParser, depth: int = 2, about: str = "") -> str:
    """Return a command, and the actions it is made of, as headings and tables; `about` stands in for a description."""
    first, _, rest = (parser.description or about).strip().partition("\n")
    parts = [f"{'#' * depth} {parser.prog}", first]
    parts += map(paragraph, rest.strip("\n").split("\n\n") if rest.strip() else [])
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    rows = [row(action) for action in parser._actions if action not in inner and action.dest != "help"]
    if rows:
        parts.append(table(["Argument", "Meaning"], rows))
    texts = ["\n\n".join(parts) + "\n"]
    for actions in inner:
        told = {choice.dest: choice.help or "" for choice in actions._choices_actions}
        texts += [command(sub, depth + 1, told.get(name, "")) for name, sub in actions.choices.items()]
    return "\n".join(texts)


def paragraph(text: str) -> str:
    """Return a paragraph of a command's docstring: in a fence where it is laid out by hand."""
    by_hand = any(line.startswith("  ") for line in text.splitlines())
    return f"```text\n{text}\n```" if by_hand else re.sub(r"(?<=\S)  +", " ", text)


def row(action: argparse.Action) -> list[str]:
    """Return one argument as it is written, and what it means."""
    value = action.metavar if isinstance(action.metavar, str) else None
    if value is None and action.choices:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    if value is None and action.nargs != 0:
        value = action.dest.upper()
    names = ", ".join(action.option_strings)
    shown = f"{names} {value}" if names and value and action.nargs != 0 else names or str(value)
    meaning = one_line((action.help or f"default: {action.default}") % vars(action))
    return [f"`{shown}`", meaning + (" (required)" if action.required and action.option_strings else "")]
