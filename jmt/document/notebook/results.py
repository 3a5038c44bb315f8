"""A sentence, a document and a judgement as a notebook shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jmt.document.notebook.markup import Markup, element, joined
from jmt.document.notebook.measuring import brief
from jmt.document.notebook.sentence import draw_sentence
from jmt.document.notebook.style import framed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jmt.document.document import Sentence
    from jmt.document.judgement import Judgement

_MOST_SENTENCES = 20
"""Drawn of one document."""


def sentences_html(sentences: Sequence[Sentence]) -> str:
    """Return sentences under each other, the first of very many, and how many are left out."""
    drawn = [draw_sentence(sentence) for sentence in sentences[:_MOST_SENTENCES]]
    if not sentences:
        drawn.append(element("p", {}, "No sentences."))
    if (more := len(sentences) - _MOST_SENTENCES) > 0:
        note = f"{more:,} sentences more are not drawn; document.sentences[{_MOST_SENTENCES}] draws the next."
        drawn.append(element("p", {}, note))
    return str(framed(*drawn))


def judgement_html(judgement: Judgement) -> str:
    """Return two sentences and what is said of them: scores, classes, and how probable each is."""
    pair = [element("p", {}, element("bdi", {}, text[:2000])) for text in (judgement.first, judgement.second)]
    verdicts = []
    if judgement.relatedness is not None:
        spread = judgement.relatedness_distribution or []
        # A score is the mean of the distribution over the whole numbers from the lowest, which it tells thereby.
        lowest = round(judgement.relatedness - sum(place * share for place, share in enumerate(spread)))
        bars = _bars({str(lowest + place): share for place, share in enumerate(spread)})
        verdicts.append(_verdict("relatedness", f"{judgement.relatedness:.2f}", bars))
    if judgement.entailment is not None:
        verdicts.append(_verdict("entailment", judgement.entailment, _bars(judgement.probabilities or {})))
    for task, value in judgement.values.items():
        verdicts.append(_verdict(task, value if isinstance(value, str) else f"{value:.2f}", Markup()))
    return str(framed(*pair, *verdicts))


def _verdict(task: str, found: str, bars: Markup) -> Markup:
    """Return what a task says."""
    return element("div", {"class": "verdict"}, brief(task), element("div", {"class": "big"}, brief(found)), bars)


def _bars(shares: dict[str, float]) -> Markup:
    """Return probabilities as bars, the most probable marked."""
    best = max(shares.values(), default=0.0)
    rows = []
    for name, share in shares.items():
        bar = element("i", {"style": f"width:{100 * min(1.0, max(0.0, share)):.1f}%"})
        looks = "chance best" if share == best else "chance"
        parts = (element("bdi", {}, brief(name)), element("span", {}, bar), element("span", {}, f"{100 * share:.1f} %"))
        rows.append(element("div", {"class": looks}, *parts))
    return joined(*rows)
