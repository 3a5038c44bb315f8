"""The network's structure against section 2 of the paper: sizes, what enters where, and what padding must not do."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.errors import ConfigError
from jmt.network.batches.batching import build_batch
from jmt.network.model import JointModel
from tests.assets.tiny_examples import tiny_examples
from tests.assets.tiny_model import LABELS, SENTENCES, TASKS, tiny_model

pytestmark = pytest.mark.numbers


def paper_sized_model() -> JointModel:
    """The five tasks with the paper's sizes (100 everywhere) and the tiny label sets."""
    config = ModelConfig.model_validate({"tasks": TASKS})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    return JointModel(config, lexicon, {name: LabelSet(labels) for name, labels in LABELS.items()})


def lstm_input(model: JointModel, level: int) -> int:
    lstm = model.encoder.levels[level - 1].bilstm.forwards
    return int(lstm.input_size)


def test_every_level_has_the_inputs_of_the_paper():
    model = paper_sized_model()

    assert [lstm_input(model, level) for level in range(1, 6)] == [200, 500, 500, 500, 500]
    assert [model.encoder.levels[level].bilstm.size for level in range(5)] == [200] * 5


def test_classifiers_have_the_paper_s_sizes():
    model = paper_sized_model()
    shapes = {name: tuple(value.shape) for name, value in model.heads.named_parameters() if value.dim() == 2}

    assert shapes["xpos.classifier.1.weight"] == (200, 200)  # ReLU layer
    assert shapes["dep.scorer.weight"] == (200, 200)  # W_d, no bias
    assert shapes["dep.scorer.classifier.0.weight"] == (400, 400)  # [h_t ; h_j]
    assert shapes["relatedness.classifier.1.affine.weight"] == (4 * 100, 400)  # d_1 into Maxout, pool 4
    assert shapes["entailment.classifier.1.affine.weight"] == (4 * 100, 100 + 400)  # y_rel and d_2
    maxouts = [name for name in shapes if name.startswith("entailment.") and name.endswith("affine.weight")]
    assert len(maxouts) == 3


def test_initial_values_are_those_of_the_paper():
    model = paper_sized_model()
    for level in model.encoder.levels:
        for lstm in (level.bilstm.forwards, level.bilstm.backwards):
            biases = (lstm.bias_ih_l0 + lstm.bias_hh_l0).view(4, 100)  # gates i, f, g, o
            assert biases.tolist() == [[0.0] * 100, [1.0] * 100, [0.0] * 100, [0.0] * 100]
            bound = (6 / (100 + lstm.input_size + 100)) ** 0.5
            assert 0.95 * bound < lstm.weight_ih_l0.abs().max() <= bound
    dep = model.heads["dep"]
    assert not dep.scorer.weight.any()
    assert not dep.root.any()
    for task in TASKS:
        last = [value for name, value in model.heads[task].named_parameters() if "classifier" in name][-2:]
        assert [value.any().item() for value in last] == [False, False]  # weight and bias before the softmax


def test_the_chunk_loss_reaches_the_tagger_below_and_the_words():
    model = tiny_model()
    batch = build_batch(SENTENCES, model.lexicon)
    head = model.heads["chunk"]
    gold = head.encode_gold([["B-NP"] + ["I-NP"] * (len(words) - 1) for words in SENTENCES], batch.mask.size(1))
    head.loss(model(batch, ["chunk"])["chunk"], gold, batch.mask).backward()

    assert model.heads["xpos"].classifier[1].weight.grad.any()
    assert model.label_embeddings["xpos"].table.grad.any()
    assert model.encoder.words.words.weight.grad.to_dense().any()
    assert model.heads["dep"].root.grad is None


def test_an_interaction_of_no_weight_is_no_interaction():
    """Tasks that feed each other (A to B) with label vectors of zero are the two independent ones."""
    tasks = ("xpos", "chunk")
    apart, joined = tiny_model(tasks, changes={"chunk": {"reads": []}}), tiny_model(tasks)
    with torch.no_grad():
        for name, value in apart.named_parameters():
            target = joined.get_parameter(name)  # what reads label vectors has some columns more, the last ones
            target[tuple(slice(size) for size in value.shape)] = value
        for value in joined.label_embeddings["xpos"].parameters():
            value.zero_()
    batch = apart.build_batch(SENTENCES)
    expected, found = apart(batch, tasks), joined(batch, tasks)
    for task in tasks:
        torch.testing.assert_close(found[task], expected[task])
    with torch.no_grad():
        for value in joined.label_embeddings["xpos"].parameters():
            value.fill_(1.0)
    assert not torch.allclose(joined(batch, tasks)["chunk"], expected["chunk"])


