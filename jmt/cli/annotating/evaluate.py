"""Score one model, or several side by side, on gold tokens or on raw text.

Accuracies, F1 and attachment scores are fractions in [0, 1]; the convention behind every score is printed with it.
With several models the first is the one that the others are compared with, by a paired bootstrap over the examples.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jmt.cli.options.computing import add_device, add_engine
from jmt.cli.options.configuration import add_corpora
from jmt.cli.options.data_choice import add_data, data_by_task
from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.options.task_list import add_tasks, named_tasks
from jmt.cli.terminal.console import draw_bar, on_terminal, say, show
from jmt.cli.terminal.output import open_output, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", metavar="MODEL", nargs="+", help=MODEL_HELP)
    parser.add_argument("--split", choices=["dev", "test"], default="dev", help="part of each corpus (default: dev)")
    parser.add_argument(
        "--tokens",
        choices=["gold", "own"],
        default="gold",
        help="gold: sentences and words of the corpus; own: raw text, split by ourselves and aligned as in CoNLL 2018",
    )
    add_data(
        parser,
        meaning="score a task on this file, or on this known corpus, instead of its own one; may be repeated, and "
        "several of one task are scored together and apart",
    )
    add_tasks(parser, meaning="score these tasks only, as in xpos,dep; left out: all")
    add_corpora(parser)
    parser.add_argument(
        "--output", metavar="FILE", help="also write metrics.json here; `-`: to stdout, tables to stderr"
    )
    add_segmenter(parser)
    add_device(parser, default="cpu")
    add_engine(parser)
    parser.add_argument(
        "--calibration",
        action="store_true",
        help="also say how far confidences are from the share of right predictions, on gold tokens: predicts once more",
    )
    parser.add_argument("--rows", type=int, default=10, metavar="N", help="rows of the tables per label (default: 10)")


def run(arguments: argparse.Namespace) -> int:
    from jmt.cli.annotating.evaluation_tables import lay_out
    from jmt.errors import InputError
    from jmt.evaluation.model_scores import score_models
    from jmt.evaluation.report import metrics_json

    _check_places(arguments.output, arguments.corpora)
    if arguments.calibration and arguments.tokens == "own":
        raise InputError("--calibration: words of our own cannot be compared with gold one by one; take --tokens gold")
    models, conditions = score_models(
        arguments.models,
        data=data_by_task(arguments.data),
        split=arguments.split,
        tokens=arguments.tokens,
        tasks=named_tasks(arguments.tasks),
        folders=arguments.corpora,
        device=arguments.device,
        segmenter=arguments.segmenter,
        engine=arguments.engine,
        calibration=arguments.calibration,
        report=say,
        watch=_bar,
    )
    content = metrics_json(models, conditions)
    tables = lay_out(models, conditions, rows=arguments.rows)
    if arguments.output == "-":
        say(tables)
        write_json(content)
        return 0
    try:
        if arguments.output:
            with open_output(arguments.output) as file:
                write_json(content, file)
    finally:  # a disk that is full by now takes no table away, and a reader that has gone away no file
        show(tables)
    return 0


@contextmanager
def _bar(total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """Draw a bar with rate and time left while a model predicts, on a terminal only."""
    if not on_terminal():
        yield lambda done: None
        return
    with draw_bar(about="predicting", unit=unit, total=total, leave=False) as bar:
        yield bar.update


def _check_places(output: str | None, folders: Sequence[Path]) -> None:
    """Refuse an output that cannot be written, or a folder that is not there, before any work is done."""
    from jmt.errors import InputError
    from jmt.files.targets import file_above

    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"--corpora {folder}: there is no such folder")
    if output in (None, "-"):
        return
    path = Path(str(output))
    if path.is_dir():
        raise InputError(f"--output {output}: this is a folder; name a file in it, as in {path / 'metrics.json'}")
    if blocking := file_above(path):
        raise InputError(f"--output {output}: {blocking} is a file, not a folder; name another place")
    if not path.parent.is_dir():
        raise InputError(f"--output {output}: there is no folder {path.parent}; make it first")
