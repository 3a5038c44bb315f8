"""Let a trained cascade teach a smaller one: gold labels and the teacher's together, and raw text besides.

The configuration is that of the student; its tasks are tasks of the teacher.  The teacher labels the sentences of all
corpora, the raw text, and new pairs made of the sentences of the pair corpora (`[training.distillation]`).
"""

from __future__ import annotations

import argparse

from jmt.cli.terminal.console import say
from jmt.cli.training import train


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
    from jmt.runs.teaching import Teaching, read_raw_sentences
    from jmt.training.vectors.raw_text import find_texts

    config = train.read_run_config(arguments)
    teacher = find_model(arguments.teacher)
    paths = find_texts(arguments.raw)
    raw = read_raw_sentences(paths, config)
    if paths:
        say(f"{len(raw):,} raw sentences from {len(paths)} files")
    told = ["--teacher", arguments.teacher, *(["--raw", *arguments.raw] if arguments.raw else [])]
    return train.run_training(arguments, config, Teaching(str(teacher), raw), command="distill", further=told)
