"""The rows of a split as the examples of one task: inputs beside gold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets

from jmt.cascade.kinds import KINDS, is_graded
from jmt.cascade.symbols.examples import WORD_GOLD, Gold, GoldTree, TaskExamples, Words, word_gold
from jmt.cascade.symbols.values import Tree
from jmt.errors import ConfigError, CorpusError
from jmt.files.guards.checkpoint import LONGEST_LABEL, MOST_LABELS, is_label
from jmt.formats.conllu_checks import check_tree
from jmt.formats.tables.rows import as_label, grade_of

_NO_VALUE = "_"
"""What CoNLL-U writes where a word has no value in a column."""
_NO_LABELS = frozenset(
    {"tokens", "first_tokens", "second_tokens", "first", "second", "head", "text", "sent_id", "line"}
)
"""Columns that no task but a parser can learn."""
_DEFAULT_COLUMNS = {
    "lemmatizer": "lemma",
    "morphology": "feats",
    "linker": "links",
    "classifier": "label",
    "regressor": "score",
    "pair_regressor": "relatedness",
    "pair_classifier": "entailment",
}


def task_examples(
    split: datasets.Dataset,
    task: str,
    kind: str,
    column: str | None = None,
    *,
    corpus: str = "the corpus",
    path: str | None = None,
) -> TaskExamples:
    """Return every example of a split for one task; `corpus` is named in errors, and before a line its file, `path`.

    A `parser` takes head and deprel (and upos, where there is one); every other kind takes `column`: a label, lemma or
    features per word, or a score or a class per sentence or pair, as its kind asks.
    Raises ConfigError where the corpus has no such column, or one of words where whole examples are asked for or the
    other way round; CorpusError where a value is missing, or is no score, features or links where these are asked for.
    """
    table = _Table(split, task, corpus, path)
    inputs = inputs_of(split)
    if kind == "parser":
        return TaskExamples(task, kind, inputs, _trees(table), table.lines)
    values = table.labels(column or _DEFAULT_COLUMNS.get(kind))
    if kind in KINDS:
        table.check_form(kind, column or _DEFAULT_COLUMNS.get(kind), values)
        values = _whole_values(kind, values, table)
    if kind in WORD_GOLD:
        values = [_word_gold(kind, *row, table, number) for number, row in enumerate(zip(inputs, values, strict=True))]
    return TaskExamples(task, kind, inputs, values, table.lines)


def inputs_of(split: datasets.Dataset) -> Sequence[Words] | Sequence[tuple[Words, Words]]:
    """Return the sentences of a split, or its pairs."""
    table = _Table(split, "", "")
    if "first" in split.column_names:
        return list(zip(table.column("first_tokens"), table.column("second_tokens"), strict=True))
    return table.column("tokens")


def _word_gold(kind: str, words: Any, labels: Any, table: _Table, number: int) -> Gold:
    """Return the gold of one sentence, a label of a kind of its own per word."""
    try:
        return word_gold(kind, words, labels)
    except ValueError as error:
        raise CorpusError(f"task.{table.task}: {error}", table.place, table.line(number)) from None


def _whole_values(kind: str, values: list[Any], table: _Table) -> list[Any]:
    """Return what a column says of whole sentences or pairs as the scores or classes of a kind; lists as they are."""
    if is_graded(kind):
        name = f"task.{table.task}: the score"
        return [grade_of(value, None, name, table.place, table.line(number)) for number, value in enumerate(values)]
    return values if KINDS[kind].about == "words" else _classes(list(map(as_label, values)), table)


def _classes(labels: list[str], table: _Table) -> list[str]:
    """Return classes as they are; refuse what no model can have, long before one is trained that cannot be kept."""
    if (count := len(set(labels))) > MOST_LABELS:
        many = f"{count:,} classes, and a model has at most {MOST_LABELS:,}: is this the column of the classes?"
        raise CorpusError(f"task.{table.task}: {many}", table.place)
    for number, label in enumerate(labels):
        if not is_label(label):
            what = (
                f"the label {label[:40]!a} cannot be one: at most {LONGEST_LABEL} characters on one line, all printable"
            )
            raise CorpusError(f"task.{table.task}: {what}", table.place, table.line(number))
    return labels


def has_no_value(split: datasets.Dataset, kind: str, column: str | None = None) -> bool:
    """Tell whether a split has no value in the column that a task of `kind` learns from, or is a table without it.

    A treebank has all columns that there are: one that it lacks is a mistake, not a gap.
    """
    name = column or _DEFAULT_COLUMNS.get(kind, "deprel")
    if name not in split.column_names:
        return "deprel" not in split.column_names
    return all(map(_says_nothing, _Table(split, "", "").column(name)))


class _Table:
    """The columns of a split as plain lists, and what is wrong with them."""

    def __init__(self, split: datasets.Dataset, task: str, corpus: str, path: str | None = None) -> None:
        self.split = split.with_format("arrow")
        self.task = task
        self.corpus = corpus
        self.place = path or corpus
        self.lines: list[int] = self.column("line") if "line" in split.column_names else []

    def column(self, name: str) -> list[Any]:
        if name not in self.split.column_names:
            raise ConfigError(self._no_column(name))
        values: list[Any] = self.split.select_columns([name])[:].column(name).to_pylist()
        return values

    def labels(self, name: str | None) -> list[Any]:
        """Return a column of labels, scores or classes in which every example has a value."""
        if name is None or name in _NO_LABELS:
            raise ConfigError(self._no_column(name))
        values = self.column(name)
        if values and all(_says_nothing(value) for value in values):
            raise CorpusError(f"task.{self.task}: the column {name!r} of {self.corpus} is empty; {self._usable()}")
        for number, value in enumerate(values):
            if value in (None, "") or value != value:  # a NaN differs from itself
                kind = ", or none of the kind that the first row has" if isinstance(values[0], float) else ""
                found = f"no value in the column {name!r}{kind}"
                raise CorpusError(f"task.{self.task}: {found}", self.place, self.line(number))
        return values

    def check_form(self, kind: str, name: str | None, values: Sequence[Any]) -> None:
        """Refuse a list per example for a kind that has one answer for it all, and one value where there is a list."""
        of_words = KINDS[kind].about == "words"
        if values and isinstance(values[0], list) != of_words:
            found, needed = ("one value", "one for every word") if of_words else ("a list", "one value")
            whole = "pairs" if "first" in self.split.column_names else "sentences"
            about = whole if of_words else "words"
            fitting = ", ".join(other for other, known in KINDS.items() if known.about == about and other != "parser")
            raise ConfigError(
                f"task.{self.task}: the column {name!r} of {self.corpus} holds {found} for each example, and a {kind} "
                f"needs {needed}; kinds that learn from it are {fitting}"
            )

    def line(self, number: int) -> int:
        """Return the line of an example, or where there are none its number among the examples."""
        return self.lines[number] if self.lines else number + 1

    def _no_column(self, name: str | None) -> str:
        found = "no column is named" if name is None else f"{self.corpus} has no column {name!r} to learn from"
        return f"task.{self.task}: {found}; {self._usable()}"

    def _usable(self) -> str:
        names = sorted(set(self.split.column_names) - _NO_LABELS)
        filled = [name for name in names if not all(_says_nothing(value) for value in self.column(name))]
        return f"columns with values are {', '.join(filled)}" if filled else "no column has values"


def _says_nothing(value: object) -> bool:
    if isinstance(value, list):
        return all(item == _NO_VALUE for item in value)
    return value is None or value == ""


def _trees(table: _Table) -> list[Gold]:
    heads, deprels = table.column("head"), table.column("deprel")
    tags = table.column("upos") if "upos" in table.split.column_names else [None] * len(heads)
    for number, ids in enumerate(heads):
        if fault := check_tree(ids, strict=True):
            raise CorpusError(f"task.{table.task}: {fault.message}", table.place, table.line(number))
    return [GoldTree(Tree(ids, relations), upos) for ids, relations, upos in zip(heads, deprels, tags, strict=True)]
