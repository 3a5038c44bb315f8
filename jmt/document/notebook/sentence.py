"""A sentence as a drawing: arcs above the words, tags and brackets below; mirrored where it is read from the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from jmt.document.notebook.arcs import STEP, Arc, draw_arcs, stacked_arcs
from jmt.document.notebook.markup import Markup, element, joined
from jmt.document.notebook.measuring import brief, is_from_the_right, width_of

if TYPE_CHECKING:
    from jmt.document.document import Sentence
    from jmt.document.words import Token

_MOST_WORDS = 200
"""Of one drawing."""

_PILL, _LINE, _ROW, _WRITTEN = 29, 15, 27, 30
"""Pixels: the height of a word, of a tag, of a row of brackets, of what is written above its words."""

_WORD_SIZE, _TAG_SIZE, _LABEL_SIZE = 18, 11, 11.5
"""Of letters, in pixels, as the style has them."""

_FAMILIES = (
    "NOUN PROPN NN NNS NNP NNPS",
    "VERB AUX VB VBD VBG VBN VBP VBZ MD",
    "ADJ ADV JJ JJR JJS RB RBR RBS WRB",
    "DET PRON DT PDT WDT PRP PRP$ WP WP$ EX",
    "ADP CCONJ SCONJ PART IN TO CC RP POS",
    "NUM SYM X INTJ CD LS FW UH ADD AFX GW $ #",
    "PUNCT HYPH NFP . , : `` '' -LRB- -RRB-",
)
_FAMILY_OF = {tag: family for family, tags in enumerate(_FAMILIES) for tag in tags.split()}
"""Which colour a tag of UD or of the Penn Treebank has."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words from the first to the last, counted from 0, with what stands over or under them."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a drawing shows."""

    tokens: Sequence[Token]
    lines: list[str]
    """Names of the tags under each word."""
    rows: list[list[_Stretch]]
    """Spans, a row per task."""
    written: list[_Stretch]
    """Multiword tokens."""
    arcs: list[Arc]
    mirrored: bool

    @property
    def room(self) -> int:
        """Pixels between words and arcs, for what is written for several words."""
        return _WRITTEN if self.written else 0

    @property
    def floor(self) -> int:
        """Pixels above the words."""
        heights = max((arc.height for arc in self.arcs), default=0)
        return (heights * STEP + 14 if heights else 0) + self.room


def draw_sentence(sentence: Sentence) -> Markup:
    """Return a sentence in a box that can be scrolled, under what is said of it; of a very long one the beginning."""
    said = [joined(f"{brief(task)} ", element("bdi", {}, brief(label))) for task, label in sentence.labels.items()]
    said += [joined(f"{brief(task)} ", element("bdi", {}, f"{score:.2f}")) for task, score in sentence.scores.items()]
    chips = element("div", {"class": "said"}, *(element("span", {}, chip) for chip in said)) if said else Markup()
    more = len(sentence.tokens) - _MOST_WORDS
    note = f"{more:,} words more of this sentence are not drawn; sentence.tokens has all of them."
    plan = _plan_of(sentence)
    box = {"class": "scroll", "dir": "rtl" if plan.mirrored else "ltr"}
    drawing = element("div", box, _draw(plan, sentence.text)) if plan.tokens else Markup()
    return joined(chips, drawing, element("p", {}, note) if more > 0 else Markup())


def _plan_of(sentence: Sentence) -> _Plan:
    """Gather what is shown."""
    tokens = sentence.tokens[:_MOST_WORDS]
    count = len(tokens)
    spans = [[_Stretch(span.first - 1, span.last - 1, span.label) for span in row] for row in sentence.spans.values()]
    written = [_Stretch(range_.first - 1, range_.last - 1, range_.text) for range_ in sentence.multiword_tokens]
    heads = [head if (head := token.head) is not None and head <= count else None for token in tokens]
    return _Plan(
        tokens,
        _tag_lines(tokens, set(sentence.spans)),
        [row for row in (_inside(row, count) for row in spans) if row],
        _inside(written, count),
        stacked_arcs(heads, [token.deprel for token in tokens]),
        is_from_the_right(token.text for token in tokens),
    )


def _inside(stretches: Sequence[_Stretch], count: int) -> list[_Stretch]:
    """Return those that are made of the first `count` words."""
    return [one for one in stretches if 0 <= one.first <= one.last < count]


def _tag_lines(tokens: Sequence[Token], spans: set[str]) -> list[str]:
    """Name the labels to show under the words, lemmas last: no spans and features, and no column twice."""
    found = dict.fromkeys(name for token in tokens for name in token.labels)
    names = sorted(found.keys() - spans - {"feats"}, key=lambda name: (name == "lemma", list(found).index(name)))
    columns = {name: tuple(token.labels.get(name) for token in tokens) for name in names}
    return [name for place, name in enumerate(names) if columns[name] not in [columns[n] for n in names[:place]]]


def _place(plan: _Plan) -> tuple[list[float], list[float], float]:
    """Return widths and centres of the words, and the width of all, as close as texts allow."""
    single = {span.first: span.text for row in plan.rows for span in row if span.first == span.last}
    widths = [
        max(
            30.0,
            width_of(token.text, _WORD_SIZE) + 14,
            width_of(single.get(at, ""), _LABEL_SIZE) + 6,
            *(width_of(token.labels.get(name, ""), _TAG_SIZE) + 4 for name in plan.lines),
        )
        for at, token in enumerate(plan.tokens)
    ]
    apart: list[list[tuple[int, float]]] = [
        [(at - 1, (widths[at - 1] + widths[at]) / 2 + 8)] if at else [] for at in range(len(widths))
    ]
    for arc in plan.arcs:
        left, right = arc.ends
        if left < right:
            apart[right].append((left, width_of(arc.label, _LABEL_SIZE) + 26))
    for one in [*(span for row in plan.rows for span in row), *plan.written]:
        if one.first < one.last:
            room = width_of(one.text, _WORD_SIZE) + 10 - (widths[one.first] + widths[one.last]) / 2
            apart[one.last].append((one.first, room))
    centres: list[float] = []
    for limits in apart:
        centres.append(max([widths[0] / 2 + 1, *(centres[start] + distance for start, distance in limits)]))
    width = centres[-1] + widths[-1] / 2 + 1
    return widths, [width - centre for centre in centres] if plan.mirrored else centres, width


def _draw(plan: _Plan, text: str) -> Markup:
    """Return the drawing."""
    widths, centres, width = _place(plan)
    tags = plan.floor + _PILL + 16
    brackets = tags + len(plan.lines) * _LINE - 5
    height = brackets + len(plan.rows) * _ROW
    size = {"width": f"{width:.0f}", "height": height, "viewBox": f"0 0 {width:.0f} {height}"}

    def above(pixels: float) -> float:
        return plan.floor - pixels - (plan.room if pixels > 7 else 0)

    def edges(one: _Stretch) -> tuple[float, float]:
        ends = [centres[at] + side * widths[at] / 2 for at in (one.first, one.last) for side in (-1, 1)]
        return min(ends) + 1, max(ends) - 1

    parts = [*draw_arcs(plan.arcs, centres, above)]
    parts += [_bracket("written", *edges(one), plan.floor - 1, -1, one.text) for one in plan.written]
    parts += _words(plan, widths, centres, tags)
    for row, spans in enumerate(plan.rows):
        parts += [_bracket("span", *edges(span), brackets + row * _ROW, 1, span.text) for span in spans]
    named = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": text[:300]}
    return element("svg", {**named, **size}, *parts)


def _words(plan: _Plan, widths: Sequence[float], centres: Sequence[float], tags: int) -> Iterator[Markup]:
    """Yield the words with their tags; features are told where a word is pointed at."""
    for token, width, centre in zip(plan.tokens, widths, centres, strict=True):
        box = {"x": f"{centre - width / 2:.1f}", "y": plan.floor + 2, "width": f"{width:.1f}", "height": _PILL, "rx": 6}
        parts = [
            element("rect", box),
            _text(centre, plan.floor + 22, token.text, "form"),
            *(
                _text(centre, tags + line * _LINE, token.labels.get(name, ""), _look_of(name, line))
                for line, name in enumerate(plan.lines)
            ),
        ]
        if token.feats not in (None, "_"):
            parts.append(element("title", {}, str(token.feats)[:300]))
        first = token.labels.get(plan.lines[0], "") if plan.lines and plan.lines[0] != "lemma" else ""
        family = f"family-{_FAMILY_OF.get(first, crc32(first.encode('utf-8', 'replace')) % 7)}" if first else "plain"
        yield element("g", {"class": f"word {family}"}, *parts)


def _look_of(name: str, line: int) -> str:
    return "tag lemma" if name == "lemma" else "tag second" if line else "tag"


def _bracket(looks: str, start: float, end: float, y: float, way: int, text: str) -> Markup:
    """Return a bracket under words (`way` 1) or over them (-1), with its text."""
    line = f"M{start:.1f} {y}v{2 * way}q0 {4 * way} 4 {4 * way}H{end - 4:.1f}q4 0 4 {-4 * way}v{-2 * way}"
    place = y + 19 if way > 0 else y - 12
    return element("g", {"class": looks}, element("path", {"d": line}), _text((start + end) / 2, place, text, "label"))


def _text(x: float, y: float, text: str, looks: str) -> Markup:
    """Return a text around a point, in the direction of its own letters, so that it turns nothing else round."""
    way = "rtl" if is_from_the_right([text]) else "ltr"
    return element("text", {"class": looks, "x": f"{x:.1f}", "y": y, "direction": way}, brief(text))
