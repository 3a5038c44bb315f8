from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.unit.data.corpus_files import BIRDS, GO, SNOW, sick, treebank, write

CONFIG = """
[corpora.trees]
reader = "conllu"
train = "{folder}/train.conllu"
dev = "{folder}/dev.conllu"
[corpora.graded]
reader = "sick"
train = "{folder}/train.txt"
dev = "{folder}/dev.txt"
[task.upos]
kind = "tagger"
level = 1
corpus = "trees"
column = "upos"
[task.dep]
kind = "parser"
level = 2
corpus = "trees"
reads = ["upos"]
[task.relatedness]
kind = "pair_regressor"
level = 3
corpus = "graded"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    write(tmp_path / "train.conllu", treebank([BIRDS, SNOW]))
    write(tmp_path / "dev.conllu", treebank([GO]))
    write(tmp_path / "train.txt", sick([("A dog runs.", "A dog sits.", 3.5, "NEUTRAL")]))
    write(tmp_path / "dev.txt", sick([("A cat runs.", "A cat sits.", 2.5, "NEUTRAL")]))
    return write(tmp_path / "config.toml", CONFIG.format(folder=tmp_path))


def test_a_good_configuration_is_described_and_ends_with_0(config: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(config)]) == 0

    captured = capsys.readouterr()
    assert "Labels of dep" in captured.out
    assert captured.out.endswith("Problems (0)\nnone\n")
    assert "upos, dep, relatedness" in captured.err


def test_every_broken_line_of_every_corpus_is_told_and_ends_with_1(config: Path, capsys: pytest.CaptureFixture[str]):
    folder = config.parent
    write(folder / "dev.conllu", treebank([[("a", "X", 1, "dep")], GO, [("a", "X", 5, "dep")]]))
    write(
        folder / "dev.txt", sick([("A b", "C d", 9.0, "NEUTRAL"), ("A b", "C d", 3.0, "NEUTRAL"), ("A", "B", 0, "x")])
    )

    assert main(["check", str(config)]) == 1

    found = capsys.readouterr().out.split("Problems (4)\n")[1]
    assert [line.split(": ")[0] for line in found.splitlines()] == [
        f"{folder}/dev.conllu:2",
        f"{folder}/dev.conllu:9",
        f"{folder}/dev.txt:2",
        f"{folder}/dev.txt:4",
    ]


def test_a_file_that_is_not_there_is_a_problem_and_a_wrong_key_a_usage_error(
    config: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["check", str(config), "--set", "corpora.trees.dev='nowhere.conllu'"]) == 1
    assert "nowhere.conllu (dev) was not found; looked in" in capsys.readouterr().out

    assert main(["check", str(config), "--set", "corpora.trees.colour=1"]) == 2
    assert "colour" in capsys.readouterr().err


def test_what_could_not_be_read_is_said_to_be_not_looked_at(config: Path, capsys: pytest.CaptureFixture[str]):
    (config.parent / "dev.txt").unlink()
    assert main(["check", str(config)]) == 1
    sections = dict(section.split("\n", 1) for section in capsys.readouterr().out.split("\n\n"))
    found = [told for title, told in sections.items() if title.startswith(("Evaluation", "Labels that"))]
    assert [told.splitlines()[-1] for told in found] == ["not looked at: graded dev"] * 3

    for name in ("train.txt", "train.conllu", "dev.conllu"):
        (config.parent / name).unlink()
    assert main(["check", str(config)]) == 1
    sections = dict(section.split("\n", 1) for section in capsys.readouterr().out.split("\n\n"))
    found = [told for title, told in sections.items() if title.startswith(("Evaluation", "Labels that"))]
    assert found == ["not looked at: nothing could be read"] * 3


def test_only_the_corpora_of_the_chosen_tasks_are_looked_at(config: Path, capsys: pytest.CaptureFixture[str]):
    (config.parent / "dev.txt").unlink()

    assert main(["check", str(config), "--tasks", "upos,dep"]) == 0
    assert "graded" not in capsys.readouterr().out


def test_vectors_that_are_named_are_looked_at_too(config: Path, capsys: pytest.CaptureFixture[str]):
    folder = config.parent
    good = write(folder / "good.txt", "birds 0.5 1\nfly -1 2\n")
    short = write(folder / "short.txt", "birds 0.5 1\nfly -1\n")
    model = folder / "model.bin"
    model.write_bytes((793712314).to_bytes(4, "little") + b"rest")

    def problems_with(words: object, *more: str) -> list[str]:
        sizes = ["--set", "encoder.word_size=2", "--set", "encoder.ngram_size=2"]
        code = main(["check", str(config), *sizes, "--set", f"training.vectors.words={words}", *more])
        told = capsys.readouterr().out.partition("\nProblems (")[2].splitlines()[1:]
        assert code == (told != ["none"])
        return told

    assert problems_with(good) == ["none"]
    (fault,) = problems_with(folder / "nowhere")
    assert fault.startswith(f"training.vectors.words = '{folder}/nowhere': there is nothing; make vectors by")
    assert problems_with(short) == [f"{short}:2: 1 numbers; this file's vectors have 2"]
    assert problems_with(model) == [f"{model}: a model file of fastText; give the .vec file that lies beside it"]
    (fault,) = problems_with(folder)
    assert fault.startswith(f"{folder}: no table `words` in this folder (there: none)")
    (fault,) = problems_with(good, "--set", "encoder.word_size=3")
    assert "vectors of 2 numbers, encoder.word_size is 3" in fault
    (fault,) = problems_with(good, "--set", "training.vectors.ngrams=nowhere")
    assert fault.startswith("training.vectors.ngrams = 'nowhere': there is nothing")
    assert problems_with(good, "--set", "training.vectors.ngrams=nowhere", "--set", "encoder.ngrams=[]") == ["none"]


def test_a_folder_of_corpora_that_does_not_exist_is_named(config: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(config), "--corpora", "nowhere"]) == 1
    assert "--corpora nowhere: there is no such folder" in capsys.readouterr().err


TABLES = """
[corpora.tags]
reader = "columns"
train = "train.tsv"
dev = "dev.tsv"
fields = ["tokens", "tag"]
[corpora.lines]
reader = "jsonl"
train = "lines.jsonl"
dev = "lines.jsonl"
columns = { tokens = "words", pos = "pos" }
[task.tag]
kind = "tagger"
level = 1
corpus = "tags"
column = "tag"
[task.pos]
kind = "tagger"
level = 1
corpus = "lines"
column = "pos"
"""


def test_blanks_of_labels_and_a_column_of_all_lemmas_are_remarked_on_and_a_missing_column_is_told_once(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "mine"
    write(folder / "train.tsv", "".join(f"word{number}\tlemma{number} \n\n" for number in range(130)))
    write(folder / "dev.tsv", "-DOCSTART-\t-X-\n\nword1\tlemma1\n")
    write(folder / "lines.jsonl", '{"words": ["a"], "tag": ["X"]}\n' * 400)
    own = write(folder / "own.toml", TABLES)

    assert main(["check", str(own), "--tasks", "tag"]) == 0
    remarks = capsys.readouterr().out.partition("\nRemarks (")[2].splitlines()
    assert remarks[1] == f"{folder}/train.tsv:1: 'lemma0 ' is read as 'lemma0': blanks at an end were taken off"
    assert "task.tag: 130 labels in train for 130 different words" in "\n".join(remarks)

    assert main(["check", str(own), "--tasks", "pos"]) == 1
    told = capsys.readouterr().out.partition("\nProblems (")[2].splitlines()
    assert told[0] == "1)"
    assert told[1].startswith(f"{folder}/lines.jsonl:1: there is no column 'pos'; there are tag, words")
    assert told[1].endswith("(the same in at least 19 more, the next is line 2)")


def test_paths_of_a_corpus_are_taken_from_every_folder_that_may_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """From the current folder, the configuration's, those of --corpora and those of JMT_CORPORA, in this order."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    places = [tmp_path / name for name in ("here", "beside", "option", "variable")]
    for place in places:
        place.mkdir()
    own = write(tmp_path / "beside" / "own.toml", TABLES)
    monkeypatch.chdir(places[0])
    monkeypatch.setenv("JMT_CORPORA", str(places[3]))
    command = ["check", str(own), "--tasks", "tag", "--corpora", str(places[2])]

    assert main(command) == 1
    told = capsys.readouterr().out
    assert f"train.tsv (train) was not found; looked in ., {', '.join(map(str, places[1:]))}; paths are taken" in told
    for labels, place in enumerate(reversed(places), start=2):  # each hides those before
        for name in ("train.tsv", "dev.tsv"):
            write(place / name, "".join(f"a\tX{number}\n" for number in range(labels)))
        assert main(command) == 0
        assert f"Labels of tag ({labels})" in capsys.readouterr().out


