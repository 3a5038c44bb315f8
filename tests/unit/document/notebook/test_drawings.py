"""What notebooks show: well-formed markup whose texts are text, whatever they hold, and drawings in their bounds."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from jmt.document import Chunk, Document, Judgement, MultiwordToken, Sentence, Token
from jmt.document.notebook.arcs import stacked_arcs

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</text></svg><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'&amp;<style>*{display:none}</style>",
    "\u202egnp.exe",
    "a\x00b\x1b[2Jc\u2028d\x85",
    "\ud800\ufffe\U000e0041\u200b",
    "Z" + "\u0351" * 500,
    "w" * 100_000,
    "]]><!-- -->",
]


def parsed(html: str) -> ElementTree.Element:
    """The markup, which is strict enough for XML."""
    return ElementTree.fromstring(html)


def texts_in(html: str) -> list[str]:
    return [text for node in parsed(html).iter() if node.tag != "style" for text in node.itertext()]


def sentence(words: list[str], heads: list[int | None] | None = None, **said: object) -> Sentence:
    heads = heads or [None] * len(words)
    tokens = [
        Token(n, word, head=head, deprel=None if head is None else "dep")
        for n, (word, head) in enumerate(zip(words, heads, strict=True), 1)
    ]
    return Sentence(tokens, " ".join(words), **said)  # type: ignore[arg-type]


def centres(html: str) -> list[float]:
    return [float(node.attrib["x"]) for node in parsed(html).iter(f"{SVG}text") if node.attrib.get("class") == "form"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_stays_a_text_wherever_it_stands(text: str):
    token = Token(1, text, 0, 1, {text: text, "xpos": text, "lemma": text, "feats": text}, 0, text)
    whole = Sentence(
        [token, Token(2, "b", head=1, deprel=text)],
        text,
        spans={text: [Chunk(text, 1, 1), Chunk(text, 1, 2)]},
        multiword_tokens=[MultiwordToken(1, 2, text)],
        labels={text: text},
        scores={text: 1.0},
    )
    judgement = Judgement(text, text, 2.0, [0.5, 0.5], text, {text: 1.0}, {text: text, "other": 1.0})
    for html in (Document(text, [whole])._repr_html_(), whole._repr_html_(), judgement._repr_html_()):
        names = {node.tag.removeprefix(SVG) for node in parsed(html).iter()}
        assert names <= {"div", "style", "svg", "g", "path", "rect", "text", "title", "span", "bdi", "p", "i"}
        attributes = {name for node in parsed(html).iter() for name in node.attrib}
        assert not {name for name in attributes if name.startswith("on")} | (attributes & {"href", "src"})
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u200b\u202e\ud800\ufffe\U000e0041]", html) is None
        assert len(html) < 60_000


def test_words_tags_relations_spans_and_what_is_said_of_the_whole_are_there():
    tokens = [
        Token(1, "Les", 0, 3, {"upos": "DET", "lemma": "le", "chunk": "B-NP"}, 2, "det"),
        Token(2, "amis", 4, 8, {"upos": "NOUN", "lemma": "ami", "chunk": "I-NP", "feats": "Number=Plur"}, 0, "root"),
    ]
    ranges = [MultiwordToken(1, 2, "Lesamis")]
    drawn = Sentence(tokens, "Les amis", spans={"chunk": [Chunk("NP", 1, 2)]}, multiword_tokens=ranges)
    drawn.labels["genre"], drawn.scores["ease"] = "blog", 2.5
    texts = texts_in(drawn._repr_html_())

    assert {"Les", "amis", "DET", "NOUN", "le", "ami", "det", "root", "NP", "Lesamis", "Number=Plur"} <= set(texts)
    assert {"blog", "2.50"} <= set(texts)
    assert not {"B-NP", "I-NP"} & set(texts)


def test_words_stand_in_order_without_overlap_and_inside_the_drawing():
    html = sentence(["a", "W" * 31, "il", "字" * 10, "."], [2, 0, 2, 3, 2])._repr_html_()
    boxes = [(float(box.attrib["x"]), float(box.attrib["width"])) for box in parsed(html).iter(f"{SVG}rect")]
    (svg,) = parsed(html).iter(f"{SVG}svg")

    assert all(start + width < after for (start, width), (after, _) in pairwise(boxes))
    assert boxes[0][0] >= 0
    assert sum(boxes[-1]) <= float(svg.attrib["width"])


def test_a_sentence_that_is_read_from_the_right_begins_there():
    hebrew = sentence(["הילד", "קרא", "ספר", "C++"], [2, 0, 2, 3])._repr_html_()
    english = sentence(["The", "boy", "read", "ספר"], [2, 3, 0, 3])._repr_html_()

    assert centres(hebrew) == sorted(centres(hebrew), reverse=True)
    assert centres(english) == sorted(centres(english))
    assert 'dir="rtl"' in hebrew
    assert 'dir="rtl"' not in english
    ways = [
        node.attrib["direction"] for node in parsed(hebrew).iter(f"{SVG}text") if node.attrib.get("class") == "form"
    ]
    assert ways == ["rtl", "rtl", "rtl", "ltr"]


def test_arcs_that_span_others_are_higher_and_none_meets_another_on_its_height():
    arcs = stacked_arcs([2, 0, 2, 3, 2, 9, 7], ["dep"] * 7)

    heights = {arc.at: arc.height for arc in arcs}
    assert heights == {0: 1, 2: 1, 3: 1, 4: 2, 1: 3}


def test_of_many_sentences_and_of_a_long_one_the_beginning_is_drawn_and_the_rest_is_counted():
    long = sentence([f"w{n}" for n in range(1000)], [0, *range(1, 1000)])
    document = Document("", [sentence(["a"]) for _ in range(1020)])

    assert len(list(parsed(long._repr_html_()).iter(f"{SVG}rect"))) == 200
    assert "800 words more of this sentence are not drawn" in long._repr_html_()
    assert len(list(parsed(document._repr_html_()).iter(f"{SVG}svg"))) == 20
    assert "1,000 sentences more are not drawn" in document._repr_html_()


def test_a_wide_drawing_is_scrolled_in_its_box():
    html = sentence([f"w{n}" for n in range(200)])._repr_html_()

    (box,) = [node for node in parsed(html).iter("div") if node.attrib.get("class") == "scroll"]
    assert [child.tag for child in box] == [f"{SVG}svg"]
    assert ".jmt-drawing .scroll{padding:16px 20px;overflow-x:auto}" in html


def test_nothing_is_drawn_of_nothing():
    assert "No sentences." in Document("", [])._repr_html_()
    assert list(parsed(Sentence([])._repr_html_()).iter(f"{SVG}svg")) == []


def test_a_judgement_shows_its_score_over_the_scale_and_every_class():
    html = Judgement("A <b>", "B", 3.0, [0.0, 0.25, 0.5, 0.25, 0.0], "yes", {"no": 0.25, "yes": 0.75})._repr_html_()
    texts = texts_in(html)

    assert {"A <b>", "B", "3.00", "1", "5", "50.0 %", "yes", "75.0 %"} <= set(texts)
    best = [node for node in parsed(html).iter("div") if node.attrib.get("class") == "chance best"]
    assert [next(iter(node.itertext())) for node in best] == ["3", "yes"]


def test_styles_reach_nothing_outside_of_a_drawing():
    (style,) = parsed(sentence(["a"])._repr_html_()).iter("style")
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"@media [^{]*\{", "", style.text or ""))

    assert selectors
    assert [part for found in selectors for part in found.split(",") if ".jmt-drawing" not in part] == []
