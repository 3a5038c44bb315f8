"""What is known of words goes into a Doc that has them; what nothing is known of stays."""

from __future__ import annotations

from typing import Any

import pytest

from jmt.document import Chunk, Sentence, Token
from jmt.document.doc_filling import PlacedSentence, fill_doc

spacy = pytest.importorskip("spacy")


@pytest.fixture
def doc() -> Any:
    from spacy.tokens import Doc

    words = ["\n", "Cats", " ", "sleep", "."]
    return Doc(
        spacy.blank("en").vocab, words=words, spaces=[False] * 5, lemmas=["a", "b", "c", "d", "e"], tags=["old"] * 5
    )


def sentence(*labels: dict[str, str], spans: dict[str, list[Chunk]] | None = None) -> Sentence:
    words = ["Cats", "sleep", "."]
    tokens = [Token(number, word, labels=labels[number - 1]) for number, word in enumerate(words, start=1)]
    return Sentence(tokens, spans=spans or {})


NOTHING: tuple[dict[str, str], ...] = ({}, {}, {})


def test_what_nothing_is_known_of_stays_as_it_was(doc: Any):
    fill_doc(doc, [PlacedSentence(sentence({"upos": "NOUN"}, {"upos": "VERB"}, {"upos": "own"}), 0, [1, 3, 4])])

    assert [token.pos_ for token in doc] == ["SPACE", "NOUN", "SPACE", "VERB", ""]
    assert [token.tag_ for token in doc] == ["old"] * 5
    assert [token.lemma_ for token in doc] == ["a", "b", "c", "d", "e"]
    assert not doc.has_annotation("MORPH")
    assert not doc.has_annotation("DEP")


def test_white_space_is_complete_where_words_are(doc: Any):
    known = {"xpos": "T", "upos": "X", "lemma": "l", "feats": "_"}
    filled = sentence(known, known, known)
    filled.write_tree([2, 0, 2], ["nsubj", "root", "punct"])

    fill_doc(doc, [PlacedSentence(filled, 0, [1, 3, 4])])

    for attribute in ("TAG", "POS", "LEMMA", "MORPH", "DEP", "SENT_START"):
        assert doc.has_annotation(attribute, require_complete=True), attribute
    assert [token.dep_ for token in doc] == ["dep", "nsubj", "dep", "ROOT", "punct"]
    assert [token.head.i for token in doc] == [1, 3, 1, 3, 3]
    assert [token.tag_ for token in doc] == ["_SP", "T", "_SP", "T", "T"]


def test_white_space_may_be_a_sentence_by_itself(doc: Any):
    filled = sentence(*NOTHING)
    filled.write_tree([2, 0, 2], ["nsubj", "root", "punct"])

    fill_doc(doc, [PlacedSentence(Sentence([]), 0, []), PlacedSentence(filled, 1, [1, 3, 4])])

    assert [one.text for one in doc.sents] == ["\n", "Cats sleep."]
    assert doc[0].dep_ == "ROOT"


def test_spans_of_one_name_are_written_anew_and_others_stay(doc: Any):
    doc.spans["mine"] = [doc[0:1]]
    filled = sentence(*NOTHING, spans={"chunk": [Chunk("NP", 1, 1)]})

    for _ in range(2):
        fill_doc(doc, [PlacedSentence(filled, 0, [1, 3, 4])])

    assert [(span.text, span.label_) for span in doc.spans["chunks"]] == [("Cats", "NP")]
    assert len(doc.spans["mine"]) == 1


def test_a_task_that_is_called_chunks_keeps_its_name_to_itself(doc: Any):
    filled = sentence(*NOTHING, spans={"chunk": [Chunk("NP", 1, 1)], "chunks": [Chunk("VP", 2, 2)]})

    fill_doc(doc, [PlacedSentence(filled, 0, [1, 3, 4])])

    assert [span.label_ for span in doc.spans["chunk"]] == ["NP"]
    assert [span.label_ for span in doc.spans["chunks"]] == ["VP"]


def test_entities_that_are_there_already_stay(doc: Any):
    doc.ents = [spacy.tokens.Span(doc, 1, 2, "ANIMAL")]
    filled = sentence(*NOTHING, spans={"ner": [Chunk("PER", 1, 2), Chunk("SIGN", 3, 3)]})

    fill_doc(doc, [PlacedSentence(filled, 0, [1, 3, 4])])

    assert [(entity.text, entity.label_) for entity in doc.ents] == [("Cats", "ANIMAL"), (".", "SIGN")]
    assert [span.label_ for span in doc.spans["ner"]] == ["PER", "SIGN"]


def test_a_document_that_another_parser_has_parsed_keeps_its_sentences():
    from spacy.tokens import Doc

    parsed = Doc(spacy.blank("en").vocab, words=["Go", "Stay"], heads=[0, 1], deps=["ROOT", "ROOT"])

    fill_doc(parsed, [PlacedSentence(Sentence([Token(1, "Go"), Token(2, "Stay")]), 0, [0, 1])])

    assert len(list(parsed.sents)) == 2
