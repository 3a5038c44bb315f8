"""The paper's ablations: what each edits, that it can be built, and what is left out of a configuration and why."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from jmt.errors import ConfigError
from jmt.experiments.comparison import Pair
from jmt.experiments.paper_variants import PAPER, describe_variants, paper_endpoints, paper_variants
from jmt.runs.config import build_config, read_config
from jmt.runs.resuming import dotted_items

TOKEN_TASKS = ["xpos", "chunk", "dep"]


def tables_of(name: str, *overrides: str) -> dict[str, Any]:
    return read_config(name, overrides=overrides).to_tables()


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    return tables_of("jmt2017")


def edits(tables: dict[str, Any], name: str) -> dict[str, Any]:
    """The keys that an ablation of one network sets, with their values."""
    (changed,) = paper_variants(tables).networks[name].values()
    before = dict(dotted_items(tables))
    return {key: value for key, value in dotted_items(changed) if key not in before or before[key] != value}


def test_every_ablation_means_something_for_the_papers_own_network_and_can_be_built(tables: dict):
    before = copy.deepcopy(tables)
    chosen = paper_variants(tables)

    assert list(chosen.networks) == list(PAPER)
    assert chosen.left_out == {}
    for networks in chosen.networks.values():
        for changed in networks.values():
            build_config(changed)
            assert {**changed["training"], "order": "", "successive_regularization": 0, "selection": 0} == {
                **before["training"], "order": "", "successive_regularization": 0, "selection": 0
            }  # fmt: skip
    assert tables == before


def test_each_ablation_edits_what_it_is_named_after_and_nothing_else(tables: dict):
    no_reads = {f"task.{task}.reads": [] for task, table in tables["task"].items() if table["reads"]}

    assert edits(tables, "all") == {}
    assert edits(tables, "without-shortcut") == {"encoder.shortcut": False}
    assert edits(tables, "without-labels") == no_reads
    assert len(no_reads) == 4
    assert edits(tables, "without-shortcut-and-labels") == {"encoder.shortcut": False, **no_reads}
    assert edits(tables, "without-regularization") == {
        "training.successive_regularization.default": 0.0,
        "training.successive_regularization.lower_classifiers": 0.0,
    }
    assert edits(tables, "without-vertical") == {"encoder.vertical": False}
    assert edits(tables, "random-order") == {"training.order": "random"}
    assert edits(tables, "words-only") == {"encoder.ngrams": []}


def test_the_lower_tasks_are_compared_on_three_levels_and_on_one(tables: dict):
    networks = paper_variants(tables).networks
    layered, flat_one = (build_config(networks[name][name]).model for name in ("abc", "all-3"))

    assert {name: task.level for name, task in layered.tasks.items()} == dict(zip(TOKEN_TASKS, (1, 2, 3), strict=True))
    assert [read.task for read in layered.tasks["dep"].reads] == ["xpos", "chunk"]
    assert {name: task.level for name, task in flat_one.tasks.items()} == dict.fromkeys(TOKEN_TASKS, 3)
    assert all(task.reads == () for task in flat_one.tasks.values())
    assert (layered.encoder.shortcut, flat_one.encoder.shortcut) == (True, False)


def test_single_tasks_have_one_level_each(tables: dict):
    networks = paper_variants(tables).networks["single"]

    assert list(networks) == [f"single-{task}" for task in tables["task"]]
    for name, changed in networks.items():
        model = build_config(changed).model
        assert list(model.tasks) == [name.removeprefix("single-")]
        assert model.levels == 1


def test_vectors_of_ngrams_go_with_the_ngrams():
    edits = ["training.vectors.words=some/words", "training.vectors.ngrams=some/ngrams"]
    (changed,) = paper_variants(tables_of("jmt2017", *edits)).networks["words-only"].values()

    assert changed["training"]["vectors"]["words"] == "some/words"
    assert "ngrams" not in changed["training"]["vectors"]


def test_of_a_transformer_what_a_bilstm_alone_has_is_left_out_with_the_reason():
    tables = tables_of("transformer")
    chosen = paper_variants(tables)

    assert chosen.left_out["without-vertical"].startswith("the layers of a transformer are one stack")
    assert chosen.left_out["words-only"].startswith("a transformer reads word pieces")
    assert "there is no task before" in chosen.left_out["without-regularization"]
    assert "no passes whose order" in chosen.left_out["random-order"]
    assert {"all", "without-shortcut", "without-labels", "abc", "all-3", "single"} <= set(chosen.networks)
    for name, task in tables["task"].items():  # a task by itself reads the layer that it always read
        single = chosen.networks["single"][f"single-{name}"]
        assert single["encoder"]["taps"] == [tables["encoder"]["taps"][task["level"] - 1]]


@pytest.mark.parametrize(
    ("overrides", "name", "reason"),
    [
        (["encoder.shortcut=false"], "without-shortcut", "encoder.shortcut is false already"),
        (["encoder.vertical=false"], "without-vertical", "encoder.vertical is false already"),
        (["encoder.ngrams=[]"], "words-only", "encoder.ngrams is empty already"),
        (["training.order=random"], "random-order", "training.order is `random` already"),
        (
            ["training.successive_regularization={default=0.0, lower_classifiers=0.0}"],
            "without-regularization",
            "training.successive_regularization is zero already",
        ),
        (["encoder.vertical=false"], "without-shortcut-and-labels", "level 2 has no input"),
        (
            [f"task.{task}.reads=[]" for task in ("chunk", "dep", "relatedness", "entailment")],
            "without-labels",
            "no task",
        ),
    ],
)
def test_what_is_so_already_or_cannot_be_built_is_left_out(overrides: list[str], name: str, reason: str):
    chosen = paper_variants(tables_of("jmt2017", *overrides))

    assert name not in chosen.networks
    assert chosen.left_out[name].startswith(reason)
    assert f"- `{name}` ({PAPER[name].paper}): {chosen.left_out[name]}" in describe_variants(chosen)


def test_a_configuration_of_one_task_has_little_to_leave_out():
    tables = tables_of("jmt2017")
    tables["task"] = {"xpos": tables["task"]["xpos"]}
    chosen = paper_variants(tables)

    assert list(chosen.networks) == ["all", "without-regularization", "words-only"]
    assert chosen.left_out["single"] == "there is a single task, which is `all`"
    with pytest.raises(ConfigError, match="`all` is the configuration itself; name an ablation beside it: all, w"):
        paper_variants(tables, ["all"])
    tables["encoder"]["ngrams"] = []
    tables["training"]["successive_regularization"] = {"default": 0.0, "lower_classifiers": 0.0}
    with pytest.raises(ConfigError, match="--paper: no ablation means anything for this configuration"):
        paper_variants(tables)


def test_every_ablation_is_judged_where_the_paper_saw_most_of_it(tables: dict):
    judged = {
        pair.second: columns for pair, columns in paper_endpoints(tables, list(PAPER)).items() if pair.first == "all"
    }

    assert judged == {
        "without-shortcut": [("relatedness", "pearson")],
        "without-labels": [("entailment", "accuracy")],
        "without-shortcut-and-labels": [("entailment", "accuracy")],
        "without-regularization": [("chunk", "f1")],
        "without-vertical": [("dep", "las")],
        "random-order": [("relatedness", "pearson")],
        "words-only": [("xpos", "unknown accuracy")],
        "abc": [("dep", "las")],
        "all-3": [("dep", "las")],
        "single": [("dep", "las")],
    }
    assert paper_endpoints(tables, list(PAPER))[Pair("abc", "all-3")] == [("dep", "las")]


def test_without_the_papers_tasks_an_ablation_is_judged_by_the_top_task_that_both_networks_have():
    names = ["all", "without-shortcut", "words-only", "abc"]
    tables = read_config("jmt2017", tasks=["dep", "entailment"]).to_tables()
    judged = {pair.second: columns for pair, columns in paper_endpoints(tables, names).items()}

    assert judged == {
        "without-shortcut": [("entailment", "accuracy")],
        "words-only": [("entailment", "accuracy")],
        "abc": [("dep", "las")],
    }


def test_networks_without_pairs_are_never_judged_by_pairs():
    tables = read_config("jmt2017", tasks=["xpos", "chunk", "entailment"]).to_tables()
    assert list(paper_endpoints(tables, ["all", "abc"]).values()) == [[("chunk", "f1")]]


def test_some_ablations_can_be_asked_for_by_name_and_stand_beside_the_whole(tables: dict):
    assert list(paper_variants(tables, ["words-only"]).networks) == ["all", "words-only"]
    with pytest.raises(ConfigError, match=r"--paper: no `SR`; there are all, without-shortcut"):
        paper_variants(tables, ["SR"])
