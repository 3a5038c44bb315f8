"""Columns: tasks that do not share a level, from one network for all to one network for each."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.errors import ConfigError
from jmt.network.encoders.bilstm import BiLSTMEncoder
from jmt.network.encoders.columns import ColumnEncoder
from jmt.network.encoders.cross_stitch import CrossStitch
from jmt.network.encoders.expert_mixture import ExpertGate
from jmt.network.model import JointModel
from jmt.training.reach import moved_by, reach
from tests.assets.tiny_model import LABELS, SENTENCES, TASKS

pytestmark = pytest.mark.numbers

SIZES = {"hidden_size": 8, "word_size": 8, "ngram_size": 8, "label_size": 4}
ALL_SOFT = {f"level{level}": {} for level in range(1, 6)}
STITCHED = {"level2": {"kind": "cross_stitch"}, "level3": {"kind": "cross_stitch"}}
MIXED = {"level2": {}, "level4": {"kind": "cross_stitch"}}
BRANCHES = {
    "level1": {"kind": "branches", "groups": [["xpos", "chunk", "dep"], ["relatedness", "entailment"]]},
    "level3": {"kind": "branches", "groups": [["relatedness", "entailment"]]},
}
EXPERTS = {"level1": {"kind": "experts", "experts": 3}, "level3": {"kind": "experts", "experts": 2}}


def build(sharing: dict[str, Any], tasks: dict[str, Any] | None = None, seed: int = 1) -> JointModel:
    chosen = TASKS if tasks is None else tasks
    config = ModelConfig.model_validate({"encoder": SIZES, "tasks": chosen, "sharing": sharing})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    torch.manual_seed(seed)
    model = JointModel(config, lexicon, {task: LabelSet(LABELS[task]) for task in chosen})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model.eval()


def scores_of(model: JointModel, task: str) -> Tensor:
    with torch.inference_mode():
        found = model(model.build_batch([*SENTENCES, SENTENCES[0]]), [task])[task]
    scores: Tensor = getattr(found, "arc_scores", found)
    return scores


def total(model: JointModel, task: str) -> Tensor:
    found = model(model.build_batch([*SENTENCES, SENTENCES[0]]), [task])[task]
    if not hasattr(found, "arc_scores"):
        return found.sum()
    chosen = torch.zeros(found.arc_scores.shape[:2], dtype=torch.long)
    arcs = found.arc_scores.masked_fill(found.arc_scores.isinf(), 0.0)
    return arcs.sum() + model.heads[task].score_deprels(found, chosen).sum()


def test_where_nothing_is_split_the_network_is_the_plain_one():
    assert type(build({}).encoder) is BiLSTMEncoder
    assert type(build(ALL_SOFT).encoder) is ColumnEncoder


def test_columns_with_equal_weights_are_the_plain_network():
    plain, split = build({}), build(ALL_SOFT)
    values = plain.state_dict()
    columns = {f"levels.{level}.{task}." for level in range(5) for task in TASKS}
    renamed = {}
    for name in split.state_dict():
        column = next((part for part in columns if part in name), None)
        renamed[name] = values[
            name.replace(column, f"{column.rpartition('.')[0].rpartition('.')[0]}.") if column else name
        ]
    split.load_state_dict(renamed)
    for task in TASKS:
        assert torch.equal(scores_of(split, task), scores_of(plain, task)), task


@pytest.mark.parametrize("task", TASKS)
def test_split_all_the_way_and_reading_nothing_every_task_is_a_network_of_its_own(task: str):
    alone_tasks = {name: {**config, "reads": []} for name, config in TASKS.items()}
    split = build(ALL_SOFT, alone_tasks)
    single = build({}, {task: alone_tasks[task]}, seed=2)
    values = {
        name.replace(f".{task}.", ".") if "levels." in name else name: value
        for name, value in split.state_dict().items()
    }
    single.load_state_dict({name: values[name] for name in single.state_dict()})
    assert torch.equal(scores_of(single, task), scores_of(split, task))
    others = [other for other in TASKS if other != task]
    with torch.no_grad():
        for name, parameter in split.named_parameters():
            if any(f".{other}." in name for other in others):
                parameter.fill_(7.0)
    assert torch.equal(scores_of(single, task), scores_of(split, task))


@pytest.mark.parametrize("sharing", [ALL_SOFT, STITCHED, MIXED, EXPERTS, BRANCHES])
@pytest.mark.parametrize("reads", ["all", "none", "stopped"])
def test_the_reach_of_a_task_is_what_autograd_reaches(sharing: dict[str, Any], reads: str):
    tasks = {name: dict(config) for name, config in TASKS.items()}
    for config in tasks.values():
        edges = config.get("reads", []) if reads != "none" else []
        config["reads"] = [{"task": read, "gradient": "stop"} for read in edges] if reads == "stopped" else edges
    model = build(sharing, tasks)
    for task in tasks:
        model.zero_grad(set_to_none=True)
        total(model, task).backward()
        found = {name for name, value in model.named_parameters() if value.grad is not None}
        assert moved_by(model, task) == found, task
        assert reach(model, task) >= found


@pytest.mark.parametrize("sharing", [ALL_SOFT, STITCHED, MIXED, EXPERTS, BRANCHES])
def test_batch_company_changes_nothing(sharing: dict[str, Any]):
    model = build(sharing)
    with torch.inference_mode():
        together = model(model.build_batch(SENTENCES), ["chunk"])["chunk"]
        for row, sentence in enumerate(SENTENCES):
            alone = model(model.build_batch([sentence]), ["chunk"])["chunk"][0]
            torch.testing.assert_close(together[row, : len(sentence)], alone[: len(sentence)], atol=1e-5, rtol=1e-5)


def test_stitches_that_are_the_identity_leave_columns_bitwise_alone():
    soft = build({"level2": {}, "level3": {}})
    stitched = build({"level2": {"kind": "cross_stitch", "same": 1.0}, "level3": {"kind": "cross_stitch", "same": 1.0}})
    with torch.no_grad():
        for stitch in stitched.encoder.stitches.values():
            stitch.mix.copy_(torch.eye(len(stitch.mix)).unsqueeze(-1))
    stitched.load_state_dict({**stitched.state_dict(), **soft.state_dict()})
    for task in TASKS:
        assert torch.equal(scores_of(stitched, task), scores_of(soft, task)), task


def test_stitches_begin_as_means_that_scale_nothing():
    columns = [torch.full((2, 3, 4), float(value)) for value in (1, 2, 6)]
    even = CrossStitch(3, 4, same=1 / 3, per_channel=False)
    for mixed in even(columns):
        torch.testing.assert_close(mixed, torch.full((2, 3, 4), 3.0))
    for per_channel in (False, True):
        usual = CrossStitch(3, 4, same=0.9, per_channel=per_channel)
        torch.testing.assert_close(usual.mix.sum(dim=1), torch.ones(3, 4 if per_channel else 1))
        torch.testing.assert_close(usual(columns)[0][0, 0, 0].item(), 0.9 + 0.05 * 8)


def test_the_gradient_of_a_stitch_is_that_of_finite_differences():
    columns = [torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    stitch = CrossStitch(3, 4, same=0.8, per_channel=True).double()
    assert torch.autograd.gradcheck(lambda *parts: torch.stack(stitch(parts)), columns)
    mix = stitch.mix.detach().requires_grad_()
    stacked = torch.stack([column.detach() for column in columns])
    assert torch.autograd.gradcheck(lambda a: torch.einsum("tsh,sbnh->tbnh", a, stacked), mix)
    expected = torch.einsum("tsh,sbnh->tbnh", stitch.mix, stacked)
    torch.testing.assert_close(torch.stack(stitch([column.detach() for column in columns])), expected)


def test_all_columns_run_on_every_batch_where_stitches_mix_them():
    """Otherwise the mixing numbers of absent tasks would never learn."""
    model = build(STITCHED)
    model.zero_grad(set_to_none=True)
    total(model, "chunk").backward()
    gradient = model.encoder.stitches["2"].mix.grad
    assert gradient is not None
    row = list(model.encoder.climbing(2)).index("chunk")
    assert bool(gradient[row].ne(0).all())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sharing": {"level9": {}}}, "sharing.level9: no such layer; there are level1, level2"),
        ({"sharing": {"words": {}}}, "sharing.words: no such layer"),
        ({"sharing": {"level2": {"kind": "branches"}}}, 'branches" and groups = .* go together'),
        ({"sharing": {"level2": {"groups": [["chunk", "dep"]]}}}, 'branches" and groups = .* go together'),
        (
            {"sharing": {"level2": {"kind": "branches", "groups": [["xpos", "dep"]]}}},
            "level2.groups: `xpos` does not climb to this level; chunk, dep, relatedness, entailment do",
        ),
        (
            {"sharing": {"level2": {"kind": "branches", "groups": [["chunk", "dep"], ["dep"]]}}},
            "level2.groups: `dep` stands there twice; a task reads one bi-LSTM",
        ),
        ({"sharing": {"level2": {"kind": "branches", "groups": [["chunk"], []]}}}, "level2.groups: an empty list"),
    ],
)
def test_what_cannot_be_split_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(ConfigError, match=message):
        ModelConfig.model_validate({"encoder": SIZES, "tasks": TASKS, **change})


def test_a_gate_that_chooses_one_expert_gives_that_expert_and_at_first_the_mean_of_all():
    gate = ExpertGate(5, 3)
    inputs, experts = torch.randn(2, 4, 5), [torch.randn(2, 4, 6) for _ in range(3)]
    torch.testing.assert_close(gate(inputs, experts), torch.stack(experts).mean(dim=0))
    with torch.no_grad():
        gate.linear.bias.copy_(torch.tensor([0.0, 60.0, 0.0]))
    torch.testing.assert_close(gate(inputs, experts), experts[1])


def test_tasks_whose_gates_differ_read_different_mixtures_of_the_same_experts():
    model = build(EXPERTS)
    before = {task: scores_of(model, task) for task in ("xpos", "chunk")}
    with torch.no_grad():
        model.encoder.gates["1"]["xpos"].linear.bias.add_(torch.tensor([5.0, 0.0, 0.0]))
    after = {task: scores_of(model, task) for task in ("xpos",)}
    assert not torch.allclose(after["xpos"], before["xpos"])
    experts = [name for name, _ in model.named_parameters() if name.startswith("encoder.levels.0.")]
    assert {name.split(".")[3] for name in experts} == {"0", "1", "2"}


def test_columns_that_have_not_parted_are_climbed_once():
    model = build({"level3": {}})
    calls = []
    model.encoder.levels[1].register_forward_hook(lambda *_: calls.append(1))
    scores_of(model, "entailment")
    assert len(calls) == 1


def test_tasks_of_a_branch_share_a_bi_lstm_and_other_branches_have_their_own():
    alone = {name: {**config, "reads": []} for name, config in TASKS.items()}
    model = build({"level2": {"kind": "branches", "groups": [["chunk", "entailment"], ["dep"]]}}, alone)
    assert list(model.encoder.levels[1]) == ["chunk", "dep", "relatedness"]
    before = {task: scores_of(model, task) for task in TASKS}
    with torch.no_grad():
        for parameter in model.encoder.levels[1]["chunk"].parameters():
            parameter.mul_(0.5)
    same = [task for task in TASKS if torch.equal(scores_of(model, task), before[task])]
    assert same == ["xpos", "dep", "relatedness"]


def test_one_branch_for_all_is_the_plain_network():
    plain, split = build({}), build({"level2": {"kind": "branches", "groups": [list(TASKS)[1:]]}})
    values = plain.state_dict()
    split.load_state_dict({name: values[name.replace("levels.1.chunk.", "levels.1.")] for name in split.state_dict()})
    for task in TASKS:
        assert torch.equal(scores_of(split, task), scores_of(plain, task)), task