def test_a_stopped_edge_keeps_the_gradient_above_it():
    tasks = {**TASKS, "chunk": {**TASKS["chunk"], "reads": [{"task": "xpos", "gradient": "stop"}]}}
    config = ModelConfig.model_validate({"tasks": {name: tasks[name] for name in ("xpos", "chunk")}})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))
    model = JointModel(config, lexicon, {name: LabelSet(LABELS[name]) for name in ("xpos", "chunk")})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model(build_batch(SENTENCES, lexicon), ["chunk"])["chunk"].sum().backward()

    assert model.heads["xpos"].classifier[1].weight.grad is None
    assert model.label_embeddings["xpos"].table.grad.any()


def test_only_the_levels_that_are_asked_for_are_run(monkeypatch: pytest.MonkeyPatch):
    model = tiny_model()
    ran: list[int] = []
    for number, level in enumerate(model.encoder.levels, start=1):
        level.register_forward_hook(lambda *_, number=number: ran.append(number))
    model(build_batch(SENTENCES, model.lexicon), ["chunk"])

    assert ran == [1, 2]


def test_padding_changes_no_score():
    model = tiny_model()
    short = SENTENCES[2]
    alone = model(build_batch([short], model.lexicon), list(TASKS)[:3])
    padded = model(build_batch([short, SENTENCES[0] * 3], model.lexicon), list(TASKS)[:3])

    length = len(short)
    for task in ("xpos", "chunk"):
        assert torch.allclose(alone[task][0], padded[task][0, :length], atol=1e-5)
    arcs = padded["dep"].arc_scores[0, :length, : length + 1]
    assert torch.allclose(alone["dep"].arc_scores[0], arcs, atol=1e-5)
    assert padded["dep"].arc_scores[0, :, length + 1 :].isneginf().all()  # no word governs from the padding


def test_scores_are_in_the_order_asked_for():
    model = tiny_model()

    assert list(model(build_batch(SENTENCES, model.lexicon), ["dep", "xpos"])) == ["dep", "xpos"]


ABLATIONS = {
    "without shortcuts": ({"shortcut": False}, TASKS, [200, 300, 300, 300, 300]),
    "without vertical connections": ({"vertical": False}, TASKS, [200, 300, 300, 300, 300]),
    "words only": ({"ngrams": []}, TASKS, [100, 400, 400, 400, 400]),
    "without label embeddings": (
        {},
        {name: {key: value for key, value in task.items() if key != "reads"} for name, task in TASKS.items()},
        [200, 400, 400, 400, 400],
    ),
    "single": ({}, {"dep": {"kind": "parser", "level": 1}}, [200]),
    "single with the depth of the cascade": ({}, {"dep": {"kind": "parser", "level": 3}}, [200, 400, 400]),
    "all three on the third level": (
        {"shortcut": False},
        {name: {**TASKS[name], "level": 3, "reads": []} for name in ("xpos", "chunk", "dep")},
        [200, 200, 200],
    ),
    "relatedness and entailment": (
        {},
        {
            "relatedness": {"kind": "pair_regressor", "level": 1},
            "entailment": {"kind": "pair_classifier", "level": 2, "reads": ["relatedness"]},
        },
        [200, 400],
    ),
}


@pytest.mark.parametrize("name", ABLATIONS)
def test_every_ablation_of_the_paper_is_an_edit_of_the_configuration(name: str):
    encoder, tasks, inputs = ABLATIONS[name]
    config = ModelConfig.model_validate({"encoder": encoder, "tasks": tasks})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    model = JointModel(config, lexicon, {task: LabelSet(LABELS[task]) for task in tasks}).eval()

    assert [lstm_input(model, level) for level in range(1, config.levels + 1)] == inputs
    scores = model(build_batch([*SENTENCES, SENTENCES[0]], lexicon), list(tasks))
    assert list(scores) == list(tasks)


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({**TASKS, "xpos": {**TASKS["xpos"], "reads": ["chunk"]}}, "`chunk` is on level 2, not below `xpos`"),
        ({**TASKS, "xpos": {**TASKS["xpos"], "reads": ["lemma"]}}, "there is no task `lemma`"),
        (
            {**TASKS, "xpos": {**TASKS["xpos"], "colour": 1}},
            r"task.xpos.colour: unknown key; valid keys here: .*column",
        ),
        ({}, "at least one"),
    ],
)
def test_a_cascade_that_cannot_be_built_is_refused_with_its_reason(tasks: dict, message: str):
    with pytest.raises(ConfigError, match=message):
        ModelConfig.model_validate({"tasks": tasks})


def test_what_enters_a_level_is_the_probability_weighted_sum_of_label_vectors():
    """y = p E with the predictions of lower tasks, in training too; rows of p sum to 1; one sum per word (eq. 2)."""
    model = tiny_model().train()
    model.label_embeddings.eval()
    entered: dict[int, list[torch.Tensor]] = {}
    for number, level in enumerate(model.encoder.levels, start=1):
        level.register_forward_pre_hook(lambda _, inputs, number=number: entered.__setitem__(number, inputs[2]))
    scores = model(build_batch([*SENTENCES, SENTENCES[0]], model.lexicon), ["xpos", "chunk", "entailment"])

    probabilities = {task: scores[task].softmax(dim=-1) for task in ("xpos", "chunk")}
    for p in probabilities.values():
        assert torch.allclose(p.sum(dim=-1), torch.ones(p.shape[:2]))
    embedded = {task: p @ model.label_embeddings[task].table for task, p in probabilities.items()}
    read = {1: [], 2: ["xpos"], 3: ["xpos", "chunk"], 4: ["xpos", "chunk"], 5: ["xpos", "chunk"]}
    for level, tasks in read.items():
        assert len(entered[level]) == len(tasks)
        for found, task in zip(entered[level], tasks, strict=True):
            assert torch.allclose(found, embedded[task], atol=1e-6)


