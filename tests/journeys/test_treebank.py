"""One command trains on any treebank: its folder and a language are all that is said."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import torch

import jmt
from jmt.cli.main import main
from jmt.errors import ConfigError
from tests.assets.tiny_corpus import conllu

SMALL = ["encoder.hidden_size=8", "encoder.word_size=8", "encoder.ngram_size=8", "encoder.label_size=4"]
SMALL += [f"task.{task}.classifier_size=8" for task in ("upos", "xpos", "feats", "lemma")]
SMALL += [
    "task.dep.arc_size=8",
    "task.dep.deprel_size=8",
    "training.epochs=2",
    "training.steps=1",
    "training.threads=1",
]

Folder = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder of a treebank with these files, of so many sentences, its columns changed by `edit`."""

    def make(edit: Callable[[list[str]], list[str]] = list, **files: int) -> Path:
        home = tmp_path / "UD_Nowhere-Some"
        home.mkdir()
        for name, size in files.items():
            lines = [
                line if "\t" not in line else "\t".join(edit(line.split("\t")))
                for line in conllu(range(size)).splitlines()
            ]
            (home / f"xx_some-ud-{name.replace('_', '-')}.conllu").write_text("\n".join(lines) + "\n\n", "utf-8")
        return home

    return make


def train(home: Path, run: Path, *edits: str, resume: bool = False, dropped: Sequence[str] = ()) -> int:
    options = [word for edit in (f"corpora.treebank.folder={home}", *SMALL, *edits) for word in ("--set", edit)]
    tasks = [task for task in ("segmenter", "upos", "xpos", "feats", "lemma", "dep") if task not in dropped]
    further = [*["--resume"] * resume, "--tasks", ",".join(tasks)]
    return main(["train", "ud", "--output", str(run), "--device", "cpu", *options, *further])


def blank(*numbers: int) -> Callable[[list[str]], list[str]]:
    return lambda columns: ["_" if number in numbers else value for number, value in enumerate(columns)]


