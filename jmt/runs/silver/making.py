"""From raw text and models to silver trees: what all agree on, without what is too short, known, or evaluated on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import tee
from typing import TYPE_CHECKING

from jmt.cascade.kinds import KINDS
from jmt.data.unions.leaks import letters_of
from jmt.document import Document, Sentence
from jmt.errors import InputError
from jmt.runs.silver.agreeing import TREE, Agreement, agreed_sentences

if TYPE_CHECKING:
    from jmt.annotate.annotating import Annotating

_PARSER = "parser"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sentences are kept."""

    agreed: tuple[str, ...] = (TREE,)
    """What all models have to agree on besides words: `TREE`, and tasks about words."""
    shortest: int = 5
    longest: int = 60
    """Words."""
    most: int | None = None
    """Sentences; None: all."""


@dataclass(slots=True)
class Harvest:
    """What became of the sentences that models agreed on; counts of sentences."""

    agreement: Agreement = field(default_factory=Agreement)
    length: int = 0
    """Too short or too long."""
    repeated: int = 0
    """The same letters as one before, in any case, and whatever signs are between them."""
    evaluated: int = 0
    """In an evaluation split."""
    kept: int = 0
    words: int = 0
    """Of what is kept."""


def check_models(models: Sequence[Annotating], also: Sequence[str] = ()) -> Wanted:
    """Return what models are to agree on: trees, and the tasks in `also`.

    Raises:
        InputError: fewer than two models, the same model twice, one without a parser, other languages, or a task that
            gives words no labels or that a model does not have.
    """
    if len(models) < 2:
        raise InputError("silver trees are those on which models agree: name two models or more")
    told = [model.describe() for model in models]
    names = [str(one["name"]) for one in told]
    if len({one["revision"] for one in told}) < len(told):
        raise InputError(f"{', '.join(names)}: the same model twice agrees with itself: name models that differ")
    if len({one["language"] for one in told}) > 1:
        listed = ", ".join(f"{one['name']} {one['language']}" for one in told)
        raise InputError(f"models of different languages cannot agree on a text: {listed}")
    kinds = [{task["name"]: task["kind"] for task in one["tasks"]} for one in told]
    for name, own in zip(names, kinds, strict=True):
        if _PARSER not in own.values():
            raise InputError(f"{name}: it has no parser, so that there are no trees; its tasks are {', '.join(own)}")
    common = [task for task in kinds[0] if all(_has_labels(own.get(task)) for own in kinds)]
    if unknown := [task for task in also if task not in common]:
        raise InputError(f"--also {unknown[0]}: all models must have it, besides trees; those are {', '.join(common)}")
    return Wanted(agreed=tuple(dict.fromkeys((TREE, *also))))


def silver_sentences(
    models: Sequence[Annotating],
    texts: Iterable[str],
    wanted: Wanted,
    evaluated: AbstractSet[str],
    harvest: Harvest,
) -> Iterator[tuple[Sentence, ...]]:
    """Yield, text by text, the sentences that are kept, with the first model's labels; `harvest` counts.

    `evaluated` are the letters of sentences that no training may see.  Texts are read once, as a stream.
    """
    streams = [
        model.pipe(copy, tasks=_tasks_of(model, None if number == 0 else wanted.agreed))
        for number, (model, copy) in enumerate(zip(models, tee(texts, len(models)), strict=True))
    ]
    seen: set[str] = set()
    for documents in zip(*streams, strict=True):
        yield tuple(_kept(documents, wanted, evaluated, seen, harvest))
        if wanted.most is not None and harvest.kept >= wanted.most:
            return


def _kept(
    documents: Sequence[Document], wanted: Wanted, evaluated: AbstractSet[str], seen: set[str], harvest: Harvest
) -> Iterator[Sentence]:
    for sentence in agreed_sentences(documents, wanted.agreed, harvest.agreement):
        letters = letters_of([token.text for token in sentence.tokens])
        if not wanted.shortest <= len(sentence.tokens) <= wanted.longest:
            harvest.length += 1
        elif letters in evaluated:
            harvest.evaluated += 1
        elif letters in seen:
            harvest.repeated += 1
        elif wanted.most is None or harvest.kept < wanted.most:
            seen.add(letters)
            harvest.kept += 1
            harvest.words += len(sentence.tokens)
            sentence.comments = [f"# sent_id = silver-{harvest.kept}"]
            yield sentence


def _tasks_of(model: Annotating, agreed: Sequence[str] | None) -> list[str]:
    """Return a model's tasks about words that are run: all, or its parser and those that models have to agree on."""
    kinds = {task["name"]: task["kind"] for task in model.describe()["tasks"]}
    return [
        task
        for task, kind in kinds.items()
        if _is_of_words(kind) and (agreed is None or kind == _PARSER or task in agreed)
    ]


def _has_labels(kind: str | None) -> bool:
    """Tell whether a kind of task gives every word a label."""
    return _is_of_words(kind) and kind != _PARSER


def _is_of_words(kind: str | None) -> bool:
    return kind is not None and KINDS[kind].about == "words"
