"""The raw text of a treebank as what a segmenter learns from: rows of atoms, and what begins and ends at each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from jmt.cascade.symbols.examples import TaskExamples
from jmt.document import Sentence
from jmt.formats.conllu_layout import lay_out_document, paragraphs
from jmt.segmentation.expansion import expansions_of
from jmt.segmentation.labels import APART, FUSED, INSIDE, ONE_WORD, SENTENCE, TOKEN, AtomLabel, write_label
from jmt.segmentation.reading import Atom, read_atoms
from jmt.segmentation.segmenter import SurfaceToken
from jmt.segmentation.stretches import WHITE


@dataclass(slots=True)
class _Paragraph:
    """A paragraph's atoms, the border at each, and the ways to expand what ends there."""

    atoms: list[Atom]
    borders: list[int]
    ways: dict[int, list[str]] = field(default_factory=dict)


def segmentation_examples(task: str, sentences: Iterable[Sentence], dropped: Collection[int] = ()) -> TaskExamples:
    """Return an example for every paragraph of a treebank, the atoms of its text beside their labels.

    Sentences whose `id` is in `dropped` are left out: a paragraph ends there, and what follows is another one, so that
    nothing is spliced.

    Of several ways to expand a token (`didn't` ends in three letters, or begins with three) that one is taken which the
    most tokens of the treebank share.  Borders and words that no label can say are left out.
    """
    found = [
        _read(list(stretch))
        for paragraph in paragraphs(sentences)
        for is_dropped, stretch in groupby(paragraph, lambda sentence: id(sentence) in dropped)
        if not is_dropped
    ]
    counts = Counter(way for paragraph in found for ways in paragraph.ways.values() for way in ways)
    inputs, gold = [], []
    for paragraph in found:
        chosen = {place: max(ways, key=lambda way: (counts[way], way)) for place, ways in paragraph.ways.items()}
        inputs.append([WHITE[atom.spacing] + atom.form for atom in paragraph.atoms])
        gold.append(
            [
                write_label(AtomLabel(border, chosen.get(place, ONE_WORD)))
                for place, border in enumerate(paragraph.borders)
            ]
        )
    return TaskExamples(task, "segmenter", inputs, gold)


def _read(paragraph: Sequence[Sentence]) -> _Paragraph:
    text = lay_out_document(paragraph).text
    atoms = [atom for part in read_atoms([text]) for atom in part]
    begins = {atom.start: place for place, atom in enumerate(atoms)}
    ends = {atom.start + len(atom.form): place for place, atom in enumerate(atoms)}
    inner = {place for atom in atoms for place in range(atom.start + 1, atom.start + len(atom.form))}
    result = _Paragraph(atoms, [INSIDE] * len(atoms))
    for sentence in paragraph:
        border = SENTENCE
        for stretch in _stretches(sentence, inner):
            first, last = begins.get(stretch[0].start), ends.get(stretch[-1].end)
            if first is None:  # a control character, which is no atom
                continue
            result.borders[first] = border
            border = TOKEN
            if last is not None and (ways := _ways(text, stretch)):
                result.ways[last] = ways
    return result


def _stretches(sentence: Sentence, inner: set[int]) -> Iterator[list[SurfaceToken]]:
    """Yield the tokens of a sentence; together those that part inside of an atom."""
    stretch: list[SurfaceToken] = []
    for unit in sentence.surface_tokens:
        words = tuple(word.text for word in sentence.words_of(unit))
        start, end = unit.start or 0, unit.end or 0  # laid out, so that both are known
        stretch.append(SurfaceToken(unit.text, start, end, words if len(words) > 1 else ()))
        if end not in inner:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _ways(text: str, stretch: Sequence[SurfaceToken]) -> list[str]:
    """Return the expansions of one multiword token, or of tokens that stand without space inside of an atom."""
    if len(stretch) == 1:
        return [FUSED + way for way in expansions_of(stretch[0].text, stretch[0].words)] if stretch[0].words else []
    form = text[stretch[0].start : stretch[-1].end]
    parts = [token.text for token in stretch]
    if any(token.words for token in stretch) or "".join(parts) != form:
        return []
    return [APART + way for way in expansions_of(form, parts) if way.startswith("cut")]
