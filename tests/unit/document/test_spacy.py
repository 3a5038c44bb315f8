"""A document as a spaCy Doc: same text, same offsets, same trees and spans."""

from __future__ import annotations

import pytest

from jmt.document import Chunk, Document, Sentence, Token
from jmt.errors import InputError
from jmt.formats.conllu import lay_out_document, read_conllu
from jmt.formats.docbin import docbin_bytes

spacy = pytest.importorskip("spacy")

TEXT = "  The cat  sat.\n\nIt slept. "


@pytest.fixture
def document() -> Document:
    first = [
        Token(1, "The", 2, 5, {"xpos": "DT", "upos": "DET", "chunk": "B-NP", "lemma": "the"}, 2, "det"),
        Token(2, "cat", 6, 9, {"xpos": "NN", "upos": "NOUN", "chunk": "I-NP", "feats": "Number=Sing"}, 3, "nsubj"),
        Token(3, "sat", 11, 14, {"xpos": "VBD", "upos": "VERB", "chunk": "B-VP"}, 0, "root"),
        Token(4, ".", 14, 15, {"xpos": ".", "upos": "own", "chunk": "O"}, 3, "punct"),
    ]
    second = [
        Token(1, "It", 17, 19, {}, 2, "nsubj"),
        Token(2, "slept", 20, 25, {}, 0, "root"),
        Token(3, ".", 25, 26, {}, 2, "punct"),
    ]
    spans = {"chunk": [Chunk("NP", 1, 2), Chunk("VP", 3, 3)], "ner": [Chunk("animal", 2, 2)]}
    return Document(
        TEXT,
        [
            Sentence(first, TEXT[2:15], 2, 15, spans=spans),
            Sentence(second, TEXT[17:26], 17, 26, spans={"chunk": [Chunk("NP", 1, 1)]}),
        ],
    )


def test_the_text_and_every_offset_are_kept(document):
    doc = document.to_spacy()

    assert doc.text == TEXT
    words = [token for token in doc if not token.is_space]
    assert [(word.text, word.idx) for word in words] == [(token.text, token.start) for token in document.tokens]


def test_tags_and_trees_are_those_of_the_document(document):
    words = [token for token in document.to_spacy() if not token.is_space]

    assert [word.tag_ for word in words[:4]] == ["DT", "NN", "VBD", "."]
    assert [word.pos_ for word in words[:4]] == ["DET", "NOUN", "VERB", ""]
    assert [word.dep_ for word in words] == ["det", "nsubj", "ROOT", "punct", "nsubj", "ROOT", "punct"]
    assert [word.head.text for word in words] == ["cat", "sat", "sat", "sat", "slept", "slept", "slept"]
    assert words[0].lemma_ == "the"
    assert words[1].morph.get("Number") == ["Sing"]


def test_sentences_and_spans_are_those_of_the_document(document):
    doc = document.to_spacy()

    assert [sentence.text.strip() for sentence in doc.sents] == ["The cat  sat.", "It slept."]
    assert [(span.text, span.label_) for span in doc.spans["chunks"]] == [
        ("The cat", "NP"),
        ("sat", "VP"),
        ("It", "NP"),
    ]
    assert [(entity.text, entity.label_) for entity in doc.ents] == [("cat", "animal")]


def test_without_trees_the_sentences_are_kept(document):
    for token in document.tokens:
        token.head = None

    doc = document.to_spacy()

    assert [sentence.text.strip() for sentence in doc.sents] == ["The cat  sat.", "It slept."]
    assert not doc.has_annotation("DEP")


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_a_text_without_words_becomes_a_doc_without_words(text):
    doc = Document(text, []).to_spacy()

    assert doc.text == text
    assert all(token.is_space for token in doc)


def test_tokens_without_offsets_are_set_apart_by_spaces():
    document = Document("", [Sentence([Token(1, "a"), Token(2, "b")], "a b"), Sentence([Token(1, "c")], "c")])

    assert [token.text_with_ws for token in document.to_spacy()] == ["a ", "b ", "c"]


def test_words_that_share_their_letters_are_set_apart_by_spaces():
    rows = ["1-2\tdu", "1\tde", "2\tle", "3\tpain"]
    source = "".join(row + "\t_" * 8 + "\n" for row in rows) + "\n"

    assert lay_out_document(read_conllu(source)).to_spacy().text == "de le pain"


def test_the_noun_chunks_of_spacy_can_be_asked_for(document):
    assert [chunk.text.strip() for chunk in document.to_spacy().noun_chunks] == ["The cat"]


def test_the_language_of_the_vocabulary_can_be_chosen_among_those_of_spacy(document):
    assert document.to_spacy().lang_ == "en"
    assert document.to_spacy(language="fr").lang_ == "fr"
    assert document.to_spacy(spacy.blank("de").vocab).lang_ == "de"
    with pytest.raises(InputError, match="language 'qq': spaCy does not have it"):
        document.to_spacy(language="qq")


def test_documents_come_back_from_a_docbin(document):
    content = docbin_bytes([document, Document("", []), document])

    docs = list(spacy.tokens.DocBin().from_bytes(content).get_docs(spacy.blank("en").vocab))

    assert [doc.text for doc in docs] == [TEXT, "", TEXT]
    assert docs[2].to_json() == document.to_spacy(spacy.blank("en").vocab).to_json()


def test_a_real_treebank_becomes_docs_with_the_same_trees(corpus):
    sentences = list(read_conllu(corpus("ewt/en_ewt-ud-dev.conllu").read_text(encoding="utf-8")))[:300]
    document = lay_out_document(sentences)

    doc = document.to_spacy()

    words = [token for token in doc if not token.is_space]
    assert doc.text == document.text
    assert len(words) == sum(len(sentence.tokens) for sentence in sentences)
    cursor = 0
    for sentence in sentences:
        own = words[cursor : cursor + len(sentence.tokens)]
        expected = [
            own[token.head - 1] if token.head else word for word, token in zip(own, sentence.tokens, strict=True)
        ]
        assert [word.head for word in own] == expected
        cursor += len(sentence.tokens)
