"""Scores from raw text: own sentences and own words, aligned with those of a treebank."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jmt.cascade.symbols.examples import WORD_GOLD, GoldFeatures, GoldLemmas, GoldTree, labels_of_words, word_gold
from jmt.cascade.symbols.labels import spans_of
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.document import Sentence, Token
from jmt.errors import InputError
from jmt.evaluation.alignment import F1, Words, align_words, gold_words, own_words, span_f1
from jmt.evaluation.constant import constant_answer
from jmt.evaluation.evaluate import Predicts, TaskResult, unseen_labels
from jmt.evaluation.metrics.aligned import (
    NOT_ALIGNED,
    AlignedAccuracy,
    AlignedAttachment,
    AlignedLabels,
    AlignedTree,
)
from jmt.evaluation.metrics.base import Metric
from jmt.evaluation.metrics.spans import Span, SpanSets
from jmt.formats.conllu import misc_value
from jmt.formats.conllu_layout import lay_out_document
from jmt.segmentation import Segmenter, words_of

Answer = Tagged | Parsed


@dataclass(frozen=True, slots=True)
class OwnTokenScores:
    """How well raw text was split, and what the tasks make of the result."""

    results: dict[str, TaskResult]
    segmentation: dict[str, F1]
    """Of `tokens`, `words` and `sentences`."""


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Both sides of a treebank, and which words match."""

    sentences: Sequence[Sentence]
    gold: Words
    own: Words
    own_of_gold: dict[int, int]
    gold_of_own: dict[int, int]
    own_counts: list[int]
    """Own words that begin in each gold sentence."""


def evaluate_own_tokens(
    predictor: Predicts, segmenter: Segmenter, sentences: Sequence[Sentence], tasks: Sequence[str]
) -> OwnTokenScores:
    """Predict token tasks from the raw text of a treebank and score them on aligned words.

    Raises:
        InputError: the text and the words of the treebank disagree, or it has no gold values for a task.
    """
    own = [words_of(sentence) for sentence in segmenter.segment(raw_text(sentences))]
    answers = predictor.annotate(own, list(tasks)) if tasks else []
    both = _align(sentences, own)
    scores = {
        "tokens": span_f1(both.gold.token_spans, both.own.token_spans),
        "words": F1(len(both.gold), len(both.own), len(both.own_of_gold)),
        "sentences": span_f1(both.gold.sentence_spans, both.own.sentence_spans),
    }
    extra = {f"{name}_f1": f1.value for name, f1 in scores.items()}
    results = {}
    for task in tasks:
        of_task = [answer[task] for answer in answers]
        golds = _golds(predictor.cascade, task, sentences)
        metric = _score(predictor.cascade, task, both, golds, of_task)
        unseen = unseen_labels(golds, predictor.cascade.labels[task], metric_name=predictor.cascade.metrics[task])
        constant = constant_answer(golds, of_task)
        results[task] = TaskResult(task, {**metric.result(), **extra}, metric, [], unseen, constant)
    return OwnTokenScores(results, scores)


def raw_text(sentences: Iterable[Sentence]) -> str:
    """Return the text of a treebank: sentences joined as it says, an empty line before a new paragraph or document."""
    paragraphs: list[list[Sentence]] = []
    for sentence in sentences:
        begins = any(comment.lstrip("# ").startswith(("newdoc", "newpar")) for comment in sentence.comments)
        if begins or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    return "\n\n".join(lay_out_document(paragraph).text for paragraph in paragraphs)


def _align(sentences: Sequence[Sentence], own_sentences: Sequence[Sequence[str]]) -> _Aligned:
    gold, own = gold_words(sentences), own_words(own_sentences)
    pairs = align_words(gold, own)
    starts = [start for start, _ in gold.sentence_spans]
    counts = [0] * len(sentences)
    for start, _ in own.spans:
        counts[bisect_right(starts, start) - 1] += 1
    return _Aligned(sentences, gold, own, dict(pairs), {other: one for one, other in pairs}, counts)


def _golds(model: Any, task: str, sentences: Sequence[Sentence]) -> list[Any]:
    """Return the gold of every sentence for a task: a tree, or a label per word."""
    if model.metrics[task] == "attachment":
        return [_gold_tree(sentence) for sentence in sentences]
    configured = model.config.tasks[task]
    labels = _gold_labels(sentences, task, configured.column)
    if configured.kind not in WORD_GOLD:
        return labels
    return [_word_gold(task, configured.kind, *row) for row in zip(sentences, labels, strict=True)]