def one_task(folder: Path, rows: str, task: str) -> Path:
    table = write(folder / "table.csv", rows)
    return write(
        folder / "one.toml", f'[corpora.mine]\ntrain = "{table}"\n[task.one]\nlevel = 1\ncorpus = "mine"\n{task}'
    )


GRADED = "text,score\nA dog runs.,5\nA cat sits.,1\n"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("", "task.one.score_range: the corpus does not say; give [lowest, highest]"),
        ("score_range = [1, 4]", "table.csv:2: the score 5 is out of range; allowed are 1 to 4"),
    ],
)
def test_a_range_that_training_would_refuse_is_a_problem(
    config: Path, keys: str, problem: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["check", str(one_task(config.parent, GRADED, f'kind = "regressor"\n{keys}'))]) == 1

    assert problem in capsys.readouterr().out.split("Problems (1)\n")[1]


def test_a_sentence_and_itself_without_a_class_of_their_own_are_a_problem(
    config: Path, capsys: pytest.CaptureFixture[str]
):
    config.write_text(
        config.read_text(encoding="utf-8")
        + '[task.nli]\nkind = "pair_classifier"\nlevel = 4\ncorpus = "graded"\nvariations.itself = 0.1\n',
        encoding="utf-8",
    )

    assert main(["check", str(config)]) == 1
    assert "task.nli.variations.itself: nothing says which class" in capsys.readouterr().out


