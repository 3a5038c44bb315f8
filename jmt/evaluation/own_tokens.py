"""Scores from raw text: own sentences and own words, aligned with those of a treebank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jmt.cascade.symbols.examples import WORD_GOLD, Gold, GoldTree, labels_of_words, word_gold
from jmt.cascade.symbols.labels import spans_of
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.document import Sentence, Token
from jmt.errors import InputError
from jmt.evaluation.alignment import NOT_ALIGNED, ROOT, Alignment, Words, align
from jmt.evaluation.conll18 import COLUMNS, Table, add_tables, score_alignment, value_in
from jmt.evaluation.constant import constant_answer
from jmt.evaluation.evaluate import Predicts, TaskResult, unseen_labels
from jmt.evaluation.metrics.aligned import AlignedAccuracy, AlignedAttachment, AlignedLabels, AlignedTree
from jmt.evaluation.metrics.base import Metric
from jmt.evaluation.metrics.spans import Span, SpanSets
from jmt.formats.conllu import misc_value
from jmt.formats.conllu_layout import lay_out_document, paragraphs
from jmt.formats.split_text import document_of_text
from jmt.segmentation import Segmenter, words_of

Answer = Tagged | Parsed


@dataclass(frozen=True, slots=True)
class OwnTokenScores:
    """How well raw text was split, and what the tasks make of the result."""

    results: dict[str, TaskResult]
    table: Table
    """All scores of the CoNLL 2018 shared task that the tasks together can be given."""


def evaluate_own_tokens(
    predictor: Predicts, segmenter: Segmenter, sentences: Sequence[Sentence], tasks: Sequence[str]
) -> OwnTokenScores:
    """Predict token tasks from the raw text of a treebank and score them on aligned words.

    Raises:
        InputError: the text and the words of the treebank disagree, or it has no gold values for a task.
    """
    text = raw_text(sentences)
    segments = segmenter.segment(text)
    answers = predictor.annotate([words_of(sentence) for sentence in segments], list(tasks)) if tasks else []
    answers_of: dict[str, list[Any]] = {task: [answer[task] for answer in answers] for task in tasks}
    columns = {task: _column(predictor.cascade, task) for task in tasks}
    # Of several tasks of one column the one of its name fills it, else the first, as where text is annotated.
    chosen = sorted(tasks, key=lambda task: task != columns[task])
    filled = {columns[task]: answers_of[task] for task in reversed(chosen) if columns[task] in COLUMNS}
    own = document_of_text(text, segments).sentences
    for column, given in filled.items():
        for sentence, answer in zip(own, given, strict=True):
            _fill(sentence, column, answer)
    both = align(sentences, own)
    table = score_alignment(both, filled)
    results = {}
    for task in tasks:
        golds = _golds(predictor.cascade, task, sentences, columns[task])
        metric = _score(predictor.cascade, task, both, golds, answers_of[task])
        unseen = unseen_labels(golds, predictor.cascade.labels[task], metric_name=predictor.cascade.metrics[task])
        constant = constant_answer(golds, answers_of[task])
        results[task] = TaskResult(task, _metrics(metric, table, columns[task]), metric, [], unseen, constant)
    return OwnTokenScores(results, table)


def pool(cascade: Any, task: str, treebanks: Mapping[str, OwnTokenScores]) -> TaskResult:
    """Return the scores of a task on all treebanks together, counted over their words, beside those on each."""
    results = {name: own.results[task] for name, own in treebanks.items()}
    first, *others = results.values()
    if not others:
        return first
    metric = type(first.metric)()
    for result in results.values():
        metric.absorb(result.metric)
    table = add_tables([own.table for own in treebanks.values()])
    constant = first.constant if all(result.constant == first.constant for result in others) else None
    unseen = sum((result.unseen for result in results.values()), Counter[str]())
    corpora = {name: result.metrics for name, result in results.items()}
    return TaskResult(task, _metrics(metric, table, _column(cascade, task)), metric, [], unseen, constant, corpora)


def _metrics(metric: Metric[Any, Any], table: Table, column: str) -> dict[str, float]:
    """Return the scores of a task, those of splitting, and those of the shared task in which its column has a part."""
    split = {f"{name}_f1": table.scores[name].f1 for name in ("tokens", "words", "sentences")}
    return {**metric.result(), **split, **table.about(column)}


def raw_text(sentences: Iterable[Sentence]) -> str:
    """Return the text of a treebank: sentences joined as it says, an empty line before a new paragraph or document."""
    return "\n\n".join(lay_out_document(paragraph).text for paragraph in paragraphs(sentences))


def _fill(sentence: Sentence, column: str, answer: Answer) -> None:
    """Write the labels or the tree that a task predicts into the column that it is about."""
    if isinstance(answer, Parsed):
        sentence.write_tree(answer.tree.head_ids, answer.tree.deprels)
        return
    for token, label in zip(sentence.tokens, answer.labels, strict=True):
        token.labels[column] = label


def _column(model: Any, task: str) -> str:
    """Return the column that a task is about."""
    return "deprel" if model.metrics[task] == "attachment" else str(model.config.tasks[task].column)


def _golds(model: Any, task: str, sentences: Sequence[Sentence], column: str) -> list[Any]:
    """Return the gold of every sentence for a task: a tree, or a label per word."""
    if model.metrics[task] == "attachment":
        return [_gold_tree(sentence) for sentence in sentences]
    configured = model.config.tasks[task]
    if model.metrics[task] == "links":
        raise InputError(f"task {task}: links are between words as the treebank has them; score it with --tokens gold")
    labels = _gold_labels(sentences, task, column)
    if configured.kind not in WORD_GOLD:
        return labels
    return [_word_gold(task, configured.kind, *row) for row in zip(sentences, labels, strict=True)]


def _score(model: Any, task: str, both: Alignment, golds: list[Any], answers: Sequence[Answer]) -> Metric[Any, Any]:
    name = model.metrics[task]
    if name == "attachment":
        return _score_trees(both, golds, answers)
    labels: list[Any] = [labels_of_words(gold) for gold in golds]
    return _score_spans(both, golds, answers) if name == "spans" else _score_labels(both, labels, answers)


def _word_gold(task: str, kind: str, sentence: Sentence, labels: list[str]) -> Gold:
    try:
        return word_gold(kind, [token.text for token in sentence.tokens], labels)
    except ValueError as error:
        raise InputError(f"task {task}: line {sentence.line} of the treebank: {error}") from None


def _gold_labels(sentences: Sequence[Sentence], task: str, column: str) -> list[list[str]]:
    """Return the gold labels of words; those that are no column of CoNLL-U stand in MISC, as in `Chunk=B-NP`."""
    key = column.capitalize()
    golds = [[_gold_label(token, column, key) for token in sentence.tokens] for sentence in sentences]
    if all(label == "_" for gold in golds for label in gold):
        lacks = f"no value in column {column}" if column in COLUMNS else f"neither a column {column} nor {key}= in MISC"
        raise InputError(
            f"task {task}: the treebank has {lacks}; use --tokens gold, or other data with --data {task}=FILE"
        )
    return golds


def _gold_label(token: Token, column: str, key: str) -> str:
    return value_in(token, column) if column in COLUMNS else misc_value(token.misc, key)


def _gold_tree(sentence: Sentence) -> GoldTree:
    tokens = sentence.tokens
    return GoldTree(Tree([token.head or 0 for token in tokens], [token.deprel or "_" for token in tokens]))


def _score_labels(both: Alignment, golds: Sequence[Sequence[str]], answers: Sequence[Answer]) -> AlignedAccuracy:
    metric = AlignedAccuracy()
    said = [label for answer in answers if isinstance(answer, Tagged) for label in answer.labels]
    for first, gold, own_count in zip(both.gold.first_words, golds, both.own_counts, strict=True):
        matches = [both.own_of_gold.get(first + place) for place in range(len(gold))]
        metric.update(gold, AlignedLabels([None if own is None else said[own] for own in matches], own_count))
    return metric


def _score_trees(both: Alignment, golds: Sequence[GoldTree], answers: Sequence[Answer]) -> AlignedAttachment:
    metric = AlignedAttachment()
    # For every own word its head: an own word by its index in the whole text, or none for the root.
    heads: list[int] = []
    deprels: list[str] = []
    trees = [answer.tree for answer in answers if isinstance(answer, Parsed)]
    for first, tree in zip(both.own.first_words, trees, strict=True):
        heads += [first + head - 1 if head else ROOT for head in tree.head_ids]
        deprels += tree.deprels
    for first, gold, own_count in zip(both.gold.first_words, golds, both.own_counts, strict=True):
        matches = [both.own_of_gold.get(first + place) for place in range(len(gold.tree.head_ids))]
        told = [NOT_ALIGNED if own is None else _told_in_gold(both, heads[own], first) for own in matches]
        relations = ["" if own is None else deprels[own] for own in matches]
        metric.update(gold, AlignedTree(Tree(told, relations), own_count))
    return metric


def _told_in_gold(both: Alignment, own_head: int, first: int) -> int:
    """Return the position, counted from the gold sentence that starts at `first`, of an own word that is a head.

    0 is the root; one that matches no gold word, or one of another sentence, has a position that no word here has.
    """
    word = both.gold_of_own.get(own_head, NOT_ALIGNED)
    if word == ROOT:
        return 0
    return word - first + 1 if word >= first else NOT_ALIGNED


def _score_spans(both: Alignment, golds: Sequence[Sequence[str]], answers: Sequence[Answer]) -> SpanSets:
    metric = SpanSets()
    labels = [answer.labels for answer in answers if isinstance(answer, Tagged)]
    own: list[set[Span]] = [set() for _ in golds]
    for first, sentence in zip(both.own.first_words, labels, strict=True):
        for kind, start, end in _spans_from(both.own, first, sentence):
            own[both.gold_sentence(start)].add((kind, start, end))
    for first, gold, found in zip(both.gold.first_words, golds, own, strict=True):
        metric.update(_spans_from(both.gold, first, gold), found)
    return metric


def _spans_from(words: Words, first: int, labels: Sequence[str]) -> set[Span]:
    """Return the spans of one sentence by their characters."""
    return {(kind, words.spans[first + start][0], words.spans[first + end][1]) for kind, start, end in spans_of(labels)}