def test_relatedness_enters_the_classifier_of_entailment_and_no_encoder():
    model = tiny_model().eval()
    batch = build_batch([*SENTENCES, SENTENCES[0]], model.lexicon)
    seen: list[torch.Tensor] = []
    model.heads["entailment"].classifier.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    scores = model(batch, ["relatedness", "entailment"])

    expected = scores["relatedness"].softmax(dim=-1) @ model.label_embeddings["relatedness"].table
    assert torch.allclose(seen[0][:, :4], expected, atol=1e-6)


def test_every_parameter_gets_a_gradient_after_a_few_steps():
    """Not in the first one: what stands before a softmax starts at zero, and so does the gradient below it."""
    torch.manual_seed(1)
    config = tiny_model().config
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    model = JointModel(config, lexicon, {name: LabelSet(labels) for name, labels in LABELS.items()}).eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for step in range(4):
        optimizer.zero_grad(set_to_none=True)
        for task, examples in tiny_examples().items():
            rows = [words for part in range(2) for words in (pair[part] for pair in examples.inputs)]
            batch = build_batch(rows if task in model.pair_tasks else examples.inputs, lexicon)
            head = model.heads[task]
            gold = head.encode_gold(examples.gold, batch.mask.size(1))
            (head.loss(model(batch, [task])[task], gold, batch.mask) / 3).backward()
        missing = [name for name, value in model.named_parameters() if not value.grad.to_dense().any()]
        assert ("encoder.levels.0.bilstm.forwards.weight_ih_l0" in missing) == (step == 0)
        optimizer.step()

    assert missing == []


def test_a_second_tagger_on_the_first_level_is_read_beside_the_first():
    upos = {"kind": "tagger", "level": 1, "column": "upos"}
    tasks = {"xpos": TASKS["xpos"], "upos": upos, "chunk": {**TASKS["chunk"], "reads": ["upos", "xpos"]}}
    config = ModelConfig.model_validate({"tasks": tasks})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))
    labels = {"xpos": LABELS["xpos"], "upos": ["DET", "NOUN", "VERB"], "chunk": LABELS["chunk"]}
    model = JointModel(config, lexicon, {name: LabelSet(names) for name, names in labels.items()})

    assert [lstm_input(model, level) for level in (1, 2)] == [200, 500]
    assert [read.task for read in config.reads_at(2)] == ["xpos", "upos"]  # the order of the cascade
    assert config.needed(["chunk"]) == ["xpos", "upos", "chunk"]
    assert config.needed(["upos"]) == ["upos"]
    scores = model(build_batch(SENTENCES, lexicon), ["upos", "chunk"])
    assert scores["upos"].shape[-1] == 3


def test_without_vertical_connections_only_the_levels_that_tasks_are_on_are_run():
    config = ModelConfig.model_validate({"encoder": {"vertical": False, "hidden_size": 8}, "tasks": TASKS})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3, 4))
    model = JointModel(config, lexicon, {name: LabelSet(labels) for name, labels in LABELS.items()})
    ran: list[int] = []
    for number, level in enumerate(model.encoder.levels, start=1):
        level.register_forward_hook(lambda *_, number=number: ran.append(number))
    model(build_batch([*SENTENCES, SENTENCES[0]], lexicon), ["entailment"])

    assert ran == [1, 2, 4, 5]  # no task reads the parser, so nothing of level 3 is used


@pytest.mark.parametrize(
    ("tasks", "levels"),
    [(["xpos"], 1), (["chunk"], 2), (["dep"], 3), (["relatedness"], 4), (["entailment"], 5), (["xpos", "dep"], 3)],
)
def test_cost_follows_the_request(tasks: list[str], levels: int):
    model = tiny_model()
    ran: list[int] = []
    for number, level in enumerate(model.encoder.levels, start=1):
        level.register_forward_hook(lambda *_, number=number: ran.append(number))
    scored: list[str] = []
    score = model.score
    model.score = lambda task, *rest: scored.append(task) or score(task, *rest)  # type: ignore[method-assign]
    model(build_batch([*SENTENCES, SENTENCES[0]], model.lexicon), tasks)

    assert ran == list(range(1, levels + 1))
    assert set(scored) == set(model.config.needed(tasks))
    assert ("dep" in scored) == ("dep" in tasks)  # nobody reads the parser
