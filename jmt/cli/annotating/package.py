"""Make a model for others: a folder with a card, a licence and a notice, and with --wheel one that pip installs.

The folder is DIR/NAME; the card (README.md in it) is generated from what the checkpoint says about its making and from
the figures that --metrics names: files which `jmt evaluate --output` wrote, on gold tokens and on raw text.  Once its
wheel is installed, NAME means the model in every command and in `jmt.load`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import positive, show_written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("name", metavar="NAME", help="what the model is called, as in en_jmt_md")
    parser.add_argument("--output", metavar="DIR", type=Path, default=Path("."), help="where to write (default: here)")
    parser.add_argument(
        "--storage", choices=("float32", "float16", "int8"), default="int8", help="of the weights (default %(default)s)"
    )
    parser.add_argument(
        "--word-minimum", type=positive, default=1, metavar="N", help="drop words that training saw less often (1)"
    )
    parser.add_argument(
        "--ngram-minimum", type=positive, default=1, metavar="N", help="drop n-grams that fewer training forms have (1)"
    )
    parser.add_argument("--wheel", action="store_true", help="write an installable wheel beside the folder, too")
    parser.add_argument("--release", metavar="VERSION", help="version of the model (default: that of jmt)")
    parser.add_argument("--licence", metavar="SPDX", help="of the weights (default: what its corpora ask for)")
    parser.add_argument(
        "--metrics", metavar="FILE", type=Path, action="append", default=[], help="figures for the card"
    )
    parser.add_argument(
        "--segmenter", metavar="MODEL", help="put in what splits raw text in another model (jmt train segmenter)"
    )
    parser.add_argument("--command", metavar="TEXT", help="the command that trains the model again, for the card")
    parser.add_argument(
        "--limit", metavar="TEXT", action="append", default=[], help="a sentence for the card: what the model is bad at"
    )
    parser.add_argument("--card", metavar="FILE", type=Path, help="a card to take instead of the generated one")


def run(arguments: argparse.Namespace) -> int:
    """Write the folder and, where asked for, the wheel; say what was written."""
    check(arguments)

    from jmt import __version__
    from jmt.integrations.packaging import Request, package_model, package_wheel

    request = Request(
        name=arguments.name,
        storage=arguments.storage,
        release=arguments.release or __version__,
        licence=arguments.licence,
        command=arguments.command,
        metrics=arguments.metrics,
        word_minimum=arguments.word_minimum,
        ngram_minimum=arguments.ngram_minimum,
        card=arguments.card,
        limits=arguments.limit,
        segmenter=arguments.segmenter,
    )
    arguments.output.mkdir(parents=True, exist_ok=True)
    folder = package_model(arguments.model, request, arguments.output)
    show_written(folder)
    if arguments.wheel:
        show_written(package_wheel(folder, request, arguments.output))
    return 0


def check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot become a package, before anything is loaded."""
    import re

    from jmt.errors import ConfigError
    from jmt.formats.text import read_text

    if arguments.release and not re.fullmatch(r"\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)?", arguments.release):
        raise ConfigError(f"--release {arguments.release}: a version is needed, such as 1.0 or 1.0.2")
    if arguments.licence and not (arguments.licence.isprintable() and len(arguments.licence) <= 100):
        raise ConfigError("--licence: a name on one line is needed, such as CC-BY-SA-4.0")
    if faulty := [text for text in arguments.limit if not (text.isprintable() and 0 < len(text) <= 500)]:
        raise ConfigError(f"--limit {faulty[0][:40]!a}: one line of at most 500 characters is needed")
    if arguments.card:
        read_text(arguments.card)
