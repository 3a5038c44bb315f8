"""How well a segmenter finds the tokens, words and sentences of a treebank's raw text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from jmt.cascade.symbols.examples import TaskExamples
from jmt.segmentation import Segmenter, SurfaceToken
from jmt.segmentation.assembly import Assembly
from jmt.segmentation.labels import read_label
from jmt.segmentation.reading import read_atoms

Spans = Counter[tuple[object, ...]]


def score_segmentation(segmenter: Segmenter, examples: TaskExamples) -> dict[str, float]:
    """Return F1 in [0, 1] of `tokens`, `words` and `sentences`, their mean `f1`, and how many words there are.

    A word of a multiword token counts where the token is found, in its place among the token's words, case aside; the
    scorer of CoNLL 2018 (`jmt evaluate --tokens own`) forgives a little more inside of such tokens.
    """
    gold: list[Spans] = [Counter(), Counter(), Counter()]
    own: list[Spans] = [Counter(), Counter(), Counter()]
    for number, (items, labels) in enumerate(zip(examples.inputs, examples.gold, strict=True)):
        text = "".join(items)  # type: ignore[arg-type]
        for counters, sentences in ((gold, _gold_sentences(text, labels)), (own, segmenter.segment(text))):  # type: ignore[arg-type]
            for counter, spans in zip(counters, _spans(number, sentences), strict=True):
                counter.update(spans)
    found = [_f1(one, other) for one, other in zip(gold, own, strict=True)]
    scores = dict(zip(("tokens", "words", "sentences"), found, strict=True))
    return {"f1": sum(found) / len(found), **scores, "count": gold[1].total()}


def _gold_sentences(text: str, labels: Sequence[str]) -> list[list[SurfaceToken]]:
    atoms = [atom for part in read_atoms([text]) for atom in part]
    assembly = Assembly()
    return [*assembly.add(atoms, map(read_label, labels)), *assembly.end()]


def _spans(number: int, sentences: Iterable[Sequence[SurfaceToken]]) -> Iterator[list[tuple[object, ...]]]:
    """Yield what is counted of tokens, words and sentences of a text."""
    listed = list(sentences)
    tokens = [token for sentence in listed for token in sentence]
    yield [(number, token.start, token.end) for token in tokens]
    yield [
        (number, token.start, token.end, place, word.lower() if token.words else "")
        for token in tokens
        for place, word in enumerate(token.words or (token.text,))
    ]
    yield [(number, sentence[0].start, sentence[-1].end) for sentence in listed]


def _f1(gold: Spans, own: Spans) -> float:
    both = gold.total() + own.total()
    return 2 * (gold & own).total() / both if both else 0.0
