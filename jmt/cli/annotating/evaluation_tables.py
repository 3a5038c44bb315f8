"""Scores as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jmt.cli.terminal.console import format_table

if TYPE_CHECKING:
    from jmt.evaluation.bootstrap import Difference
    from jmt.evaluation.conll18 import Table
    from jmt.evaluation.evaluate import TaskResult
    from jmt.evaluation.report import Conditions, ModelScores


def lay_out(models: Sequence[ModelScores], conditions: Conditions, *, rows: int) -> str:
    """Return the whole report: all scores, then per task its convention, groups, labels and mistakes."""
    from jmt.evaluation.report import compare_models

    blocks = [f"split {conditions.split}, {conditions.tokens} tokens"]
    blocks += [_conll18_table(models, conditions, treebank) for treebank in _treebanks(models)]
    blocks.append(_scores_table(models, conditions))
    if constant := list(_constant_answers(models)):
        blocks.append("\n".join(constant))
    if any(model.calibration for model in models):
        blocks.append(_calibration_table(models))
    if len(models) > 1:
        blocks.append(_differences_table(models[0].name, compare_models(models)))
        blocks.append(f"what follows is about {models[0].name}")
    for task, result in models[0].results.items():
        blocks += _task_blocks(models[0], task, result, rows)
    if conditions.left_out:
        blocks.append("\n".join(f"{task}: no score: {why}" for task, why in conditions.left_out.items()))
    return "\n\n".join(blocks)


def _constant_answers(models: Sequence[ModelScores]) -> Iterator[str]:
    """Say of every model to which tasks it gives one answer only."""
    for model in models:
        of = f" of {model.name}" if len(models) > 1 else ""
        yield from (f"{task}{of}: {result.constant}" for task, result in model.results.items() if result.constant)


def _treebanks(models: Sequence[ModelScores]) -> list[str]:
    """Return the treebanks of which raw text was scored."""
    return list(dict.fromkeys(treebank for model in models for treebank in model.tables))


def _conll18_table(models: Sequence[ModelScores], conditions: Conditions, treebank: str) -> str:
    """Lay out the scores of the CoNLL 2018 shared task: of one model in full, of several the F1 of each."""
    from jmt.evaluation.conll18 import NEEDS

    tables = [(model.name, model.tables[treebank]) for model in models if treebank in model.tables]
    having = [table.scores for _, table in tables]
    names = [name for name in NEEDS if any(name in scores for scores in having)]
    if len(models) == 1:
        columns = ["precision", "recall", "f1", "aligned_accuracy"]
        found = [having[0][name].to_dict() for name in names]
        rows = [[name, *(row.get(column, "-") for column in columns)] for name, row in zip(names, found, strict=True)]
    else:
        columns = [name for name, _ in tables]
        rows = [[name, *(scores[name].f1 if name in scores else "-" for scores in having)] for name in names]
    release = next(corpora[treebank] for corpora in conditions.corpora.values() if treebank in corpora)
    corpus = _with_release(treebank, release)
    title = f"CoNLL 2018 scores from the raw text of {corpus}{', F1' if len(models) > 1 else ''}"
    lines = [title, format_table(["score", *columns], rows)]
    return "\n".join([*lines, *_left_out(tables, len(models))])


def _left_out(tables: Sequence[tuple[str, Table]], models: int) -> Iterator[str]:
    """Say which scores of a table cannot be given, and why; of which model, unless it is so of all."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for model, table in tables:
        for why in dict.fromkeys(table.left_out.values()):
            names = ", ".join(name for name, reason in table.left_out.items() if reason == why)
            lacking.setdefault((names, why), []).append(model)
    for (names, why), of in lacking.items():
        whose = "" if len(of) == models else f" of {', '.join(of)}"
        yield f"{names}{whose}: no score: {why}"