def test_a_range_that_holds_all_scores_is_none(config: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(one_task(config.parent, GRADED, 'kind = "regressor"\nscore_range = [1, 5]'))]) == 0

    assert "mine: no dev; without dev, training ends with its last epoch" in capsys.readouterr().out


def test_a_missing_label_is_told_with_its_file_and_line(config: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(one_task(config.parent, "text,label\nGood.,a\nBad.,\n", 'kind = "classifier"'))]) == 1

    assert "table.csv:3: task.one: no value in the column 'label'" in capsys.readouterr().out


@pytest.mark.parametrize(("scheme", "told"), [("", True), ('scheme = "iobes"', False)])
def test_labels_of_spans_without_a_scheme_are_remarked_on(
    config: Path, scheme: str, told: bool, capsys: pytest.CaptureFixture[str]
):
    rows = "tokens,ner_tags\nAda left New York,B-PER O B-LOC I-LOC\n"
    main(["check", str(one_task(config.parent, rows, f'kind = "tagger"\ncolumn = "ner"\n{scheme}'))])

    remark = 'task.one: labels as `B-PER` look like spans: `scheme = "iobes"` learns'
    assert (remark in capsys.readouterr().out) == told


def test_conll_u_without_a_reader_is_told_which_to_name(config: Path, capsys: pytest.CaptureFixture[str]):
    path = one_task(config.parent, treebank([GO]), 'kind = "tagger"\ncolumn = "upos"')
    assert main(["check", str(path)]) == 1

    assert 'this looks like CoNLL-U: say reader = "conllu"' in capsys.readouterr().out
