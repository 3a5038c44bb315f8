"""What the model predicts, written into sentences."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.cascade.symbols.labels import spans_of
from jmt.cascade.symbols.values import Parsed, Tagged
from jmt.document import Chunk, Sentence


def fill_sentence(
    sentence: Sentence, predictions: Mapping[str, Tagged | Parsed], *, span_tasks: frozenset[str] = frozenset()
) -> None:
    """Write labels, trees and spans of one sentence; what no task predicts stays as it was."""
    for task, predicted in predictions.items():
        if isinstance(predicted, Parsed):
            sentence.write_tree(predicted.tree.head_ids, predicted.tree.deprels)
        else:
            for token, label in zip(sentence.tokens, predicted.labels, strict=True):
                token.labels[task] = label
            if task in span_tasks:
                sentence.spans[task] = [
                    Chunk(label, first + 1, last + 1) for label, first, last in spans_of(predicted.labels)
                ]
        if predicted.confidences is not None:
            for token, confidence in zip(sentence.tokens, predicted.confidences, strict=True):
                token.confidences[task] = confidence