def _score(model: Any, task: str, both: _Aligned, golds: list[Any], answers: Sequence[Answer]) -> Metric[Any, Any]:
    name = model.metrics[task]
    if name == "attachment":
        return _score_trees(both, golds, answers)
    labels: list[Any] = [labels_of_words(gold) for gold in golds]
    return _score_spans(both, golds, answers) if name == "spans" else _score_labels(both, labels, answers)


def _word_gold(task: str, kind: str, sentence: Sentence, labels: list[str]) -> GoldLemmas | GoldFeatures:
    try:
        return word_gold(kind, [token.text for token in sentence.tokens], labels)
    except ValueError as error:
        raise InputError(f"task {task}: line {sentence.line} of the treebank: {error}") from None


def _gold_labels(sentences: Sequence[Sentence], task: str, column: str) -> list[list[str]]:
    """Return the gold labels of words; those that are no column of CoNLL-U stand in MISC, as in `Chunk=B-NP`."""
    key = column.capitalize()
    golds = [[_gold_label(token, column, key) for token in sentence.tokens] for sentence in sentences]
    if all(label == "_" for gold in golds for label in gold):
        raise InputError(
            f"task {task}: the treebank has neither a column {column} nor {key}= in MISC; use --tokens gold, or other "
            f"data with --data {task}=FILE"
        )
    return golds


def _gold_label(token: Token, column: str, key: str) -> str:
    own = {"lemma": token.lemma, "feats": token.feats, **token.labels}
    return own.get(column, misc_value(token.misc, key))


def _gold_tree(sentence: Sentence) -> GoldTree:
    tokens = sentence.tokens
    return GoldTree(Tree([token.head or 0 for token in tokens], [token.deprel or "_" for token in tokens]))


def _score_labels(both: _Aligned, golds: Sequence[Sequence[str]], answers: Sequence[Answer]) -> AlignedAccuracy:
    metric = AlignedAccuracy()
    said = [label for answer in answers if isinstance(answer, Tagged) for label in answer.labels]
    for first, gold, own_count in zip(both.gold.first_words, golds, both.own_counts, strict=True):
        matches = [both.own_of_gold.get(first + place) for place in range(len(gold))]
        metric.update(gold, AlignedLabels([None if own is None else said[own] for own in matches], own_count))
    return metric


def _score_trees(both: _Aligned, golds: Sequence[GoldTree], answers: Sequence[Answer]) -> AlignedAttachment:
    metric = AlignedAttachment()
    trees = [answer.tree for answer in answers if isinstance(answer, Parsed)]
    # For every own word its head: an own word by its index in the whole text, or -1 for the root.
    heads, deprels = [], []
    for first, tree in zip(both.own.first_words, trees, strict=True):
        heads += [first + head - 1 if head else -1 for head in tree.head_ids]
        deprels += tree.deprels
    for first, gold, own_count in zip(both.gold.first_words, golds, both.own_counts, strict=True):
        words = len(gold.tree.head_ids)
        matches = [both.own_of_gold.get(first + place) for place in range(words)]
        told = [NOT_ALIGNED if own is None else _told_in_gold(both, heads[own], first, words) for own in matches]
        relations = ["" if own is None else deprels[own] for own in matches]
        metric.update(gold, AlignedTree(Tree(told, relations), own_count))
    return metric


def _told_in_gold(both: _Aligned, own_head: int, first: int, words: int) -> int:
    """Return the gold position, in the sentence that starts at `first`, of an own word that is a head; 0 = root."""
    if own_head < 0:
        return 0
    word = both.gold_of_own.get(own_head)
    return word - first + 1 if word is not None and first <= word < first + words else NOT_ALIGNED


def _score_spans(both: _Aligned, golds: Sequence[Sequence[str]], answers: Sequence[Answer]) -> SpanSets:
    metric = SpanSets()
    labels = [answer.labels for answer in answers if isinstance(answer, Tagged)]
    starts = [start for start, _ in both.gold.sentence_spans]
    own: list[set[Span]] = [set() for _ in golds]
    for kind, start, end in _character_spans(both.own, labels):
        own[bisect_right(starts, start) - 1].add((kind, start, end))
    for first, gold, found in zip(both.gold.first_words, golds, own, strict=True):
        metric.update(_spans_from(both.gold, first, gold), found)
    return metric


def _character_spans(words: Words, labels: Sequence[Sequence[str]]) -> set[Span]:
    return set().union(
        *(_spans_from(words, first, sentence) for first, sentence in zip(words.first_words, labels, strict=True))
    )


def _spans_from(words: Words, first: int, labels: Sequence[str]) -> set[Span]:
    """Return the spans of one sentence by their characters."""
    return {(kind, words.spans[first + start][0], words.spans[first + end][1]) for kind, start, end in spans_of(labels)}
