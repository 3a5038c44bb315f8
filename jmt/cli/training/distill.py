"""Let a trained cascade teach a smaller one: gold labels and the teacher's together, and raw text besides.

The configuration is that of the student; its tasks are tasks of the teacher.  The teacher labels the sentences of all
corpora, the raw text, and new pairs made of the sentences of the pair corpora (`[training.distillation]`).
"""

from __future__ import annotations

import argparse
from itertools import islice

from jmt.cli.terminal.console import say
from jmt.cli.training import train

SHORTEST, LONGEST = 3, 60
"""Words of a raw sentence that is learned from."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt distill`: those of `jmt train`, the teacher, and raw text."""
    train.add_arguments(parser)
    parser.add_argument("--teacher", metavar="MODEL", required=True, help="the trained cascade that teaches")
    parser.add_argument(
        "--raw", metavar="TEXT", nargs="+", default=[], help="UTF-8 text files, or folders of .txt files"
    )


def run(arguments: argparse.Namespace) -> int:
    """Distil and report."""
    from jmt.models.places import find_model
    from jmt.runs.run import Teaching, distillation_of

    config = train.read_run_config(arguments)
    teacher = find_model(arguments.teacher)
    raw = read_raw(arguments.raw, config.model.language, distillation_of(config).raw_sentences)
    told = ["--teacher", arguments.teacher, *(["--raw", *arguments.raw] if arguments.raw else [])]
    return train.run_training(arguments, config, Teaching(str(teacher), raw), command="distill", further=told)


def read_raw(given: list[str], language: str, most: int) -> list[list[str]]:
    """Return up to `most` sentences of raw text, spread evenly over its files."""
    from jmt.cli.training.vectors import find_texts, sentences_of

    paths = find_texts(given)
    sentences: list[list[str]] = []
    for number, path in enumerate(paths):
        share = (most - len(sentences)) // (len(paths) - number)
        fitting = (row for row in sentences_of([path], language) if SHORTEST <= len(row) <= LONGEST)
        sentences += islice(fitting, share)
    if paths:
        say(f"{len(sentences):,} raw sentences from {len(paths)} files")
    return sentences
