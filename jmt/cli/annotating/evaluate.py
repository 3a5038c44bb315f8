"""Score one model, or several side by side, on gold tokens or on raw text.

Accuracies, F1 and attachment scores are fractions in [0, 1]; the convention behind every score is printed with it.
With several models the first is the one that the others are compared with, by a paired bootstrap over the examples.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import say, show
from jmt.cli.terminal.output import open_output, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jmt.evaluation.report import Conditions, ModelScores
    from jmt.evaluation.sources import TaskSource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", metavar="MODEL", nargs="+", help=MODEL_HELP)
    parser.add_argument("--split", choices=["dev", "test"], default="dev", help="part of each corpus (default: dev)")
    parser.add_argument(
        "--tokens",
        choices=["gold", "own"],
        default="gold",
        help="gold: sentences and words of the corpus; own: raw text, split by ourselves and aligned as in CoNLL 2018",
    )
    parser.add_argument(
        "--data",
        metavar="TASK=FILE",
        action="append",
        default=[],
        type=task_and_file,
        help="score a task on this file, or on this known corpus, instead of its own one; may be repeated",
    )
    parser.add_argument("--tasks", metavar="LIST", help="score these tasks only, as in xpos,dep; left out: all")
    parser.add_argument("--corpora", metavar="DIR", action="append", default=[], type=Path, help="where corpora lie")
    parser.add_argument(
        "--output", metavar="FILE", help="also write metrics.json here; `-`: to stdout, tables to stderr"
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cpu")
    parser.add_argument("--rows", type=int, default=10, metavar="N", help="rows of the tables per label (default: 10)")


def task_and_file(text: str) -> tuple[str, str]:
    """Split `TASK=FILE`."""
    task, equals, file = text.partition("=")
    if not (task and equals and file):
        raise argparse.ArgumentTypeError(f"`{text}` is not TASK=FILE, as in dep=my.conllu")
    return task, file


def run(arguments: argparse.Namespace) -> int:
    from jmt.cli.annotating.evaluation_tables import lay_out
    from jmt.evaluation.report import metrics_json

    check_places(arguments.output, arguments.corpora)
    models, conditions = score_models(arguments)
    content = metrics_json(models, conditions)
    tables = lay_out(models, conditions, rows=arguments.rows)
    if arguments.output == "-":
        say(tables)
        write_json(content)
        return 0
    if arguments.output:
        with open_output(arguments.output) as file:
            write_json(content, file)
    show(tables)
    return 0


def score_models(arguments: argparse.Namespace) -> tuple[list[ModelScores], Conditions]:
    """Load and score every model on the same sources."""
    from jmt.evaluation.model_scores import LoadedModel, common_sources, score_on_gold_tokens, score_on_own_tokens
    from jmt.evaluation.report import Conditions
    from jmt.models.places import find_model
    from jmt.network.devices import choose_device

    device = choose_device(arguments.device)
    models = [LoadedModel.load(name, find_model(name), device) for name in arguments.models]
    sources = common_sources(models, dict(arguments.data), arguments.split, chosen_tasks(models, arguments.tasks))
    left_out = {} if arguments.tasks else tasks_without_data(models, sources)
    scores = []
    for model in models:
        say(f"scoring {model.name} on {', '.join(describe(sources))} ...")
        own = [source for task, source in sources.items() if task in model.tasks]
        if arguments.tokens == "own":
            found, reasons = score_on_own_tokens(model, own, arguments.corpora)
            left_out.update(reasons)
        else:
            found = score_on_gold_tokens(model, own, arguments.corpora)
        scores.append(found)
    corpora = {task: source.name for task, source in sources.items()}
    releases = {task: source.release for task, source in sources.items()}
    return scores, Conditions(arguments.split, arguments.tokens, corpora, releases, left_out)


def chosen_tasks(models: Sequence[Any], named: str | None) -> list[str]:
    """Return the tasks to score, all that some model has where none is named; refuse one that no model has."""
    from jmt.errors import InputError

    known = list(dict.fromkeys(task for model in models for task in model.tasks))
    asked = known if named is None else [task for task in named.split(",") if task]
    if unknown := [task for task in asked if task not in known]:
        raise InputError(f"--tasks: there is no task `{unknown[0]}`; there are {', '.join(known)}")
    return asked


def tasks_without_data(models: Sequence[Any], sources: dict[str, TaskSource]) -> dict[str, str]:
    """Say of every task without a source why it gets no score."""
    reason = "the model does not say which corpus it was trained on; name data with --data"
    return {task: reason for model in models for task in model.tasks if task not in sources}


def describe(sources: dict[str, TaskSource]) -> list[str]:
    """Name every corpus once, with its split."""
    return list(dict.fromkeys(f"{source.name} ({source.split})" for source in sources.values()))


def check_places(output: str | None, folders: Sequence[Path]) -> None:
    """Refuse an output that cannot be written, or a folder that is not there, before any work is done."""
    from jmt.errors import InputError

    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"--corpora {folder}: there is no such folder")
    if output in (None, "-"):
        return
    path = Path(str(output))
    if path.is_dir():
        raise InputError(f"--output {output}: this is a folder; name a file in it, as in {path / 'metrics.json'}")
    if not path.parent.is_dir():
        raise InputError(f"--output {output}: there is no folder {path.parent}; make it first")
