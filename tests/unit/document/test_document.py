"""Documents and judgements: their properties, their JSON form, and the schema that describes it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from jmt.document import Chunk, Document, Judgement, Sentence, Token
from jmt.document.schema import SCHEMA_FILE, main, render_schema
from jmt.errors import InputError
from tests.assets.schema_faults import faults

TEXT = "Two cats sat.\n\nThey left"


@pytest.fixture
def document() -> Document:
    first = [
        Token(1, "Two", 0, 3, {"xpos": "CD", "chunk": "B-NP"}, 2, "nummod", confidences={"xpos": 0.5, "dep": 1.0}),
        Token(2, "cats", 4, 8, {"xpos": "NNS", "chunk": "I-NP"}, 3, "nsubj"),
        Token(3, "sat", 9, 12, {"xpos": "VBD", "upos": "VERB", "chunk": "B-VP"}, 0, "root"),
        Token(4, ".", 12, 13, {"xpos": ".", "chunk": "O"}, 3, "punct"),
    ]
    second = [Token(1, "They", 15, 19, {}, 2, "nsubj"), Token(2, "left", 20, 24, {}, 0, "root")]
    return Document(
        TEXT,
        [
            Sentence(first, "Two cats sat.", 0, 13, spans={"chunk": [Chunk("NP", 1, 2), Chunk("VP", 3, 3)]}),
            Sentence(second, "They left", 15, 24, ["# sent_id = two"]),
        ],
    )


def test_labels_are_read_by_the_names_of_the_usual_tasks(document):
    token = document.sentences[0].tokens[2]

    assert (token.upos, token.xpos, token.chunk) == ("VERB", "VBD", "B-VP")
    assert document.sentences[1].tokens[0].xpos is None
    assert [token.text for token in document.tokens] == ["Two", "cats", "sat", ".", "They", "left"]


def test_the_tokens_of_a_document_can_be_counted_and_gone_through_again(document):
    tokens = document.tokens

    assert len(tokens) == 6
    assert tokens[-1] is document.sentences[1].tokens[-1]
    assert list(tokens) == list(tokens)


def test_a_comment_is_found_by_its_key():
    sentence = Sentence([], comments=["# newpar", "# sent_id=a = b ", "#text = x", "# other_text = y"])

    assert sentence.sent_id == "a = b"
    assert sentence.comment("text") == "x"
    assert sentence.comment("newpar") is None


def test_the_dictionary_has_the_form_of_the_service(document):
    entry = document.to_dict()

    assert entry["text"] == TEXT
    assert entry["sentences"][0]["tokens"][:2] == [
        {
            "id": 1, "text": "Two", "start": 0, "end": 3, "xpos": "CD", "chunk": "B-NP", "head": 2, "deprel": "nummod",
            "confidences": {"xpos": 0.5, "dep": 1.0},
        },
        {"id": 2, "text": "cats", "start": 4, "end": 8, "xpos": "NNS", "chunk": "I-NP", "head": 3, "deprel": "nsubj"},
    ]  # fmt: skip
    assert entry["sentences"][0]["spans"]["chunk"][0] == {"label": "NP", "first": 1, "last": 2}
    assert entry["sentences"][1]["sent_id"] == "two"


def test_what_is_not_known_is_left_out_of_the_dictionary():
    assert Token(1, "a").to_dict() == {"id": 1, "text": "a"}
    assert Judgement("a", "b").to_dict() == {"first": "a", "second": "b"}


def test_a_document_comes_back_from_json_equal(document):
    assert Document.from_dict(json.loads(json.dumps(document.to_dict()))) == document


def test_a_document_without_offsets_comes_back_from_its_dictionary():
    plain = Document("a b", [Sentence([Token(1, "a"), Token(2, "b")], "a b")])

    assert Document.from_dict(plain.to_dict()) == plain


def test_a_judgement_comes_back_from_json_equal():
    judgement = Judgement(
        "A.", "B.", 3.5, [0.0, 0.25, 0.75], "neutral", {"neutral": 1.0}, {"sts": 2.0, "paraphrase": "no"}
    )

    assert Judgement.from_dict(json.loads(json.dumps(judgement.to_dict()))) == judgement


@pytest.mark.parametrize("entry", [{}, [], None, {"text": "a"}, {"text": "a", "sentences": [{"tokens": [{}]}]}])
def test_a_foreign_dictionary_is_refused(entry):
    with pytest.raises(InputError, match="not an annotated document"):
        Document.from_dict(entry)


@pytest.mark.parametrize("entry", [{}, [], None, {"first": "a"}, {"first": "a", "second": "b", "values": 3}])
def test_a_foreign_judgement_is_refused(entry):
    with pytest.raises(InputError, match="not a judgement"):
        Judgement.from_dict(entry)


def test_the_schema_file_is_what_its_command_writes():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == render_schema()


def test_the_command_prints_the_schema_and_refuses_other_arguments(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out == render_schema()
    assert main(["--wirte"]) == 2
    assert "allowed is --write" in capsys.readouterr().err


def test_what_is_returned_follows_the_schema(document):
    judgement = Judgement("A.", "B.", 3.5, [0.0, 1.0], "neutral", {"neutral": 1.0}, {"sts": 2.0, "same": "no"})

    assert faults(document.to_dict(), {"$ref": "#/$defs/Document"}) == []
    assert faults(judgement.to_dict(), {"$ref": "#/$defs/Judgement"}) == []
    assert faults(Judgement("a", "b").to_dict(), {"$ref": "#/$defs/Judgement"}) == []


def test_what_does_not_follow_the_schema_is_told_apart(document):
    entry = document.to_dict()
    entry["sentences"][0]["tokens"][0]["head"] = -1
    entry["sentences"][0]["tokens"][1]["xpos"] = 3
    del entry["sentences"][0]["tokens"][2]["text"]
    entry["extra"] = True

    assert faults(entry, {"$ref": "#/$defs/Document"}) == [
        "sentences.0.tokens.0.head: below 0",
        "sentences.0.tokens.1.xpos: no string",
        "sentences.0.tokens.2: lacks text",
        "extra: not allowed",
    ]


def test_documents_are_imported_without_torch_or_spacy():
    program = "import sys, jmt.document, jmt.document.tree_drawing, jmt.formats.conllu; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"torch", "spacy", "datasets", "transformers", "pydantic", "numpy"} & set(loaded)
