"""Measure words per second, level by level, beside the machine's matrix products: on one thread and on all, warm.

Each line runs the cascade from words up to its level, as `jmt annotate --tasks` would, on text that is already split
into words; the first line is that splitting.  Pair levels compare neighbouring sentences and count both.  Where time
goes stands under `adds us/word`: how many microseconds a word takes more than up to the level below, decoding included;
at the lowest level of words, and at the lowest one of pairs, all that it takes.

Below is what large matrix products of the engine reach on this machine.  Where two threads reach less than one, others
use the processors, too: stay with one thread, as `jmt annotate` does.
"""

from __future__ import annotations

import argparse

from jmt.cli.options.computing import add_engine
from jmt.cli.options.model_choice import add_model, chosen_model
from jmt.cli.terminal.console import positive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    add_engine(parser)
    parser.add_argument("--text", metavar="FILE", help="raw text to measure on; left out: the embedded corpus's")
    parser.add_argument("--threads", type=positive, metavar="N", help="threads on a CPU; left out: one, then all")
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
    rates: dict[int, float] = {}
    for threads in [arguments.threads] if arguments.threads else speed.thread_counts():
        rates[threads] = speed.matrix_rate(model.engine, threads, arguments.rounds)
        measured = speed.measure(works, model.engine, threads, arguments.rounds)
        found += progress(measured, total=len(works), unit="level", about=f"{threads} thread(s)")
    if arguments.json:
        rows = [row._asdict() for row in found]
        content = {
            "unit": "words per second",
            "engine": model.engine.name,
            "matrix_gflop_per_second": rates,
            "rows": rows,
        }
        write_data(json.dumps(content) + "\n")
    else:
        header = ["threads", "level", "tasks", "words/s", "slowest", "fastest", "adds us/word"]
        show(format_table(header, [[*row[:-1], round(row.adds)] for row in found]))
        for threads, rate in rates.items():
            show(f"matrix products of the engine {model.engine.name}, {threads} thread(s): {rate} GFLOP/s in float32")
    return 0
