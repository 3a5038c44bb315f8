"""Which columns a table has: chosen beforehand, the same for all pieces of a stream, or found in what is there.

A task is a column of its own name, whatever its kind; a name that is taken already gets `_2` behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from jmt.document.document import Document, Sentence
    from jmt.document.judgement import Judgement
    from jmt.document.words import Token

Holds = Literal["text", "count", "whole", "number", "numbers"]
"""What stands in a column: a text, a number of a row, a whole number, a number, a list of numbers; any but the second
may be missing."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    holds: Holds
    value_of: Callable[[Any], Any]
    """From a row, which is a `WordRow` or a `Judgement`."""


class WordRow(NamedTuple):
    """One word and where it stands."""

    document: int
    sentence: int
    whole: Sentence
    token: Token


@dataclass(frozen=True, slots=True)
class WordColumns:
    """The columns of a table of words, besides where a word stands."""

    labels: tuple[str, ...] = ()
    """Tasks, and columns of the input, that give each word a label."""
    tree: bool = False
    """Whether there are `head` and `deprel`."""
    classes: tuple[str, ...] = ()
    """Tasks that give a sentence a class: the same in the row of each of its words."""
    scores: tuple[str, ...] = ()
    """Tasks that grade a sentence."""
    confidences: tuple[str, ...] = ()
    """Tasks of whose predictions there is a probability, in `TASK_confidence`."""

    @classmethod
    def found_in(cls, documents: Iterable[Document]) -> WordColumns:
        """Return the columns of all that is said in documents."""
        labels: dict[str, None] = {}
        classes: dict[str, None] = {}
        scores: dict[str, None] = {}
        sure: dict[str, None] = {}
        tree = False
        for sentence in (sentence for document in documents for sentence in document.sentences):
            classes |= dict.fromkeys(sentence.labels)
            scores |= dict.fromkeys(sentence.scores)
            sure |= dict.fromkeys(sentence.probabilities)
            for token in sentence.tokens:
                labels |= dict.fromkeys(token.labels)
                sure |= dict.fromkeys(token.confidences)
                tree = tree or token.head is not None
        return cls(tuple(labels), tree, tuple(classes), tuple(scores), tuple(sure))

    @classmethod
    def of_tasks(cls, tasks: Iterable[Mapping[str, Any]], *, confidences: bool = False) -> WordColumns:
        """Return the columns of what tasks say, each as `Annotator.describe` tells of it."""
        columns = cls()
        sure: list[str] = []
        for name, kind in ((task["name"], task["kind"]) for task in tasks):
            if kind == "parser":
                columns = replace(columns, tree=True)
            elif kind == "classifier":
                columns = replace(columns, classes=(*columns.classes, name))
            elif kind == "regressor":
                columns = replace(columns, scores=(*columns.scores, name))
            else:
                columns = replace(columns, labels=(*columns.labels, name))
            sure += [name] if confidences and kind != "regressor" else []
        return replace(columns, confidences=tuple(sure))

    def list_columns(self) -> list[Column]:
        """Return every column, in order; its values come of a `WordRow`."""
        columns = [
            Column("document", "count", attrgetter("document")),
            Column("sentence", "count", attrgetter("sentence")),
            Column("id", "count", attrgetter("token.id")),
            Column("text", "text", attrgetter("token.text")),
            Column("start", "whole", attrgetter("token.start")),
            Column("end", "whole", attrgetter("token.end")),
            *(Column(task, "text", _entry(attrgetter("token.labels"), task)) for task in self.labels),
        ]
        if self.tree:
            columns.append(Column("head", "whole", attrgetter("token.head")))
            columns.append(Column("deprel", "text", attrgetter("token.deprel")))
        columns += [Column(task, "text", _entry(attrgetter("whole.labels"), task)) for task in self.classes]
        columns += [Column(task, "number", _entry(attrgetter("whole.scores"), task)) for task in self.scores]
        columns += [Column(f"{task}_confidence", "number", _confidence(task)) for task in self.confidences]
        return _with_names_of_their_own(columns)


