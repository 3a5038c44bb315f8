"""Measure words per second, level by level: on one thread and on all, warm, with spread.

Each line runs the cascade from words up to its level, as `jmt annotate --tasks` would, on text that is already split
into words; the first line is that splitting.  Pair levels compare neighbouring sentences and count both.
"""

from __future__ import annotations

import argparse

from jmt.cli.options.computing import add_engine
from jmt.cli.options.model_choice import add_model, chosen_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    add_engine(parser)
    parser.add_argument("--text", metavar="FILE", help="raw text to measure on; left out: the embedded corpus's")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="timed rounds after a warm one (5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(arguments: argparse.Namespace) -> int:
    import json
    from pathlib import Path

    from jmt.cascade.prediction import Predictor
    from jmt.cli.terminal.console import format_table, progress, show
    from jmt.cli.terminal.output import write_data
    from jmt.engines import load_model
    from jmt.errors import InputError
    from jmt.evaluation import speed
    from jmt.formats.text import read_text

    if arguments.rounds < 1:
        raise InputError(f"--rounds {arguments.rounds}: at least one round is needed for a figure")
    model = load_model(chosen_model(arguments), device="cpu", engine=arguments.engine)
    text = speed.embedded_text() if arguments.text is None else read_text(Path(arguments.text))
    works = speed.works_of(Predictor(model.engine), model.segmenter, text)
    found: list[speed.Speed] = []
    for threads in speed.thread_counts():
        measured = speed.measure(works, model.engine, threads, arguments.rounds)
        found += progress(measured, total=len(works), unit="level", about=f"{threads} thread(s)")
    if arguments.json:
        content = {"unit": "words per second", "engine": model.engine.name, "rows": [row._asdict() for row in found]}
        write_data(json.dumps(content) + "\n")
    else:
        show(format_table(["threads", "level", "tasks", "words/s", "slowest", "fastest"], [list(row) for row in found]))
    return 0
