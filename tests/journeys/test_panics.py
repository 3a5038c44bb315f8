"""Native code that panics on a word costs that word's sentence, never the process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.annotate import Annotator
from jmt.cli.main import main
from jmt.errors import LibraryError
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.live_service import live
from tests.assets.panicking_tokenizer import EVIL, panicking_tokenizer
from tests.assets.tiny_transformer import tiny_transformer


@pytest.fixture
def panicking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every tokenizer panic on one word, as if our checks had a hole."""
    monkeypatch.setattr("jmt.files.guards.tokenizer.build_tokenizer", lambda checked: panicking_tokenizer())


@pytest.mark.usefixtures("panicking")
def test_an_annotator_fails_on_the_sentence_alone_and_goes_on():
    annotator = Annotator(TorchEngine(tiny_transformer()), RuleSegmenter("en"))
    before = annotator.annotate_tokens([["the", "cat", "sat"]]).to_conllu()
    with pytest.raises(LibraryError, match="the tokenizer failed on a word: Onig"):
        annotator.annotate_tokens([["the", EVIL]])
    assert annotator.annotate_tokens([["the", "cat", "sat"]]).to_conllu() == before


@pytest.mark.usefixtures("panicking")
def test_the_command_says_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    checkpoint.save(tiny_transformer(), tmp_path / "model")
    (tmp_path / "text").write_text(f"The cat sat.\nThe {EVIL} sat.\n")

    assert main(["annotate", str(tmp_path / "text"), "--model", str(tmp_path / "model")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("jmt: error: the tokenizer failed on a word: ")


@pytest.mark.usefixtures("panicking")
def test_the_service_answers_the_others_and_lives():
    with live(
        Annotator(TorchEngine(tiny_transformer()), RuleSegmenter("en"), name="tiny", revision="sha256:0")
    ) as running:
        status, body = running.ask("/v1/annotate", {"tokens": [["the", "cat"], ["the", EVIL], ["a", "dog"]]})
        assert status == 500
        assert json.loads(body)["errors"][0]["pointer"] == "/tokens/1"
        for words in (["the", "cat"], ["a", "dog"]):
            status, body = running.ask("/v1/annotate", {"tokens": [words]})
            assert status == 200
            assert [token["text"] for token in json.loads(body)["documents"][0]["sentences"][0]["tokens"]] == words
        assert running.ask("/readyz")[0] == 200


def test_a_hole_in_a_table_is_one_line_too():
    model = tiny_transformer()
    annotator = Annotator(TorchEngine(model), RuleSegmenter("en"))
    model.encoder.batches.tokenizer.unknown = 10**6
    model.encoder.batches.tokenizer._pieces["cat"] = (10**6,)
    with pytest.raises(LibraryError, match="torch failed on this input: index out of range"):
        annotator.annotate_tokens([["the", "cat"]])