@dataclass(frozen=True, slots=True)
class PairColumns:
    """The columns of a table of judgements, besides the two sentences."""

    scores: tuple[str, ...] = ()
    """Tasks that grade a pair."""
    classes: tuple[str, ...] = ()
    """Tasks that give a pair a class."""
    distribution: bool = False
    """Whether the probabilities of the whole grades of relatedness are there, as a list."""
    probabilities: tuple[str, ...] = ()
    """Classes of entailment of which there is a probability, in `entailment_CLASS`."""

    @classmethod
    def found_in(cls, judgements: Iterable[Judgement]) -> PairColumns:
        """Return the columns of all that is said in judgements."""
        scores: dict[str, None] = {}
        classes: dict[str, None] = {}
        probabilities: dict[str, None] = {}
        distribution = False
        for judgement in judgements:
            for task, value in _said_of(judgement).items():
                (classes if isinstance(value, str) else scores)[task] = None
            distribution = distribution or judgement.relatedness_distribution is not None
            probabilities |= dict.fromkeys(judgement.probabilities or ())
        return cls(tuple(scores), tuple(classes), distribution, tuple(probabilities))

    @classmethod
    def of_tasks(cls, tasks: Iterable[Mapping[str, Any]]) -> PairColumns:
        """Return the columns of what tasks about pairs say, each as `Annotator.describe` tells of it."""
        listed = list(tasks)
        scores = tuple(task["name"] for task in listed if task["kind"] == "pair_regressor")
        classes = tuple(task["name"] for task in listed if task["kind"] == "pair_classifier")
        labels = next((tuple(task["labels"]) for task in listed if task["name"] == "entailment"), ())
        return cls(scores, classes, "relatedness" in scores, labels if "entailment" in classes else ())

    def list_columns(self) -> list[Column]:
        """Return every column, in order; its values come of a `Judgement`."""
        columns = [Column("first", "text", attrgetter("first")), Column("second", "text", attrgetter("second"))]
        columns += [Column(task, "number", _entry(_said_of, task)) for task in self.scores]
        if self.distribution:
            columns.append(Column("relatedness_distribution", "numbers", attrgetter("relatedness_distribution")))
        columns += [Column(task, "text", _entry(_said_of, task)) for task in self.classes]
        chances = attrgetter("probabilities")
        columns += [Column(f"entailment_{name}", "number", _entry(chances, name)) for name in self.probabilities]
        return _with_names_of_their_own(columns)


def _entry(of: Callable[[Any], Mapping[str, Any] | None], key: str) -> Callable[[Any], Any]:
    """Return what reads one entry of a row's mapping, None where there is none."""
    return lambda row: (of(row) or {}).get(key)


def _confidence(task: str) -> Callable[[WordRow], float | None]:
    """Return what reads how probable a prediction is, of the word or of the class of its sentence."""

    def value_of(row: WordRow) -> float | None:
        if task in row.token.confidences:
            return row.token.confidences[task]
        return row.whole.probabilities.get(task, {}).get(row.whole.labels.get(task, ""))

    return value_of


def _said_of(judgement: Judgement) -> dict[str, float | str]:
    """Return what is said of a pair, by the name of the task."""
    said: dict[str, float | str | None] = {"relatedness": judgement.relatedness, "entailment": judgement.entailment}
    return {**{task: value for task, value in said.items() if value is not None}, **judgement.values}


def _with_names_of_their_own(columns: Sequence[Column]) -> list[Column]:
    """Return columns of which none is called as one before it: `document` becomes `document_2`."""
    named: dict[str, Column] = {}
    for column in columns:
        name, number = column.name, 2
        while name in named:
            name, number = f"{column.name}_{number}", number + 1
        named[name] = column._replace(name=name)
    return list(named.values())
