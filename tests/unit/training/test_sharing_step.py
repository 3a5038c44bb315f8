"""Copies of a level are tied after every update, and a run with ties goes on exactly where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.errors import ConfigError
from jmt.network.parts import subnetwork_of
from jmt.runs.config import read_config
from jmt.training.events import StepDone
from jmt.training.settings.sharing import SharingSettings
from jmt.training.sharing.block_sparse import shrink_rows
from jmt.training.sharing.trace_norm import nuclear_norm, shrink_singular_values
from jmt.training.sharing_step import SharingStep
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import tiny_model

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
TIES: dict[str, dict[str, Any]] = {
    "l2": {"reg": "l2"},
    "l2 to the mean": {"reg": "l2", "anchor": "mean"},
    "l2 to a task": {"reg": "l2", "anchor": "dep"},
    "trace norm": {"reg": "trace_norm"},
    "trace norm of all axes": {"reg": "trace_norm", "flatten": "tucker"},
    "trace norm of all cuts": {"reg": "trace_norm", "flatten": "tt"},
    "block sparse": {"reg": "block_sparse"},
    "block sparse, largest": {"reg": "block_sparse", "q": "inf"},
    "task graph": {"reg": "task_graph", "clusters": [["chunk", "dep"], ["relatedness", "entailment"]]},
    "a graph of ours": {"reg": "task_graph", "graph": (4 * torch.eye(4) - 1).tolist()},
    "relations": {"reg": "matrix_normal", "update_every": 2},
    "relations along all axes": {"reg": "tensor_normal", "update_every": 2},
}
SPLIT = {"level2": {}}


def build(build_trainer: Build, strength: float, tie: dict[str, Any], **settings: Any) -> Trainer:
    ties = {2: SharingSettings.model_validate({**tie, "strength": strength})} if strength else {}
    return build_trainer(sharing=SPLIT, ties=ties, schedule="joint", **settings)


def copies(trainer: Trainer, name: str = "bilstm.forwards.weight_hh_l0") -> Tensor:
    level = trainer.model.encoder.levels[1]
    return torch.stack([level[task].get_parameter(name).detach().clone() for task in level])


def spread(trainer: Trainer) -> float:
    stack = copies(trainer)
    return float((stack - stack.mean(dim=0)).norm())


def weights(trainer: Trainer) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}


def test_without_strength_copies_go_their_own_way():
    with pytest.raises(ValueError, match="reg and strength go together"):
        SharingSettings(reg="l2")


@pytest.mark.parametrize("tie", ["l2", "l2 to the mean", "l2 to a task", "task graph"])
def test_an_endless_strength_is_hard_sharing(build_trainer: Build, tie: str):
    keys = {**TIES[tie], **({"clusters": [], "mean": 0.0} if tie == "task graph" else {})}
    trainer = build(build_trainer, 1e9, keys)
    assert spread(trainer) > 1
    list(trainer.events())
    assert spread(trainer) < 1e-4
    assert float(copies(trainer).norm()) > 1  # alike, not nothing


def test_a_graph_of_ours_draws_together_what_it_connects_and_nothing_else(build_trainer: Build):
    graph = [[1.0, -1.0, 0.0, 0.0], [-1.0, 1.0, 0.0, 0.0], [0.0] * 4, [0.0] * 4]
    trainer = build(build_trainer, 1e9, {"reg": "task_graph", "graph": graph})
    list(trainer.events())
    first, second, third, fourth = copies(trainer)
    assert float((first - second).norm()) < 1e-4
    assert float((third - fourth).norm()) > 1
    assert float((first - third).norm()) > 1


def test_a_stronger_tie_keeps_copies_nearer(build_trainer: Build):
    spreads = []
    for strength in (0.0, 0.1, 1.0, 10.0):
        trainer = build(build_trainer, strength, TIES["l2"])
        list(trainer.events())
        spreads.append(spread(trainer))
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < 0.1 * spreads[0]


def test_block_sparsity_makes_rows_exactly_zero_for_all_tasks_at_once(build_trainer: Build):
    trainer = build(build_trainer, 1.27, TIES["block sparse"], epochs=8)
    list(trainer.events())
    level = trainer.model.encoder.levels[1]
    rows = torch.cat(
        [
            getattr(level[task].bilstm, way).weight_ih_l0.detach().T
            for task in level
            for way in ("forwards", "backwards")
        ],
        dim=1,
    )
    gone = (rows == 0).all(dim=1)
    assert gone.any()
    assert not gone.all()
    assert bool((rows[~gone] != 0).any(dim=1).all())


def test_a_trace_norm_lowers_the_rank_of_the_copies(build_trainer: Build):
    trainer = build(build_trainer, 1.2, TIES["trace norm"], epochs=8)
    list(trainer.events())
    values = torch.linalg.svdvals(copies(trainer).flatten(1))
    assert int((values > 1e-5).sum()) < len(values)


def test_a_tie_acts_once_an_update_whatever_the_tasks_of_the_step(build_trainer: Build):
    """Under the successive schedule most copies have no gradient in a step, and are drawn together all the same."""
    ties = {2: SharingSettings(reg="l2", strength=1e9)}
    trainer = build_trainer(sharing=SPLIT, ties=ties)
    next(event for event in trainer.events() if isinstance(event, StepDone))
    assert spread(trainer) < 1e-4


@pytest.mark.parametrize("tie", TIES)
def test_a_run_with_ties_goes_on_to_the_same_weights(build_trainer: Build, tie: str):
    optimizer = {"kind": "adam", "learning_rate": 0.02}
    whole = build(build_trainer, 0.05, TIES[tie], optimizer=optimizer, epochs=3)
    list(whole.events())
    stopped = build(build_trainer, 0.05, TIES[tie], optimizer=optimizer, epochs=3)
    for event in stopped.events():
        if isinstance(event, StepDone) and event.step == 3:
            break
    resumed = build(build_trainer, 0.05, TIES[tie], optimizer=optimizer, epochs=3)
    resumed.model.load_state_dict(stopped.model.state_dict())
    restore(resumed, *capture(stopped))
    list(resumed.events())
    expected = weights(whole)
    assert all(torch.equal(value, expected[name]) for name, value in weights(resumed).items())
    assert all(value.isfinite().all() for value in expected.values())
    for name, value in whole.stepper.sharing.state_dict().items():
        assert torch.equal(resumed.stepper.sharing.state_dict()[name], value)


REFUSED = [
    (["sharing.level2.reg=l2"], "reg and strength go together"),
    (["sharing.level2.strength=1"], "reg and strength go together"),
    (["sharing.level2={reg='l2', strength=1, q=1}"], "q says nothing to reg `l2`; it is for block_sparse"),
    (
        ["sharing.level2={reg='trace_nrm', strength=1}"],
        r"sharing.level2.reg = 'trace_nrm': did you mean `trace_norm`\? known are none, l2, trace_norm, .*, tensor_",
    ),
    (
        ["sharing.level4={reg='task_graph', strength=1, graph=[[1, -1]]}"],
        "sharing.level4: task graph: E is 1 x 2; with 2 tasks it must be 2 x 2",
    ),
    (
        ["sharing.level4={reg='task_graph', strength=1, graph=[[1, 2, 3]]}"],
        r"2 tasks have a copy \(relatedness, entailment\): as many numbers in each row",
    ),
    (
        ["sharing.level4={reg='task_graph', strength=1, graph=[[1, -2], [-2, 1]]}"],
        "sharing.level4: task graph: the smallest eigenvalue of E is -1",
    ),
    (
        ["sharing.level4={reg='task_graph', strength=1, within=2, graph=[[1, -1], [-1, 1]]}"],
        "sharing.level4.within: graph says how all tasks lie to each other; drop one of them",
    ),
    (["sharing.level2={reg='l2', strength=1, anchor='xpos'}"], "`xpos` has no copy of this level; lemma, chunk, dep"),
    (["sharing.level2={kind='hard', strength=1}"], "a `hard` level is one for all tasks: drop the key"),
    (
        ["sharing.level2={kind='cross_stitch', reg='l2', strength=1}"],
        "kind `cross_stitch` mixes, and what is mixed is not tied",
    ),
    (["sharing.level2={same=0.5}"], "same is of kind `cross_stitch`: drop it, or take that kind"),
    (["sharing.level2={kind='experts', same=0.5}"], "same is of kind `cross_stitch`"),
    (["sharing.level2={experts=3}"], "experts is of kind `experts`"),
    (["sharing.level2={groups=[['chunk', 'dep']]}"], "groups is of kind `branches`: drop it, or take that kind"),
    (
        ["sharing.level2={kind='branches', groups=[['chunk', 'dep']], reg='l2', strength=1, anchor='dep'}"],
        "`dep` has no copy of this level; lemma, chunk,",
    ),
    (["sharing.level2={kin='soft'}"], "sharing.level2.kin: unknown key; valid keys here: kind, groups, experts, same"),
    (["sharing.level5={}"], "`entailment` alone climbs to this level: there is nothing to share"),
    (["sharing.level7={}"], "sharing.level7: no such layer; there are level1"),
]


@pytest.mark.parametrize(("overrides", "message"), REFUSED)
def test_sharing_that_means_nothing_is_refused(overrides: list[str], message: str):
    with pytest.raises(ConfigError, match=message):
        read_config("demo", overrides=overrides)


def test_a_step_of_a_task_moves_its_own_branch_and_those_of_tasks_that_it_reads(build_trainer: Build):
    groups = [["chunk", "dep"], ["relatedness", "entailment"]]
    trainer = build_trainer(sharing={"level2": {"kind": "branches", "groups": groups}}, schedule="successive")
    moved: dict[str, set[str]] = {}
    before = weights(trainer)
    for event in trainer.events():
        if not isinstance(event, StepDone):
            continue
        after = weights(trainer)
        changed = {name for name in after if "levels.1." in name and not torch.equal(after[name], before[name])}
        moved.setdefault(event.task, set()).update(name.split(".")[3] for name in changed)
        before = after
    assert moved == {
        "xpos": set(),
        "chunk": {"chunk"},
        "dep": {"chunk"},
        "relatedness": {"relatedness", "chunk"},
        "entailment": {"relatedness", "chunk"},
    }


def test_branches_tied_without_end_are_hard_sharing(build_trainer: Build):
    groups = [["chunk", "dep"], ["relatedness", "entailment"]]
    ties = {2: SharingSettings(reg="l2", strength=1e12)}
    trainer = build_trainer(sharing={"level2": {"kind": "branches", "groups": groups}}, ties=ties, schedule="joint")
    list(trainer.events())
    assert list(trainer.model.encoder.levels[1]) == ["chunk", "relatedness"]
    assert spread(trainer) < 1e-4


def test_a_transformer_has_no_levels_to_copy():
    with pytest.raises(ConfigError, match=r"a level of a transformer is a tap .* or take encoder\.kind `bilstm`"):
        read_config("transformer", overrides=["sharing.level2={}"])


def test_hard_is_what_a_level_is_anyway():
    assert read_config("demo", overrides=["sharing.level2.kind=hard"]) == read_config("demo")


def test_the_tables_of_a_resolved_configuration_read_back_the_same():
    config = read_config(
        "demo",
        overrides=[
            "sharing.level2={reg='task_graph', strength=0.1, clusters=[['chunk', 'dep']]}",
            "sharing.level3={kind='cross_stitch', same=0.8, per_channel=true}",
        ],
    )
    from jmt.runs.config import build_config

    assert build_config(config.to_tables()) == config


RATE, STRENGTH = 0.5, 0.3


def around_step(tie: dict[str, Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The copies of every parameter of level 2, (4, ...) each, before and after a step of what ties them."""
    model = tiny_model(sharing=SPLIT)
    level = model.encoder.levels[1]

    def copied() -> dict[str, Tensor]:
        names = [name for name, _ in level["dep"].named_parameters()]
        return {
            name: torch.stack([level[task].get_parameter(name).detach().clone() for task in level]) for name in names
        }

    before = copied()
    assert list(level) == ["chunk", "dep", "relatedness", "entailment"]
    settings = SharingSettings.model_validate({**tie, "strength": STRENGTH})
    rates = {name: RATE if subnetwork_of(name) == "level2" else 99.0 for name, _ in model.named_parameters()}
    SharingStep(model, {2: settings}).apply_step(rates, 1)
    return before, copied()


