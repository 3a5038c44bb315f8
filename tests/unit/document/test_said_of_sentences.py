"""What is said of a whole sentence, its class or its score: in JSON, CoNLL-U, spaCy and on the terminal."""

from __future__ import annotations

import json

import pytest

from jmt.document import Document, Sentence, Token
from jmt.document.tree_drawing import draw_sentence
from jmt.formats.conllu import read_conllu
from tests.assets.schema_faults import faults


@pytest.fixture
def document() -> Document:
    first = Sentence(
        [Token(1, "Dogs", 0, 4), Token(2, "bark", 5, 9)],
        "Dogs bark",
        0,
        9,
        labels={"genre": "blog"},
        scores={"ease": 2.5},
        probabilities={"genre": {"blog": 0.75, "letter": 0.25}},
    )
    return Document("Dogs bark Why", [first, Sentence([Token(1, "Why", 10, 13)], "Why", 10, 13)])


def test_it_goes_through_json_and_follows_the_schema(document: Document):
    entry = document.to_dict()

    assert faults(entry, {"$ref": "#/$defs/Document"}) == []
    assert Document.from_dict(json.loads(json.dumps(entry))) == document
    assert entry["sentences"][0]["labels"] == {"genre": "blog"}
    assert entry["sentences"][0]["scores"] == {"ease": 2.5}
    assert entry["sentences"][1].keys() == {"tokens", "spans"}  # what is not known has no key


def test_it_stands_in_the_comments_of_conllu(document: Document):
    lines = document.to_conllu().splitlines()

    assert lines[:5] == ["# newdoc", "# sent_id = 1", "# genre = blog", "# ease = 2.5000", "# text = Dogs bark"]
    assert [sentence.comment("genre") for sentence in read_conllu(document.to_conllu())] == ["blog", None]


def test_what_a_sentence_was_called_before_is_replaced_where_it_stands():
    (sentence,) = read_conllu("# genre = blog\n# kept\n# genre = poem\n1\tDogs\t_\t_\t_\t_\t_\t_\t_\t_\n\n")
    sentence.labels["genre"] = "letter"

    assert sentence.to_conllu().splitlines()[:3] == ["# genre = letter", "# kept", "1" + "\tDogs" + "\t_" * 8]


@pytest.mark.parametrize("label", ["a\nb", "a\r\n1\tForged", "a\u2028b", "a\x85b", "a\x00b"])
def test_no_class_breaks_its_line(label: str):
    sentence = Sentence([Token(1, "Dogs")], "Dogs", labels={"genre": label, f"x{label}": "y"})

    written = sentence.to_conllu()
    assert [line[:2] for line in written.splitlines()] == ["# ", "# ", "# ", "1\t", ""]
    assert read_conllu(written)


def test_it_is_drawn_above_the_words(document: Document):
    assert draw_sentence(document.sentences[0]).splitlines()[0] == "genre: blog   ease: 2.50"
    hostile = Sentence([Token(1, "Dogs")], labels={"genre": "\x1b[31mred"})
    assert "\x1b" not in draw_sentence(hostile)


def test_spacy_has_classes_as_spans_over_sentences_and_scores_beside_the_text(document: Document):
    spacy_tokens = pytest.importorskip("spacy.tokens")
    from jmt.document.spacy import build_vocab
    from jmt.formats.docbin import docbin_bytes

    doc = document.to_spacy()
    assert [(span.label_, span.text) for span in doc.spans["genre"]] == [("blog", "Dogs bark")]
    (again,) = spacy_tokens.DocBin().from_bytes(docbin_bytes([document])).get_docs(build_vocab())
    assert [span.label_ for span in again.spans["genre"]] == ["blog"]
    assert again.user_data["ease"] == doc.user_data["ease"] == (2.5, None)
