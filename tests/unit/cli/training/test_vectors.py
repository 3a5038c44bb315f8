"""`jmt vectors`: from raw text to a folder that a configuration reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.training.vectors.named_vectors import read_table
from tests.assets.tiny_corpus import text_of, write_tiny_corpus


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A raw text of the tiny corpus's kind, in a folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "raw").mkdir()
    content = "\n\n".join(text_of(number).capitalize() for number in range(60))
    (tmp_path / "raw" / "a.txt").write_text(content + "\n\nZebras rest. Zebras rest.\n")
    return str(tmp_path / "raw")


SMALL = ("--size", "8", "--minimum", "2", "--ngram-minimum", "2", "--epochs", "1")


def test_a_folder_with_both_tables_is_written_and_named(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "vectors"
    assert main(["vectors", "train", text, "--output", str(output), *SMALL]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{output}\n"
    assert "words/s" in captured.err
    assert "s left" in captured.err
    words, ngrams = read_table(output, "words"), read_table(output, "ngrams")
    assert words.vectors.shape == (len(words.symbols), 8)
    assert "zebras" in words.symbols
    assert "Zebr" in ngrams.symbols
    about = json.loads((output / "vectors.json").read_text())
    assert about["settings"]["size"] == 8
    assert sorted(path.suffix for path in output.iterdir()) == [".json"] * 3 + [".safetensors"] * 2


def test_a_model_starts_from_the_vectors_and_knows_words_of_the_text(text: str, tmp_path: Path) -> None:
    config = str(write_tiny_corpus(tmp_path / "corpus"))
    vectors = tmp_path / "vectors"
    assert main(["vectors", "train", text, "--output", str(vectors), "--config", config, *SMALL]) == 0
    keys = {"encoder.word_size": 8, "encoder.ngram_size": 8, "training.epochs": 1}
    paths = {"training.vectors.words": str(vectors), "training.vectors.ngrams": str(vectors)}
    sets = [word for key, value in {**keys, **paths}.items() for word in ("--set", f"{key}={value}")]
    assert main(["train", config, "--tasks", "xpos", "--output", str(tmp_path / "run"), *sets]) == 0
    vocabulary = json.loads((tmp_path / "run" / "best" / "vocabulary.json").read_text())
    assert ["zebras", 0] in vocabulary["words"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["train", "none.txt", "--output", "out"], 1, "none.txt: no such file"),
        (["train", ".", "--output", "out"], 1, "no .txt file in this folder"),
        (["train", "none.txt", "--output", "out", "--rate", "0"], 2, "--rate must be above 0"),
    ],
)
def test_mistakes_are_named(
    words: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["vectors", *words]) == code
    assert message in capsys.readouterr().err


def test_an_action_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["vectors"])
    assert leaving.value.code == 2
    assert "ACTION" in capsys.readouterr().err