CLUSTERS = torch.block_diag(torch.full((2, 2), 0.5), torch.full((2, 2), 0.5))
EYE, ALL = torch.eye(4), torch.full((4, 4), 0.25)
GRAPHS: dict[str, tuple[dict[str, Any], Tensor]] = {
    "all pairs": ({"reg": "l2"}, 4 * (EYE - ALL)),
    "mean": ({"reg": "l2", "anchor": "mean"}, EYE - ALL),
    "one task": (
        {"reg": "l2", "anchor": "dep"},
        torch.tensor([[1.0, -1, 0, 0], [-1, 3, -1, -1], [0, -1, 1, 0], [0, -1, 0, 1]]),
    ),
    "clusters": (
        {**TIES["task graph"], "within": 3.0, "between": 0.7, "mean": 0.2},
        3.0 * (EYE - CLUSTERS) + 0.7 * (CLUSTERS - ALL) + 0.2 * ALL,
    ),
    "clusters, others together": (
        {"reg": "task_graph", "clusters": [["relatedness", "entailment"]], "within": 3.0, "between": 0.7, "mean": 0.2},
        3.0 * (EYE - CLUSTERS) + 0.7 * (CLUSTERS - ALL) + 0.2 * ALL,
    ),
    "given": ({"reg": "task_graph", "graph": torch.diag(torch.arange(4.0)).tolist()}, torch.diag(torch.arange(4.0))),
    "relations": ({"reg": "matrix_normal"}, 2 * 4 * EYE),  # tr(W Omega^-1 W^T) with Omega = I / T
    "all axes": ({"reg": "tensor_normal"}, EYE),
}


