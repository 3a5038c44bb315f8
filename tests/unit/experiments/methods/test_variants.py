"""Methods as edits of a configuration: what is put under schedule `joint`, what goes, what each method keeps."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.experiments.methods.runs import plan_methods
from jmt.experiments.methods.variants import at_rate, check_methods, on_joint, with_method
from jmt.runs.config import build_config, read_config
from jmt.training.weighting.methods import METHODS

TASKS = ("xpos", "chunk", "dep", "relatedness", "entailment")
SUCCESSIVE = (
    "training.schedule=successive",
    "training.successive_regularization={default=10.0, lower_classifiers=20.0}",
)


def tables_of(name: str, *overrides: str) -> dict:
    return read_config(name, overrides=overrides, tasks=TASKS).to_tables()


def test_the_sum_and_random_weights_are_always_compared_and_come_first():
    assert check_methods(["mgda", "random", "mgda"]) == ["sum", "random", "mgda"]
    with pytest.raises(ConfigError, match="--methods: no `gradnrom`; did you mean `gradnorm`\\? known are sum, mean"):
        check_methods(["sum", "gradnrom"])
    with pytest.raises(ConfigError, match="--methods: no `qqq`; known are"):
        check_methods(["qqq"])


def test_every_method_is_accepted_on_a_configuration_that_was_successive():
    before = tables_of("demo", *SUCCESSIVE)
    tables, _ = on_joint(before)
    for method in METHODS:
        config = build_config(at_rate(with_method(tables, method), 2.0))
        training = config.training
        assert (training.weighting.method, training.schedules) == (method, {"joint"})
        assert training.optimizer.learning_rate == pytest.approx(8e-3)
        assert (training.epochs, training.batch_size) == (before["training"]["epochs"], 25)
        assert config.model == build_config(before).model
    assert before == tables_of("demo", *SUCCESSIVE)


@pytest.mark.parametrize(
    ("overrides", "lost"),
    [
        (["training.order=random", "training.replay=0.1"], ["training.replay", "training.order"]),
        (["training.schedule=sampled", "training.sampling.by=uniform"], ["training.sampling"]),
        (["training.schedule=asynchronous", "training.effective_batch=64"], ["training.effective_batch"]),
        (
            ["training.schedule=grouped", 'training.groups=[["xpos","chunk","dep","relatedness","entailment"]]'],
            ["training.groups"],
        ),
    ],
)
def test_what_means_nothing_under_the_schedule_goes_and_is_named(overrides: list[str], lost: list[str]):
    plain = () if overrides[0].endswith("random") else ("training.schedule=sampled",)
    tables, notes = on_joint(tables_of("demo", *(plain or SUCCESSIVE), *overrides))

    build_config(tables)
    assert "`joint`" in notes[0]
    assert notes[1].startswith("Dropped, as under `joint` they mean nothing: ")
    assert all(key in notes[1] for key in lost)
    assert ("training.successive_regularization" in notes[1]) == (not plain)


def test_phases_become_one_schedule_of_as_many_epochs():
    phases = "training.phase=[{epochs=2},{epochs=3, schedule='sampled'}]"
    tables = tables_of("bilstm", "training.schedule=successive", phases, "training.epochs=5")
    changed, notes = on_joint(tables)

    assert build_config(changed).training.epochs == 5
    assert "was `successive` then `sampled` and is `joint`" in notes[0]
    assert "training.phase" in notes[1]


def test_weights_of_tasks_go_so_that_all_methods_see_the_same_losses():
    tables, notes = on_joint(tables_of("demo", "training.schedule=joint"))
    assert notes == []
    weighed = copy.deepcopy(tables)
    weighed["task"]["dep"]["weight"] = 2.0
    changed, notes = on_joint(weighed)

    assert notes == ["Dropped, so that all methods are given the same losses: task.dep.weight = 2."]
    assert changed == tables


def test_a_method_keeps_the_keys_of_the_configuration_that_it_reads():
    edits = ["training.schedule=joint", "training.weighting.method=mgda"]
    edits += ["training.weighting.normalize=l2", "training.weighting.rescale=true"]
    tables = tables_of("demo", *edits)

    assert with_method(tables, "mgda")["training"]["weighting"] == {
        "method": "mgda", "normalize": "l2", "rescale": True
    }  # fmt: skip
    assert with_method(tables, "pcgrad")["training"]["weighting"] == {"method": "pcgrad", "rescale": True}
    assert with_method(tables, "sum")["training"]["weighting"] == {"method": "sum"}


def test_what_cannot_be_compared_is_refused_before_anything_is_trained(tmp_path: Path):
    def plan(*overrides: str, tuning_seed: int = 0) -> None:
        plan_methods(
            "demo", ["mgda", "gradnorm"], [1, 2], tmp_path, rates=[1.0], tuning_seed=tuning_seed, overrides=overrides
        )

    plan()
    with pytest.raises(ConfigError, match="--tuning-seed 2: it is among --seeds"):
        plan(tuning_seed=2)
    with pytest.raises(ConfigError, match="patience: runs of equal budgets"):
        plan("training.selection.patience=2")
    edits = ("training.schedule=joint", "training.weighting.method=mgda")
    with pytest.raises(ConfigError, match="gradnorm learns one weight per task"):
        plan(*edits, "training.weighting.scope=block")
    with pytest.raises(ConfigError, match="a single task leaves nothing to weigh"):
        on_joint({"task": {"xpos": {}}})
    assert list(tmp_path.iterdir()) == []
