"""`jmt evaluate` from checkpoint and files to tables and metrics.json."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cascade.checkpoint import model_hash
from jmt.cli.main import main
from jmt.network import checkpoint
from tests.assets.tiny_model import tiny_model

TREEBANK = """\
# newpar
# text = The dog barks.
1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\tChunk=B-NP
2\tdog\tdog\tNOUN\tNN\t_\t3\tnsubj\t_\tChunk=I-NP
3\tbarks\tbark\tVERB\tVBZ\t_\t0\troot\t_\tSpaceAfter=No|Chunk=B-VP
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\tChunk=O

# text = Wow, cats sleep!
1\tWow\twow\tINTJ\tUH\t_\t4\tdiscourse\t_\tSpaceAfter=No|Chunk=B-INTJ
2\t,\t,\tPUNCT\t,\t_\t4\tpunct\t_\tChunk=O
3\tcats\tcat\tNOUN\tNNS\t_\t4\tnsubj\t_\tChunk=B-NP
4\tsleep\tsleep\tVERB\tVBP\t_\t0\troot\t_\tSpaceAfter=No|Chunk=B-VP
5\t!\t!\tPUNCT\t.\t_\t4\tpunct\t_\tChunk=O

"""

SICK = (
    "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"
    "1\tA dog barks\tA dog makes a noise\t4.5\tENTAILMENT\n"
    "2\tA dog barks\tNo dog barks\t3.2\tCONTRADICTION\n"
    "3\tA dog barks\tCats sleep\t1.3\tNEUTRAL\n"
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)


@pytest.fixture
def treebank(tmp_path: Path) -> Path:
    path = tmp_path / "own.conllu"
    path.write_text(TREEBANK, encoding="utf-8")
    return path


def saved(folder: Path, *, seed: int = 1, card: dict[str, Any] | None = None) -> str:
    checkpoint.save(tiny_model(seed=seed), folder, card=card)
    return str(folder)


def on_treebank(treebank: Path) -> list[str]:
    return [word for task in ("xpos", "chunk", "dep") for word in ("--data", f"{task}={treebank}")]


def evaluate(*words: str) -> int:
    return main(["evaluate", *words])


def test_scores_of_named_files_are_printed_with_their_conventions(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(saved(tmp_path / "model"), *on_treebank(treebank)) == 0
    shown = capsys.readouterr()
    parts = ("accuracy", "las_ptb", "CoNLL-18", "conlleval", "unknown words", "1-10 words", "most frequent mistakes")
    for part in parts:
        assert part in shown.out
    assert "dep: gold labels that training never saw, scored as wrong: discourse (1)" in shown.out
    assert "relatedness: no score: the model does not say which corpus" in shown.out
    assert "scoring" in shown.err


def test_metrics_json_has_the_run_and_a_table_of_scores_per_task(tmp_path: Path, treebank: Path) -> None:
    output = tmp_path / "metrics.json"
    model = saved(tmp_path / "model", card={"seed": 7})
    assert evaluate(model, *on_treebank(treebank), "--output", str(output)) == 0
    content = json.loads(output.read_text(encoding="utf-8"))
    assert set(content) == {"run", "xpos", "chunk", "dep"}
    assert set(content["xpos"]) == {"accuracy", "count"}
    assert set(content["chunk"]) == {"f1", "precision", "recall", "count"}
    assert set(content["dep"]) == {"uas", "las", "uas_ptb", "las_ptb", "count"}
    assert [content[task]["count"] for task in ("xpos", "chunk", "dep")] == [9, 5, 9]
    run = content["run"]
    assert (run["split"], run["tokens"], run["seed"]) == ("dev", "gold", 7)
    assert run["corpus"]["dep"] == str(treebank)
    assert run["model"] == dict.fromkeys(("xpos", "chunk", "dep"), model_hash(tmp_path / "model"))
    assert run["unseen"] == {
        "xpos": {"VBZ": 1, "UH": 1, ",": 1, "NNS": 1, "VBP": 1},
        "chunk": {"INTJ": 1},
        "dep": {"discourse": 1},
    }
    assert {"corpus", "release", "split", "tokens", "convention", "seed", "model"} <= set(run)


def test_metrics_can_go_to_stdout_and_tables_to_stderr(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(saved(tmp_path / "model"), "--data", f"xpos={treebank}", "--output", "-") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["xpos"]["count"] == 9
    assert "accuracy" in shown.err


def test_own_tokens_are_scored_beside_how_well_the_text_was_split(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "metrics.json"
    model = saved(tmp_path / "model")
    assert evaluate(model, *on_treebank(treebank), "--tokens", "own", "--output", str(output)) == 0
    content = json.loads(output.read_text(encoding="utf-8"))
    assert content["run"]["tokens"] == "own"
    assert content["xpos"]["words_f1"] == content["xpos"]["sentences_f1"] == 1.0
    assert {"uas", "las", "words_f1", "count"} <= set(content["dep"])
    assert content["chunk"]["count"] == 5
    capsys.readouterr()
    assert evaluate(model, *on_treebank(treebank), "--output", "-") == 0
    gold = json.loads(capsys.readouterr().out)
    assert content["xpos"]["accuracy"] == pytest.approx(gold["xpos"]["accuracy"])
    assert content["dep"]["las"] == pytest.approx(gold["dep"]["las"])


def test_own_tokens_are_scored_by_the_table_of_conll_2018(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "metrics.json"
    model = saved(tmp_path / "model")
    assert evaluate(model, *on_treebank(treebank), "--tokens", "own", "--output", str(output)) == 0
    shown = capsys.readouterr().out
    title, header, *rows = shown.split("\n\n")[1].split("\n")
    assert title == f"CoNLL 2018 scores from the raw text of {treebank}"
    assert header.split() == ["score", "precision", "recall", "f1", "aligned_accuracy"]
    names = ["tokens", "sentences", "words", "xpos", "uas", "las", "clas"]
    assert [row.split()[0] for row in rows[:7]] == names
    assert rows[0].split()[1:] == ["1.0000", "1.0000", "1.0000", "-"]
    assert rows[7:] == [
        "upos, alltags, mlas: no score: nothing predicts upos here",
        "ufeats: no score: nothing predicts feats here",
        "lemmas, blex: no score: nothing predicts lemma here",
    ]
    content = json.loads(output.read_text(encoding="utf-8"))
    table = content["run"]["conll18"][str(treebank)]
    assert list(table["scores"]) == names
    assert table["scores"]["words"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert table["scores"]["xpos"].keys() == {"precision", "recall", "f1", "aligned_accuracy"}
    assert table["scores"]["clas"]["f1"] == content["dep"]["clas"]
    assert table["scores"]["las"]["f1"] == pytest.approx(content["dep"]["las"])


def test_own_tokens_of_several_models_stand_side_by_side(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = saved(tmp_path / "one"), saved(tmp_path / "other", seed=2)
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "tagger")
    tagger = str(tmp_path / "tagger")
    output = tmp_path / "metrics.json"
    data = [*on_treebank(treebank), "--tokens", "own", "--rows", "0", "--output", str(output)]
    assert evaluate(one, other, tagger, *data) == 0
    title, header, *rows = capsys.readouterr().out.split("\n\n")[1].split("\n")
    assert title == f"CoNLL 2018 scores from the raw text of {treebank}, F1"
    assert header.split() == ["score", one, other, tagger]
    assert rows[2].split() == ["words", "1.0000", "1.0000", "1.0000"]
    assert rows[6].split()[0] == "clas"
    assert rows[6].split()[3] == "-"
    assert "ufeats: no score: nothing predicts feats here" in rows
    assert f"uas, las, clas of {tagger}: no score: nothing predicts deprel here" in rows
    compared = json.loads(output.read_text(encoding="utf-8"))["run"]["compared"]
    assert list(compared[1]["conll18"][str(treebank)]["scores"]) == ["tokens", "sentences", "words", "xpos"]


def test_a_terminal_sees_how_far_predicting_has_come(
    tmp_path: Path, treebank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert evaluate(saved(tmp_path / "model"), "--data", f"xpos={treebank}") == 0
    assert "predicting:   0%" in terminal.getvalue()
    assert "0.00/2.00" in terminal.getvalue()


def test_pairs_are_read_by_the_reader_of_the_corpus_that_the_model_was_trained_on(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.txt"
    pairs.write_text(SICK, encoding="utf-8")
    output = tmp_path / "metrics.json"
    model = saved(tmp_path / "model", card={"corpora": {"relatedness": "sick", "entailment": "sick"}})
    data = ["--data", f"relatedness={pairs}", "--data", f"entailment={pairs}"]
    for tokens in ("gold", "own"):
        assert evaluate(model, *data, "--tokens", tokens, "--output", str(output)) == 0
        content = json.loads(output.read_text(encoding="utf-8"))
        assert set(content["relatedness"]) == {"mse", "pearson", "spearman", "count"}
        assert content["entailment"]["count"] == 3
        assert {"accuracy", "f1_neutral", "recall_contradiction"} <= set(content["entailment"])


def test_several_models_stand_side_by_side_with_their_differences(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = saved(tmp_path / "one"), saved(tmp_path / "other", seed=2)
    output = tmp_path / "metrics.json"
    assert evaluate(one, other, *on_treebank(treebank), "--output", str(output)) == 0
    shown = capsys.readouterr().out
    assert "paired bootstrap" in shown
    assert one in shown
    assert other in shown
    content = json.loads(output.read_text(encoding="utf-8"))
    (compared,) = content["run"]["compared"]
    assert compared["name"] == other
    difference = compared["difference"]["xpos"]["accuracy"]
    assert difference["difference"] == pytest.approx(
        compared["metrics"]["xpos"]["accuracy"] - content["xpos"]["accuracy"]
    )
    assert set(difference) == {"difference", "low", "high", "p"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--data", "xpos"], 2, "is not TASK=FILE"),
        (["--data", "lemma={treebank}"], 1, "there is no task `lemma`; there are xpos, chunk, dep"),
        (["--data", "xpos=nowhere.conllu"], 1, "nowhere.conllu"),
        (["--data", "xpos={treebank}.txt"], 1, "no reader is known for this file"),
        ([], 1, "does not say what it was trained on: name the data with --data TASK=FILE"),
        (["--data", "xpos={treebank}", "--output", "{folder}"], 1, "this is a folder"),
        (["--data", "xpos={treebank}", "--output", "{folder}/no/m.json"], 1, "there is no folder"),
        (["--data", "xpos={treebank}", "--output", "{treebank}/m.json"], 1, "conllu is a file, not a folder"),
        (["--data", "xpos={treebank}", "--corpora", "{folder}/no"], 1, "no: there is no such folder"),
    ],
)
def test_mistakes_are_told_in_one_message(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    filled = [word.format(treebank=treebank, folder=tmp_path) for word in words]
    try:
        found = evaluate(saved(tmp_path / "model"), *filled)
    except SystemExit as stop:
        found = stop.code  # type: ignore[assignment]
    shown = capsys.readouterr()
    assert found == code
    assert message in shown.err
    assert "Traceback" not in shown.err


def test_a_model_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("no-such-model") == 1
    assert "no-such-model" in capsys.readouterr().err


PAIRS = (
    "id\tpremise\thypothesis\tgold_label\n1\tA dog barks\tA dog makes a noise\tentailment\n2\tCats\tDogs\tNeutral\n"
    "3\tA dog\tNo dog\tcontradiction\n"
)


def test_the_header_of_a_table_of_pairs_decides_how_it_is_read(tmp_path: Path) -> None:
    """A model that was trained on SICK is scored on a table of another format."""
    table, output = tmp_path / "pairs.tsv", tmp_path / "metrics.json"
    table.write_text(PAIRS, encoding="utf-8")
    model = saved(tmp_path / "model", card={"corpora": {"entailment": "sick"}})

    assert evaluate(model, "--tasks", "entailment", "--data", f"entailment={table}", "--output", str(output)) == 0
    content = json.loads(output.read_text(encoding="utf-8"))
    assert set(content) == {"run", "entailment"}
    assert content["entailment"]["count"] == 3
    assert content["run"]["left_out"] == {}
    table.write_text("a\tb\tc\nA\tB\tneutral\n", encoding="utf-8")
    assert evaluate(model, "--tasks", "entailment", "--data", f"entailment={table}") == 1


def test_tables_of_words_and_of_pairs_are_scored_in_whatever_format(tmp_path: Path) -> None:
    content = {
        "xpos.jsonl": '{"tokens": ["A", "dog", "barks"], "xpos_tags": ["DT", "NN", "VBZ"]}\n',
        "chunk.csv": 'Words,Chunks\n"A dog barks","B-NP I-NP B-VP"\n',
        "entailment.csv": PAIRS.replace("\t", ";"),
    }
    data = []
    for name, text in content.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        data += ["--data", f"{Path(name).stem}={tmp_path / name}"]
    output = tmp_path / "metrics.json"

    assert evaluate(saved(tmp_path / "model"), *data, "--output", str(output)) == 0
    found = json.loads(output.read_text(encoding="utf-8"))
    assert {task: found[task]["count"] for task in ("xpos", "chunk", "entailment")} == {
        "xpos": 3, "chunk": 2, "entailment": 3
    }  # fmt: skip


def test_single_tasks_are_scored_where_the_corpora_of_others_are_not_here(
    tmp_path: Path, treebank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {"mine": {"reader": "conllu", "dev": str(treebank)}, "gone": {"reader": "conllu", "dev": "gone.conllu"}}
    card = {"corpora": {"xpos": "mine", "dep": "gone"}, "own_corpora": own}
    model = saved(tmp_path / "model", card=card)

    assert evaluate(model, "--tasks", "xpos") == 0
    assert evaluate(model) == 1
    assert "gone.conllu (dev) was not found" in (told := capsys.readouterr().err)
    assert "--tasks LIST scores some tasks only, --data dep=FILE takes other data" in told
    assert evaluate(model, "--tasks", "xpos,ner") == 1
    assert "--tasks: there is no task `ner`; there are xpos, chunk, dep" in capsys.readouterr().err


@pytest.mark.parametrize("tokens", ["gold", "own"])
def test_a_model_that_gives_one_answer_to_everything_is_told_of(
    tmp_path: Path, treebank: Path, tokens: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tiny_model()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.startswith("heads.xpos."):
                parameter.zero_()
    checkpoint.save(model, tmp_path / "model")
    output = tmp_path / "metrics.json"
    data = ["--data", f"xpos={treebank}", "--data", f"dep={treebank}"]

    assert evaluate(str(tmp_path / "model"), *data, "--tokens", tokens, "--output", str(output)) == 0
    assert "xpos: every prediction is `" in capsys.readouterr().out
    assert list(json.loads(output.read_text(encoding="utf-8"))["run"]["constant"]) == ["xpos"]


def test_a_reader_of_the_tables_that_has_gone_away_takes_no_file_away(
    tmp_path: Path, treebank: Path, monkeypatch: pytest.MonkeyPatch
):
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    model, output = saved(tmp_path / "model"), tmp_path / "metrics.json"
    monkeypatch.setattr(sys, "stdout", Closed())
    assert main(["evaluate", model, "--tasks", "xpos", "--data", f"xpos={treebank}", "--output", str(output)]) != 0
    assert "xpos" in json.loads(output.read_text(encoding="utf-8"))