def test_a_treebank_without_xpos_trains_without_and_says_so(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"

    assert train(folder(blank(2, 4), train=12, dev=6), run) == 0
    told = capsys.readouterr()

    assert "task.xpos is left out: the column 'xpos' of treebank has no value in training" in told.err
    assert [line.split()[0] for line in told.out.splitlines()[1:]].count("xpos") == 0
    written = tomllib.loads((run / "config.toml").read_text("utf-8"))
    assert list(written["task"]) == ["segmenter", "upos", "dep"]
    assert [read["task"] for read in written["task"]["dep"]["reads"]] == ["upos"]
    assert json.loads((run / "best/card.json").read_text("utf-8"))["left_out"].keys() == {"xpos", "feats", "lemma"}


def test_a_run_that_was_fitted_to_its_treebank_goes_on_by_the_same_command(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    home, run = folder(blank(4), train=12, dev=6), tmp_path / "run"
    assert train(home, run, "training.steps=3") == 0
    assert tomllib.loads((run / "config.toml").read_text("utf-8"))["training"]["epochs"] == 3
    assert "3 epochs; writing to" in capsys.readouterr().err

    assert train(home, run, "training.steps=3") == 2
    assert "exists already" in capsys.readouterr().err
    assert train(home, run, "training.steps=4", resume=True) == 0
    told = capsys.readouterr().err
    assert "changed since the run began: training.epochs = 4 (was 3)" in told
    assert "epoch 4/4" in told


def test_a_treebank_with_xpos_trains_it(folder: Folder, tmp_path: Path):
    assert train(folder(train=12, dev=6), tmp_path / "run") == 0

    assert "xpos" in tomllib.loads((tmp_path / "run/config.toml").read_text("utf-8"))["task"]


def test_a_language_of_which_no_rules_are_known_trains_and_annotates_words(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run, words = tmp_path / "run", tmp_path / "words.txt"
    words.write_text("the cat sees a dog .\n", encoding="utf-8")

    assert train(folder(train=12, dev=6), run, "language=yue", dropped=("segmenter",)) == 0
    assert "training needs no raw text, but the model will take none: language 'yue'" in capsys.readouterr().err

    for command in (["evaluate", str(run)], ["annotate", "--model", str(run), "--from", "tokens", str(words)]):
        assert main(command) == 0, command
    assert jmt.load(run).annotate_tokens([["the", "cat"]]).tokens[1].labels["upos"]
    with pytest.raises(ConfigError, match=r"'yue': raw text cannot be split .*--from tokens"):
        jmt.load(run)("the cat")
    capsys.readouterr()
    assert main(["annotate", "--model", str(run), str(words)]) == 2
    assert "jmt: error: language 'yue': raw text cannot be split into words" in capsys.readouterr().err


def test_raw_text_of_any_language_is_split_by_what_the_treebank_taught(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert train(folder(train=12, dev=6), tmp_path / "run", "language=yue") == 0
    assert "no raw text" not in capsys.readouterr().err

    document = jmt.load(tmp_path / "run")("the cat sees a dog .")
    assert "".join(token.text for token in document.tokens).replace(" ", "") == "thecatseesadog."


def test_parts_are_united_and_without_dev_the_last_epoch_is_the_model(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"

    assert train(folder(train_a=5, train_b=7), run) == 0
    told = capsys.readouterr().err

    assert "no corpus has a dev split: no epoch will be the best" in told
    assert [line.split()[2] for line in told.splitlines() if line.startswith("upos")] == ["12"]
    assert not (run / "best").exists()
    assert jmt.load(run / "last").annotate_tokens([["the", "cat"]])


def test_checking_says_which_files_were_found_and_what_will_be_left_out(
    folder: Folder, capsys: pytest.CaptureFixture[str]
):
    home = folder(blank(4), train_a=5, train_b=7)

    assert main(["check", "ud", "--set", f"corpora.treebank.folder={home}"]) == 0
    told = capsys.readouterr().out

    assert "treebank: train is xx_some-ud-train-a.conllu and xx_some-ud-train-b.conllu, no dev, no test" in told
    assert "task.xpos is left out of training: the column 'xpos' is empty" in told


def row(place: object, form: str, upos: str, head: int, rest: str = "_ _ _", misc: str = "_") -> str:
    """A word, with lemma, XPOS and features in `rest`."""
    lemma, xpos, feats = rest.split(" ")
    deprel = "dep" if head else "root"
    return "\t".join((str(place), form, lemma.replace("~", " "), upos, xpos, feats, str(head), deprel, "_", misc))


def joined(places: str, form: str, feats: str = "_") -> str:
    return "\t".join((places, form, "_", "_", "_", feats, "_", "_", "_", "_"))


ODDITIES = {
    "Vietnamese, spaces inside words": [row(1, "Hà Nội", "PROPN", 2, "Hà~Nội NNP _"), row(2, "đẹp lắm", "ADJ", 0)],
    "Greek, a preposition in its article": [
        joined("1-2", "στη"),
        row(1, "σ", "ADP", 3, "σε _ _"),
        row(2, "τη", "DET", 3, "ο _ Case=Acc|Gender=Fem"),
        row(3, "θάλασσα", "NOUN", 0, "θάλασσα _ Case=Acc|Gender=Fem"),
    ],
    "Hebrew, words that are not in the text": [
        joined("1-3", "בגן", "Typo=Yes"),
        row(1, "ב_", "ADP", 3),
        row(2, "_ה_", "DET", 3),
        row(3, "_גן", "NOUN", 0, "גן NN Gender=Masc|Number=Sing"),
    ],
    "Arabic, vowel signs and a joiner": [
        joined("1-2", "وَقال"),
        row(1, "وَ", "CCONJ", 2),
        row(2, "قا\u200dل", "VERB", 0),
    ],
    "Japanese, no spaces": [row(1, "犬", "NOUN", 2, "犬 名詞 _", "SpaceAfter=No"), row(2, "走る", "VERB", 0)],
    "Turkish, features of two": [
        joined("1-2", "evdeydi"),
        row(1, "evde", "NOUN", 0, "ev Noun Case=Loc|Number[psor]=Plur,Sing"),
        row(2, "ydi", "AUX", 1, "i Zero Tense=Past"),
    ],
    "Korean, lemmas with signs": [
        row(1, "학교에", "NOUN", 2, "학교+에 ncn+jca _"),
        row(2, "갔다", "VERB", 0, "가+ㅆ+다 _ _"),
    ],
    "Church Slavonic, marks apart from letters": [
        row(1, "и҃съ", "PROPN", 2, "исоусъ Ne _"),
        row(2, "ре\u0301че", "VERB", 0),
    ],
    "empty nodes at the start and inside": [
        "0.1\tgo\tgo\tVERB\t_\tTense=Past\t_\t_\t0:root\tCopyOf=1",
        row(1, "she", "PRON", 0),
        "1.1\t_\t_\t_\t_\t_\t_\t_\t_\t_",
        row(2, "_", "X", 1),
    ],
    "a word of one sign, and a sign for a comment": [row(1, "#", "SYM", 0, "# _ _", "SpacesAfter=\\s\\n")],
}


def test_oddities_of_the_languages_of_the_world_train_are_scored_and_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    home, run = tmp_path / "UD_All", tmp_path / "run"
    home.mkdir()
    comments = ["#sent_id=1\n", "# text_en = no text of its own\n# newpar\n", ""]
    text = "".join(f"{comments[n % 3]}{chr(10).join(rows)}\n\n" for n, rows in enumerate(ODDITIES.values()))
    for split in ("train", "dev"):
        (home / f"mul_all-ud-{split}.conllu").write_text(text, encoding="utf-8")

    assert main(["check", "ud", "--set", f"corpora.treebank.folder={home}"]) == 0
    assert train(home, run, "language=cu", "training.epochs=1") == 0
    assert main(["evaluate", str(run)]) == 0
    capsys.readouterr()
    assert main(["annotate", "--model", str(run), "--from", "conllu", str(home / "mul_all-ud-dev.conllu")]) == 0

    def kept(conllu: str) -> list[list[str]]:
        return [line.split("\t")[:2] for line in conllu.splitlines() if "\t" in line]

    assert kept(capsys.readouterr().out) == kept(text)


def test_without_its_folder_the_configuration_says_what_to_give(capsys: pytest.CaptureFixture[str]):
    assert main(["train", "ud"]) == 2

    assert "corpora.treebank: nothing says where this corpus is: give the `folder`" in capsys.readouterr().err
