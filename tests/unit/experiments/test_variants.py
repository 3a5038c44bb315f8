"""What a cascade is compared with: a flat network of the same depth, and each task by itself."""

from __future__ import annotations

import copy

import pytest

from jmt.errors import ConfigError
from jmt.experiments.variants import variants
from jmt.runs.config import build_config, read_config

BODIES = ("jmt2017", "transformer", "medium")


@pytest.fixture(params=BODIES)
def tables(request: pytest.FixtureRequest) -> dict:
    return read_config(request.param).to_tables()


def test_a_flat_network_has_all_tasks_on_the_layer_of_the_highest_one_and_feeds_nothing_upward(tables: dict):
    model = build_config(variants(tables, "flat")["flat"]).model

    assert all(task.reads == () for task in model.tasks.values())
    if model.encoder.kind == "bilstm":
        assert {task.level for task in model.tasks.values()} == {5}
    else:
        taps = {name: model.encoder.taps[task.level - 1] for name, task in model.tasks.items()}
        assert set(taps.values()) == {6}
        assert all(
            model.serves_pairs(task.level) == (name in ("relatedness", "entailment"))
            for name, task in model.tasks.items()
        )


def test_a_single_task_keeps_its_depth_and_loses_its_company(tables: dict):
    found = variants(tables, "single")

    assert list(found) == [f"single-{name}" for name in tables["task"]]
    for name, changed in found.items():
        model = build_config(changed).model
        (task,) = model.tasks
        assert name == f"single-{task}"
        assert model.levels == tables["task"][task]["level"]
        assert model.tasks[task].reads == ()


def test_variants_differ_in_nothing_else_and_leave_the_cascade_alone(tables: dict):
    before = copy.deepcopy(tables)
    for kind in ("cascade", "flat", "single"):
        for changed in variants(tables, kind).values():
            assert changed["training"] == tables["training"]
            for name, task in changed["task"].items():
                assert {**task, "level": 0, "reads": []} == {**tables["task"][name], "level": 0, "reads": []}
    assert tables == before


def test_a_variant_that_cannot_be_is_refused_with_what_can():
    with pytest.raises(ConfigError, match="no `tree`; there are cascade, flat, single"):
        variants({}, "tree")
    tables = read_config("transformer", overrides=["encoder.taps=[]"]).to_tables()
    with pytest.raises(ConfigError, match=r"encoder\.taps: name the layer of every level"):
        variants(tables, "flat")
