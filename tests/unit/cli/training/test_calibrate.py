"""Confidences are calibrated at the end of training and by `jmt calibrate`, and measured by `jmt evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from jmt.cascade.checkpoint import model_hash
from jmt.cascade.symbols.examples import TaskExamples
from jmt.cli.main import main
from jmt.engines import load_model
from jmt.evaluation.calibration.models import fit_model, write_fitted
from jmt.evaluation.calibration.temperature import fit_temperatures
from jmt.evaluation.model_scores import LoadedModel
from jmt.network import checkpoint
from tests.assets.tiny_corpus import conllu, text_of, write_tiny_corpus
from tests.assets.tiny_model import tiny_model


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose treebank has enough words in dev, and whose pairs have not."""
    config = write_tiny_corpus(tmp_path_factory.mktemp("calibrate"))
    (config.parent / "dev.conllu").write_text(conllu(range(20, 40)), encoding="utf-8")
    return config


@pytest.fixture(scope="module")
def run(config: Path) -> Path:
    output = config.parent / "run"
    assert main(["train", str(config), "--output", str(output), "--device", "cpu"]) == 0
    return output


def temperatures(folder: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((folder / "config.json").read_text()).get("temperatures", {})
    return found


def test_training_ends_with_temperatures_in_the_best_checkpoint_alone(
    run: Path, config: Path, capsys: pytest.CaptureFixture[str]
):
    assert temperatures(run / "best").keys() == {"xpos", "chunk", "dep"}
    assert load_model(run).engine.cascade.temperatures == temperatures(run / "best")
    assert not temperatures(run / "last")
    assert main(["info", str(run)]) == 0
    assert "confidences calibrated, at temperatures xpos " in capsys.readouterr().out

    # Gone on with, it is trained without them, and left so where that is asked for.
    other = config.parent / "more"
    options = ["--from", str(run), "--set", "training.calibrate=false", "--device", "cpu"]
    assert main(["train", str(config), "--output", str(other), *options]) == 0
    assert "temperature" not in capsys.readouterr().err
    assert not temperatures(other / "best")


def test_a_trained_model_is_calibrated_into_another_folder(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "calibrated"
    assert main(["calibrate", str(run), "--output", str(output)]) == 0
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == ["confidences", "xpos", "chunk", "dep"]
    assert temperatures(output) == pytest.approx(temperatures(run / "best"), rel=1e-3)
    assert model_hash(output) == model_hash(run)
    words = [text_of(number).split() for number in range(50, 60)]
    before, after = (load_model(folder).engine.at_temperatures({}) for folder in (run, output))
    assert before.run(words, ["xpos", "chunk", "dep"]) == after.run(words, ["xpos", "chunk", "dep"])


def test_tasks_that_are_named_are_calibrated_alone_and_others_keep_their_temperatures(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["calibrate", str(run), "--output", str(tmp_path / "none"), "--tasks", "lemma"]) == 1
    assert "--tasks: there is no task `lemma`; there are xpos" in capsys.readouterr().err
    write_fitted(run / "best", {"chunk": SimpleNamespace(temperature=3.5)}, tmp_path / "odd")  # type: ignore[dict-item]
    again = tmp_path / "again"
    assert main(["calibrate", str(tmp_path / "odd"), "--output", str(again), "--tasks", "xpos,dep"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["confidences", "xpos", "dep"]
    assert temperatures(again)["chunk"] == 3.5
    assert temperatures(again)["dep"] == pytest.approx(temperatures(run / "best")["dep"], rel=1e-3)


def test_the_cascade_is_climbed_once_for_all_temperatures_with_the_same_result(run: Path):
    model = LoadedModel.load("run", run)
    words = [text_of(number).split() for number in range(50, 70)]
    gold = [["NN"] * len(sentence) for sentence in words]
    every = [TaskExamples(task, "tagger", words, gold) for task in ("xpos", "chunk")]
    climbed = []
    engine = model.predictor.engine
    score = engine.score
    engine.score = lambda rows, *rest, **more: climbed.extend(rows) or score(rows, *rest, **more)  # type: ignore[method-assign]
    once = fit_model(model, every)
    assert sorted(climbed) == sorted(words)
    anew = fit_temperatures(model.predictor, every)
    assert len(climbed) > 10 * len(words)
    assert once.keys() == anew.keys() == {"xpos", "chunk"}
    for task in once:
        assert once[task].temperature == anew[task].temperature
        assert once[task].after.confidences.tolist() == anew[task].after.confidences.tolist()


def test_evaluating_says_what_confidences_are_worth(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    output = tmp_path / "metrics.json"
    assert main(["evaluate", str(run), "--calibration", "--rows", "0", "--output", str(output)]) == 0
    shown = capsys.readouterr().out
    found = json.loads(output.read_text())["run"]["calibration"]
    assert found.keys() == {"xpos", "chunk", "dep", "entailment"}
    for task, told in found.items():
        assert abs(told["accuracy"] - told["confidence"]) - 1e-9 <= told["ece"] <= 1
        assert told["count"] == (6 if task == "entailment" else 133)
        row = [f"{told[name]:.4f}" for name in ("accuracy", "confidence", "ece")]
        assert [task, *row, str(told["count"])] in [line.split() for line in shown.splitlines()]
    assert found["dep"]["accuracy"] == json.loads(output.read_text())["dep"]["uas"]

    assert main(["evaluate", str(run), "--output", str(output)]) == 0
    assert "calibration" not in json.loads(output.read_text())["run"]
    assert main(["evaluate", str(run), "--calibration", "--tokens", "own"]) == 1
    assert "take --tokens gold" in capsys.readouterr().err


def test_what_cannot_be_calibrated_is_refused_and_nothing_is_written(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["calibrate", str(run), "--output", str(tmp_path)]) == 1
    assert f"{tmp_path}: exists already" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["calibrate", "nowhere", "--output", str(tmp_path / "file" / "new")]) == 1
    assert "file is a file; choose another --output" in capsys.readouterr().err  # before a model is looked for
    small, output = tmp_path / "small.conllu", tmp_path / "new"
    small.write_text(conllu(range(3)), encoding="utf-8")
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model")
    words = [str(tmp_path / "model"), "--output", str(output), "--data", f"xpos={small}"]
    assert main(["calibrate", *words]) == 1
    assert "no task has confidences and 100 predictions" in capsys.readouterr().err
    assert not output.exists()


def test_a_corpus_that_is_not_here_is_answered_by_options_that_the_command_has(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = [str(run), "--output", str(tmp_path / "new"), "--data", "xpos=gone.conllu"]
    assert main(["calibrate", *words]) == 1
    told = capsys.readouterr().err
    assert "gone.conllu (dev) was not found" in told
    assert told.endswith("; --data xpos=FILE takes other data\n")
