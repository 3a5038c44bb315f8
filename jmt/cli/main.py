"""`jmt COMMAND ...`: finds the command in a table and imports nothing but that one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from jmt import __version__
from jmt.cli.terminal.console import guard, say
from jmt.safety.extras import needed_for

GROUPS = {
    "training": {
        "init": "write a commented copy of a packaged configuration to start from",
        "check": "look at a configuration and its corpora before any training",
        "methods": "list the methods that weigh tasks against each other",
        "corpora": "list, describe and fetch corpora",
        "vectors": "learn vectors of words and character n-grams",
        "train": "train a cascade",
        "distill": "let a trained cascade teach a smaller one",
        "silver": "make a treebank of raw text: the trees on which several models agree",
        "calibrate": "make confidences come true: one temperature per task, fitted to dev",
        "average": "make one model out of several runs: the mean of their weights",
    },
    "annotating": {
        "annotate": "annotate text: tags, chunks, dependency trees",
        "bulk": "annotate many files, on many processors or machines, every record exactly once",
        "compare": "compare two sentences: relatedness and entailment",
        "evaluate": "score one model, or several side by side",
        "serve": "answer over HTTP",
        "info": "tell what a model is made of and how it was trained",
        "probe": "find out what a model of pairs has understood",
        "benchmark": "measure words per second, level by level",
        "package": "make a model that others can install, with its card and licence",
        "export": "write a model as ONNX graphs, for programs in other languages",
    },
    "experiments": {
        "ablate": "compare networks, the paper's ablations, or methods of weighting, over several seeds",
        "relations": "find out which task helps which: each alone and with each other one, over several seeds",
        "pareto": "compare trained runs on all tasks at once: which none dominates",
    },
}
"""Every command with its one-line help, by what it is for; the module of a command is `jmt.cli.<group>.<command>`."""

COMMANDS = {name: about for commands in GROUPS.values() for name, about in commands.items()}

_USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the run failed, 2 usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guard(lambda: _dispatch(words))


def _dispatch(words: Sequence[str]) -> int:
    """Hand the words after a command's name to that command; anything else is help, version or a usage error."""
    if not words:
        say(_build_overview().format_help().rstrip("\n"))
        return _USAGE_ERROR
    name, *rest = words
    if name not in COMMANDS:
        _build_overview().parse_args([name])  # answers --help and --version
        _refuse_unknown_command(name)
    module = import_module(home_of(name))
    parser = argparse.ArgumentParser(
        prog=f"jmt {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    arguments, unknown = parser.parse_known_args(rest)
    if unknown:
        takes_model = hasattr(arguments, "model") and arguments.model is None and not unknown[0].startswith("-")
        hint = f"; a model goes behind --model, as in --model {unknown[0]}" if takes_model else ""
        parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
    with needed_for(f"`jmt {name}`"):
        return int(module.run(arguments))


def home_of(command: str) -> str:
    """Return the module of a command."""
    group = next(group for group, commands in GROUPS.items() if command in commands)
    return f"jmt.cli.{group}.{command}"


def _build_overview() -> argparse.ArgumentParser:
    """Build the parser of `jmt` itself, which knows the commands by name and help only."""
    width = max(map(len, COMMANDS))
    listing = "\n\n".join(
        "\n".join(f"  {name:<{width}}  {about}" for name, about in commands.items()) for commands in GROUPS.values()
    )
    parser = argparse.ArgumentParser(
        prog="jmt",
        usage="jmt COMMAND [ARGUMENTS]",
        description="One network that climbs from words to meaning: train it, annotate with it, serve it.",
        epilog=f"commands:\n{listing}\n\n`jmt COMMAND --help` explains one of them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"jmt {__version__}")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    return parser


def _refuse_unknown_command(name: str) -> NoReturn:
    """Leave with a usage error that names the nearest command, or all of them."""
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean `jmt {near[0]}`?" if near else f"there are: {', '.join(COMMANDS)}"
    _build_overview().error(f"no command is called `{name}`; {hint}")


if __name__ == "__main__":
    sys.exit(main())
