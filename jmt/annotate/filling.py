"""What the model predicts, written into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jmt.cascade.symbols.labels import spans_of
from jmt.cascade.symbols.values import Parsed, Tagged
from jmt.cascade.task_config import HeadConfig
from jmt.document import Chunk, Sentence
from jmt.document.conllu import LABEL_COLUMNS


def fill_sentence(
    sentence: Sentence,
    predictions: Mapping[str, Tagged | Parsed],
    *,
    span_tasks: frozenset[str] = frozenset(),
    columns: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write labels, trees and spans of one sentence; what no task predicts stays as it was.

    `columns` names the column that a task fills under another name (`column_fillers`): its labels stand under both.
    """
    for task, predicted in predictions.items():
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


def column_fillers(tasks: Mapping[str, HeadConfig]) -> dict[str, str]:
    """Return the tasks that fill a column of CoNLL-U under another name than its own, each with its column.

    A task `tag` that learned from the column `xpos` says what a word's XPOS is.  Of several that learned from one
    column the one of its name fills it, else the lowest.
    """
    fillers: dict[str, str] = {}
    for task, config in tasks.items():
        column = getattr(config, "column", None)
        if column in LABEL_COLUMNS and column not in tasks and column not in fillers.values():
            fillers[task] = column
    return fillers