def _scores_table(models: Sequence[ModelScores], conditions: Conditions) -> str:
    """Lay out every score of every model: of a task on several corpora those together, and below them each one."""
    rows: list[list[object]] = []
    for task in dict.fromkeys(task for model in models for task in model.results):
        results = [model.results.get(task) for model in models]
        first = next(result for result in results if result)
        # What `metrics` has beside these is in the table of the treebank.
        names = first.metric.result().keys()
        corpus = _with_release(conditions.corpus[task], conditions.release[task])
        rows += _score_rows([task, corpus], names, [result.metrics if result else {} for result in results])
        for name in first.corpora:
            corpus = _with_release(name, conditions.corpora[task][name])
            apart = [result.corpora.get(name, {}) if result else {} for result in results]
            rows += _score_rows([task, corpus], [score for score in names if score in first.corpora[name]], apart)
    columns = [model.name for model in models] if len(models) > 1 else ["value"]
    return format_table(["task", "corpus", "score", *columns], rows)


def _calibration_table(models: Sequence[ModelScores]) -> str:
    """Lay out what confidences are worth, of every model by its name where there are several."""
    rows = [
        [*([model.name] if len(models) > 1 else []), task, found.accuracy, found.confidence, found.ece, found.count]
        for model in models
        for task, found in model.calibration.items()
    ]
    title = (
        "confidences: of every word (of trees: its governor), sentence or pair; ece: expected calibration error, "
        "15 bins of equal width"
    )
    columns = [*(["model"] if len(models) > 1 else []), "task", "accuracy", "confidence", "ece", "count"]
    return f"{title}\n" + format_table(columns, rows)


def _score_rows(
    place: list[str], names: Iterable[str], scores: Sequence[Mapping[str, float]]
) -> Iterator[list[object]]:
    """Yield a row for every score, with its value of each model."""
    for name in names:
        values = [found.get(name, "-") for found in scores]
        yield [*place, name, *(f"{value:.4f}" if isinstance(value, float) else value for value in values)]


def _with_release(corpus: str, release: str | None) -> str:
    """Return the name of a corpus with its release, without what its card explains in brackets."""
    return " ".join(filter(None, (corpus, (release or "").partition(" (")[0])))


def _differences_table(first: str, compared: dict[str, dict[str, dict[str, Difference]]]) -> str:
    """Lay out the paired bootstrap of every further model against the first."""
    rows = [
        [other, task, name, f"{value.difference:+.4f}", f"[{value.low:+.4f}, {value.high:+.4f}]", f"{value.p:.3f}"]
        for other, tasks in compared.items()
        for task, scores in tasks.items()
        for name, value in scores.items()
    ]
    title = (
        f"differences from {first}: paired bootstrap over sentences (pairs), 1,000 samples, 95 % interval, two-sided p"
    )
    return f"{title}\n" + format_table(["model", "task", "score", "difference", "interval", "p"], rows)


def _task_blocks(model: ModelScores, task: str, result: TaskResult, rows: int) -> Iterator[str]:
    """Lay out what there is to say about one task of one model."""
    from jmt.evaluation.confusion import most_common_mistakes

    yield f"== {task}: {result.metric.convention}"
    if result.unseen:
        named = ", ".join(f"{label} ({count})" for label, count in result.unseen.most_common())
        yield f"{task}: gold labels that training never saw, scored as wrong: {named}"
    groups = model.groups.get(task, [])
    if groups:
        names = [name for name in groups[0].scores if name != "count"]
        table = [[group.name, *(group.scores[name] for name in names), group.scores["count"]] for group in groups]
        yield format_table([task, *names, "count"], table)
    scores = list(result.metric.labels.scores().items())
    if scores and rows:
        table = [[name, score.precision, score.recall, score.f1, score.count] for name, score in scores[:rows]]
        yield format_table([f"{task} label", "precision", "recall", "f1", "count"], table) + more(len(scores) - rows)
    mistakes = most_common_mistakes(result.metric.confusion)
    if mistakes and rows:
        table = [[mistake.gold, mistake.predicted, mistake.count, mistake.share] for mistake in mistakes[:rows]]
        head = f"{task}: most frequent mistakes, {result.metric.mistakes_of}\n"
        yield head + format_table(["gold", "predicted", "count", "share"], table) + more(len(mistakes) - rows)


def more(count: int) -> str:
    """Say how many rows were left out."""
    return f"\n... and {count} more (--rows N shows N, --output FILE has all)" if count > 0 else ""
