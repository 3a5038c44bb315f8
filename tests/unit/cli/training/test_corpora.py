from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.data import cards
from tests.unit.data.file_server import FileServer, serving


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    return tmp_path / "cache"


def test_the_list_tells_what_is_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "sick").mkdir()
    (tmp_path / "sick/SICK_train.txt").write_text("")

    assert main(["corpora", "list", "--corpora", str(tmp_path)]) == 0

    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert " train " in lines["sick"]
    assert " - " in lines["ewt"]


def test_a_card_is_shown_with_licence_hashes_and_homes(capsys: pytest.CaptureFixture[str]):
    assert main(["corpora", "show", "sick"]) == 0

    out = capsys.readouterr().out
    assert "CC BY-NC-SA 3.0" in out
    assert "scores from 1 to 5" in out
    assert "266cf8047149bd1d68138dd30439f3122bff30069740ac6705bb6197d9f1b48e" in out
    assert "sick_train.zip#SICK_train.txt" in out


def test_an_unknown_corpus_is_a_mistake_without_a_stack_trace(capsys: pytest.CaptureFixture[str]):
    assert main(["corpora", "show", "swahili"]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no corpus is called 'swahili'" in captured.err


def test_fetching_prints_the_paths_and_keeps_progress_on_stderr(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with serving(FileServer({"/a.tsv": b"a\tO\n\n"})) as server:
        card = cards.Card(
            name="toy",
            title="Toy",
            source="here",
            licence="CC0 1.0",
            language="en",
            release="1",
            sentences=cards.Part(reader="columns", columns=["ner"], splits=cards.SplitFiles(train="a.tsv")),
            files={"a.tsv": cards.CorpusFile(homes=[f"{server.url}/a.tsv"])},
        )
        monkeypatch.setattr(cards, "read_card", lambda name: card)
        assert main(["corpora", "fetch", "toy"]) == 0

    captured = capsys.readouterr()
    path = own_cache / "jmt/corpora/toy/a.tsv"
    assert captured.out == f"{path}\n"
    assert "licence: CC0 1.0" in captured.err
    assert path.read_bytes() == b"a\tO\n\n"


def test_the_miniature_corpus_has_nothing_to_fetch(capsys: pytest.CaptureFixture[str]):
    assert main(["corpora", "fetch", "miniature"]) == 1
    assert "ships with the package" in capsys.readouterr().err
