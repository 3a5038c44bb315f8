"""Text with multiword tokens on every way that users go: Python, the command line, HTTP and its client, the files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

import jmt
from jmt import engines
from jmt.annotate import Annotator
from jmt.cli.main import main
from jmt.document import Document
from jmt.document.schema import build_schema
from jmt.formats.conllu import lay_out_document, read_conllu
from tests.assets.fused_words import FusedSegmenter
from tests.assets.live_service import live
from tests.unit.serve.schema_check import conforms

TEXTS = ["Il vient du port.", "I don't. Parle aux amis!", "", "dámelo στο"]
FORMS = ["Il", "vient", "du", "port", "."]
WORDS = ["Il", "vient", "de", "le", "port", "."]


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> Iterator[Annotator]:
    """A loaded model whose segmenter is not that of any rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "choose_segmenter", lambda *_: FusedSegmenter())
        yield jmt.load(tiny_checkpoint, device="cpu")


@pytest.fixture(scope="module")
def url(annotator: Annotator) -> Iterator[str]:
    with live(annotator) as service:
        yield service.url


@pytest.fixture
def client(url: str) -> Iterator[jmt.Client]:
    with jmt.Client(url) as client:
        yield client


def surface(document: Document) -> list[str]:
    return [unit.text for sentence in document.sentences for unit in sentence.surface_tokens]


def test_an_annotated_text_knows_what_is_written_and_its_words(annotator: Annotator):
    document = annotator(TEXTS[0])

    assert surface(document) == FORMS
    assert [token.text for token in document.tokens] == WORDS
    assert annotator.tokenize(TEXTS[0]) == WORDS


def test_conllu_of_an_annotated_text_can_be_annotated_again_and_stays_the_same(annotator: Annotator):
    for text in TEXTS[:2]:
        written = annotator(text).to_conllu()

        assert annotator.annotate_conllu(written).to_conllu() == written
        assert lay_out_document(read_conllu(written)).text == text


def test_the_service_answers_what_the_schema_says_as_json_and_as_conllu(url: str, annotator: Annotator):
    answer: dict[str, Any] = httpx2.post(f"{url}/v1/annotate", json={"texts": TEXTS}).json()
    conllu = httpx2.post(f"{url}/v1/annotate", json={"texts": TEXTS[:1]}, headers={"Accept": "text/x-conllu"}).text

    assert answer["documents"] == [annotator(text).to_dict() for text in TEXTS]
    for document in answer["documents"]:
        assert conforms(document, {"$ref": "#/$defs/Document"}, build_schema()) == []
    assert answer["documents"][0]["sentences"][0]["multiword_tokens"] == (
        [{"first": 3, "last": 4, "text": "du", "start": 9, "end": 11}]
    )
    assert answer["usage"]["tokens"] == sum(len(annotator(text).tokens) for text in TEXTS)
    assert "\n3-4\tdu\t" in conllu


def test_a_client_gives_the_documents_of_the_annotator_by_every_way(client: jmt.Client, annotator: Annotator):
    assert [client(text) for text in TEXTS] == [annotator(text) for text in TEXTS]
    assert list(client.pipe(TEXTS * 20, tasks=["xpos"])) == list(annotator.pipe(TEXTS * 20, tasks=["xpos"]))
    assert [client.segment(text) for text in TEXTS] == [annotator.segment(text) for text in TEXTS]
    assert list(client.pipe(TEXTS, tasks=[])) == list(annotator.pipe(TEXTS, tasks=[]))
    assert client.tokenize(TEXTS[1]) == annotator.tokenize(TEXTS[1])
    split = [list(who.pipe_documents((who.segment(text), text) for text in TEXTS)) for who in (client, annotator)]
    unsplit = [list(who.pipe_documents((Document(text, []), text) for text in TEXTS)) for who in (client, annotator)]
    assert split[0] == split[1] == unsplit[0] == unsplit[1]


@pytest.mark.parametrize("to", ["conllu", "jsonl", "tree"])
def test_the_command_line_writes_them_the_same_from_a_model_and_from_a_service(
    to: str, url: str, annotator: Annotator, tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(TEXTS), encoding="utf-8")

    written = []
    for source in (["--url", url], ["--model", str(tiny_checkpoint)]):
        assert main(["annotate", *source, "--to", to, str(text)]) == 0
        written.append(capsys.readouterr().out)

    assert written[0] == written[1]
    expected = [annotator(text) for text in TEXTS if text]
    if to == "conllu":
        ranges = [line.split("\t") for line in written[0].splitlines() if re.match(r"\d+-\d+\t", line)]
        assert [(row[0], row[1], row[9]) for row in ranges] == [
            ("3-4", "du", "_"), ("2-3", "don't", "SpaceAfter=No"), ("2-3", "aux", "_"), ("1-3", "dámelo", "_"),
            ("4-5", "στο", "_"),
        ]  # fmt: skip
    elif to == "jsonl":
        assert [Document.from_dict(json.loads(line)) for line in written[0].splitlines()] == expected
    else:
        assert "╭ du" in written[0]


def test_a_spacy_file_has_them_as_spans(annotator: Annotator, tiny_checkpoint: Path, tmp_path: Path):
    spacy = pytest.importorskip("spacy")
    text, target = tmp_path / "text.txt", tmp_path / "out.spacy"
    text.write_text(TEXTS[0] + "\n", encoding="utf-8")

    assert (
        main(["annotate", "--model", str(tiny_checkpoint), "--to", "docbin", "--output", str(target), str(text)]) == 0
    )

    (doc,) = spacy.tokens.DocBin().from_disk(target).get_docs(spacy.blank("fr").vocab)
    assert doc.text == "Il vient de le port."
    assert [(span.text, span.label_) for span in doc.spans["multiword_tokens"]] == [("de le", "du")]
