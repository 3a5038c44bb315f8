"""What a model is probed with: corpora by name, treebanks, tables, and text with a sentence a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import CorpusError, InputError
from jmt.evaluation.probing.texts import ProbeTexts, read_probe_texts


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_text_has_a_sentence_a_line_and_each_counts_once(tmp_path: Path):
    source = written(tmp_path, "a.txt", "One dog.\n\nTwo cats.\nOne dog.\n")

    assert read_probe_texts(source, split="dev", limit=9) == ProbeTexts(source, ["One dog.", "Two cats."], [])


def test_a_table_of_pairs_gives_both_sentences_and_the_pairs(tmp_path: Path):
    source = written(tmp_path, "a.tsv", "first\tsecond\na b\tc\nc\td\n")

    assert read_probe_texts(source, split="dev", limit=9) == ProbeTexts(
        source, ["a b", "c", "d"], [("a b", "c"), ("c", "d")]
    )


def test_a_treebank_gives_its_raw_text(tmp_path: Path):
    rows = "1\tdo\tdo\tAUX\t_\t_\t0\troot\t_\tSpaceAfter=No\n2\tn't\tnot\tPART\t_\t_\t1\tadvmod\t_\t_\n\n"
    source = written(tmp_path, "a.conllu", f"# text = don't\n{rows}")

    assert read_probe_texts(source, split="dev", limit=9).sentences == ["don't"]


def test_as_many_as_are_wanted_are_taken_from_all_over(tmp_path: Path):
    source = written(tmp_path, "a.txt", "".join(f"number {number}\n" for number in range(100)))

    assert read_probe_texts(source, split="dev", limit=4).sentences == [f"number {n}" for n in (0, 25, 50, 75)]


def test_a_corpus_is_known_by_its_name_and_has_splits():
    dev, test = (read_probe_texts("minimal_pairs", split=split, limit=10_000) for split in ("dev", "test"))

    assert (len(dev.pairs), len(test.pairs)) == (738, 1092)
    assert not set(dev.sentences) & set(test.sentences)
    assert read_probe_texts("miniature", split="dev", limit=5).pairs == []


@pytest.mark.parametrize(
    ("source", "said"),
    [("nowhere", "neither a file nor a known corpus; known are"), ("gum", "its dev split is not on this machine")],
)
def test_what_is_not_there_is_said_with_a_way_out(
    source: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("JMT_CORPORA", raising=False)

    with pytest.raises(InputError, match=said):
        read_probe_texts(source, split="dev", limit=5)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "One dog.\n\x07\n", r"a.txt:2: a sentence without words"),
        ("a.tsv", "first\tsecond\na b\tc\nc\t\x07\n", r"a.tsv:3: a sentence without words"),
        ("a.txt", f"One dog.\n\n{'dog ' * 1_001}\n", r"a.txt:3: 1,001 words \(4,004 signs\) in one sentence; at most"),
        ("a.txt", f"{'狗' * 10_001}\n", r"a.txt:1: 1 words \(10,001 signs\) in one sentence; at most"),
    ],
)
def test_a_sentence_that_cannot_be_judged_is_named_by_its_line(tmp_path: Path, name: str, text: str, said: str):
    with pytest.raises(CorpusError, match=said):
        read_probe_texts(written(tmp_path, name, text), split="dev", limit=5)


def test_a_file_without_sentences_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no sentence in it"):
        read_probe_texts(written(tmp_path, "a.txt", "\n \n"), split="dev", limit=5)
