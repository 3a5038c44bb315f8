"""What the model predicts, written into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jmt.cascade.kinds import KINDS
from jmt.cascade.prediction import OfSentence
from jmt.cascade.symbols.labels import spans_of
from jmt.cascade.symbols.values import Choice, Grade, Parsed
from jmt.cascade.task_config import HeadConfig
from jmt.document import Chunk, Sentence
from jmt.document.conllu import LABEL_COLUMNS


def fill_sentence(
    sentence: Sentence,
    predictions: Mapping[str, OfSentence],
    *,
    confidences: bool = False,
    span_tasks: frozenset[str] = frozenset(),
    columns: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write labels, trees and spans of one sentence, and what is said of it; what no task predicts stays as it was.

    `confidences` asks for the probabilities of its classes; those of words come with their predictions.
    `columns` names the column that a task fills under another name (`column_fillers`): its labels stand under both.
    """
    for task, predicted in predictions.items():
        if predicted is None:  # a sentence without words
            continue
        if isinstance(predicted, Choice | Grade):
            _fill_whole(sentence, task, predicted, confidences=confidences)
            continue
        if isinstance(predicted, Parsed):
            sentence.write_tree(predicted.tree.head_ids, predicted.tree.deprels)
        else:
            for token, label in zip(sentence.tokens, predicted.labels, strict=True):
                token.labels[task] = label
                if task in columns:
                    token.labels[columns[task]] = label
            if task in span_tasks:
                sentence.spans[task] = [
                    Chunk(label, first + 1, last + 1) for label, first, last in spans_of(predicted.labels)
                ]
        if predicted.confidences is not None:
            for token, confidence in zip(sentence.tokens, predicted.confidences, strict=True):
                token.confidences[task] = confidence


def _fill_whole(sentence: Sentence, task: str, predicted: Choice | Grade, *, confidences: bool) -> None:
    """Write what is said of a sentence as a whole."""
    if isinstance(predicted, Grade):
        sentence.scores[task] = predicted.score
        return
    sentence.labels[task] = predicted.label
    if confidences:
        sentence.probabilities[task] = predicted.probabilities


def column_fillers(tasks: Mapping[str, HeadConfig]) -> dict[str, str]:
    """Return the tasks that fill a column of CoNLL-U under another name than its own, each with its column.

    A task `tag` that learned from the column `xpos` says what a word's XPOS is.  Of several that learned from one
    column the one of its name fills it, else the lowest.
    """
    fillers: dict[str, str] = {}
    for task, config in tasks.items():
        column = getattr(config, "column", None) if KINDS[config.kind].about == "words" else None
        if column in LABEL_COLUMNS and column not in tasks and column not in fillers.values():
            fillers[task] = column
    return fillers
