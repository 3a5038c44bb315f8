"""Properties of documents with multiword tokens at random places: nothing of the text is lost, in any form."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.document import Document, MultiwordToken
from jmt.formats import jsonl
from jmt.formats.conllu import lay_out_document, read_conllu
from jmt.formats.split_text import document_of_text
from jmt.segmentation import SurfaceToken, words_of

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"], exclude_characters="|"),
    min_size=1,
    max_size=4,
)
several = st.lists(words, min_size=2, max_size=3).map(tuple)
pieces = st.one_of(
    words.map(lambda form: (form, ())),
    several.map(lambda parts: ("".join(parts), parts)),
    st.tuples(words, several),
)
"""A form and the words it stands for: one word, several that make it up, several that do not."""
labels = st.dictionaries(st.sampled_from(["lemma", "upos", "xpos", "feats", "ner"]), st.text("abX=", min_size=1))

Segments = list[list[SurfaceToken]]


@st.composite
def segmented(draw: st.DrawFn, gaps: tuple[str, ...] = ("", " ", "  ", "\n\n", "\u00a0")) -> tuple[str, Segments]:
    """A text and its sentences of tokens, as a segmenter gives them."""
    text, sentences = draw(st.sampled_from(gaps)), []
    for sentence in draw(st.lists(st.lists(pieces, min_size=1, max_size=6), max_size=3)):
        tokens = []
        for form, parts in sentence:
            tokens.append(SurfaceToken(form, len(text), len(text) + len(form), parts))
            text += form + draw(st.sampled_from(gaps))
        sentences.append(tokens)
    return text, sentences


@given(segmented())
def test_slices_of_what_is_written_and_the_gaps_between_give_back_the_text(drawn: tuple[str, Segments]):
    text, segments = drawn
    document = document_of_text(text, segments)

    spelled, cursor = "", 0
    for unit in (unit for sentence in document.sentences for unit in sentence.surface_tokens):
        assert text[unit.start : unit.end] == unit.text
        assert text[cursor : unit.start].strip() == ""
        spelled += text[cursor : unit.start] + unit.text
        cursor = unit.end
    assert spelled + text[cursor:] == text


@given(segmented())
def test_every_word_stands_inside_what_is_written_for_it(drawn: tuple[str, Segments]):
    document = document_of_text(*drawn)

    for sentence, surface in zip(document.sentences, drawn[1], strict=True):
        assert [token.text for token in sentence.tokens] == words_of(surface)
        assert [token.id for token in sentence.tokens] == list(range(1, len(sentence.tokens) + 1))
        assert [unit.text for unit in sentence.surface_tokens] == [token.text for token in surface]
        for unit, token in zip(sentence.surface_tokens, surface, strict=True):
            found = sentence.words_of(unit)
            assert isinstance(unit, MultiwordToken) == bool(token.words)
            if "".join(word.text for word in found) == unit.text:
                assert [document.text[word.start : word.end] for word in found] == [word.text for word in found]
            else:
                assert {(word.start, word.end) for word in found} == {(unit.start, unit.end)}


@given(segmented(), st.data())
def test_documents_survive_json_with_all_that_tasks_say(drawn: tuple[str, Segments], data: st.DataObject):
    document = document_of_text(*drawn)
    for token in document.tokens:
        token.labels = data.draw(labels)

    again = Document.from_dict(json.loads(jsonl.write_jsonl_line(document.to_dict())))

    assert again == document
    assert again.to_conllu() == document.to_conllu()


@given(segmented(gaps=("", " ")), st.data())
@settings(max_examples=50)
def test_documents_survive_conllu_with_their_offsets(drawn: tuple[str, Segments], data: st.DataObject):
    text = drawn[0].strip(" ")
    shift = drawn[0].index(text) if text else 0
    segments = [[token._replace(start=token.start - shift, end=token.end - shift) for token in s] for s in drawn[1]]
    document = document_of_text(text, segments)
    for token in document.tokens:
        token.labels = {key: value for key, value in data.draw(labels).items() if key != "ner"}
    written = document.to_conllu()

    again = lay_out_document(read_conllu(written))

    assert again.to_conllu() == written
    assert again.text == text
    expected = document.to_dict()["sentences"]
    found = again.to_dict()["sentences"]
    assert [sentence["tokens"] for sentence in found] == [sentence["tokens"] for sentence in expected]
    assert [sentence.get("multiword_tokens") for sentence in found] == (
        [sentence.get("multiword_tokens") for sentence in expected]
    )


@given(segmented())
@settings(max_examples=30)
def test_a_doc_of_spacy_has_every_word_in_the_place_of_what_is_written_and_the_rest_of_the_text(
    drawn: tuple[str, Segments],
):
    pytest.importorskip("spacy")
    document = document_of_text(*drawn)

    doc = document.to_spacy()

    held = [token for token in doc if not token.is_space]
    assert [token.text for token in held] == [token.text for token in document.tokens]
    spelled, cursor = "", 0
    for unit, sentence in ((unit, s) for s in document.sentences for unit in s.surface_tokens):
        parts = [word.text for word in sentence.words_of(unit)]
        spelled += document.text[cursor : unit.start] + ("" if "".join(parts) == unit.text else " ").join(parts)
        cursor = unit.end
    assert doc.text == spelled + document.text[cursor:]
    ranges = [(range_.text, range_.first, range_.last) for s in document.sentences for range_ in s.multiword_tokens]
    spans = doc.spans["multiword_tokens"] if ranges else []
    assert [(span.label_, len(span)) for span in spans] == [(form, last - first + 1) for form, first, last in ranges]