@pytest.mark.parametrize("case", GRAPHS)
def test_a_step_along_a_graph_is_the_proximal_one_of_rate_times_strength(case: str):
    """The X with X - W + rate strength E X = 0."""
    tie, graph = GRAPHS[case]
    before, after = around_step(tie)
    for name, stack in before.items():
        if stack.dim() == 2 and tie["reg"].endswith("_normal"):
            assert torch.equal(after[name], stack)  # biases have no relations
            continue
        moved = torch.linalg.solve(EYE + RATE * STRENGTH * graph, stack.flatten(1))
        torch.testing.assert_close(after[name].flatten(1), moved, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("flatten", ["laf", "tucker", "tt"])
def test_a_step_of_the_trace_norm_is_of_rate_times_strength(flatten: Any):
    before, after = around_step({"reg": "trace_norm", "flatten": flatten})
    for name, stack in before.items():
        if stack.dim() == 2:
            assert torch.equal(after[name], stack)
            continue
        expected = shrink_singular_values(stack.flatten(1), RATE * STRENGTH).view_as(stack)
        if flatten != "laf":
            leaf = stack.clone().requires_grad_()
            (slope,) = torch.autograd.grad(nuclear_norm(leaf, flatten), leaf)
            expected = stack - RATE * STRENGTH * slope
        torch.testing.assert_close(after[name], expected, atol=1e-5, rtol=1e-4)
        assert nuclear_norm(after[name], flatten) < nuclear_norm(stack, flatten)


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_a_step_of_block_sparsity_is_of_rate_times_strength_over_all_that_leaves_a_feature(q: Any):
    before, after = around_step({"reg": "block_sparse", "q": q})
    inward = [name for name in before if "weight_ih" in name]
    assert len(inward) == 2  # both directions
    expected = shrink_rows([copy.T for name in inward for copy in before[name]], RATE * STRENGTH, q)
    found = [copy.T for name in inward for copy in after[name]]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    assert all(torch.equal(after[name], before[name]) for name in before if name not in inward)


@pytest.mark.parametrize("reg", ["matrix_normal", "tensor_normal"])
def test_relations_are_looked_at_every_so_many_updates_and_not_before_anything_was_learned(
    build_trainer: Build, reg: str
):
    trainer = build(build_trainer, 0.05, {"reg": reg, "update_every": 3}, epochs=4)

    def state() -> list[Tensor]:
        return [value.clone() for value in trainer.stepper.sharing.state_dict().values()]

    looked, before = [], state()
    for event in trainer.events():
        if isinstance(event, StepDone):
            after = state()
            if not all(torch.equal(one, other) for one, other in zip(before, after, strict=True)):
                looked.append(event.step)
            before = after
    assert looked == [3, 6]
