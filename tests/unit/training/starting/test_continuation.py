"""A trained cascade that grows keeps all it knew: words, labels, weights, and what it predicts."""

from __future__ import annotations

import re

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import SegmenterConfig
from jmt.errors import ConfigError
from jmt.network.batches.batching import build_batch
from jmt.network.model import JointModel
from jmt.training.settings.training import AnchorSettings, TrainingSettings
from jmt.training.starting.continuation import copy_weights, grow, origin_anchor
from jmt.training.starting.merging import merge_configs
from jmt.training.starting.news import news
from tests.assets.tiny_model import LABELS, OF_WORDS, SENTENCES, TASKS, tiny_model

NEW_SENTENCES = [["Zebras", "sat", "down", "."]]
ENTITIES = {"kind": "tagger", "level": 4, "column": "ner", "reads": ["xpos", "chunk"]}


def grown(old: JointModel, *, labels: dict[str, list[str]]) -> JointModel:
    """Add a tagger on top and give the tasks these labels besides those they had."""
    new = ModelConfig.model_validate(
        {
            "language": "en",
            "encoder": old.config.encoder,
            "tasks": {"xpos": TASKS["xpos"], "ner": {**ENTITIES, "reads": ["xpos"]}},
        }
    )
    config = merge_configs(old.config, new)
    sets = {name: LabelSet(values) for name, values in labels.items()}
    return grow(old, config, sets, NEW_SENTENCES, seed=3).eval()


@pytest.fixture
def old() -> JointModel:
    return tiny_model(["xpos", "chunk", "dep"])


def test_every_trained_weight_is_where_it_was_and_new_rows_come_after(old: JointModel):
    new = grown(old, labels={"xpos": [*LABELS["xpos"], "FW"], "ner": ["O", "B-X"]})
    weights = dict(new.named_parameters())

    for name, value in old.named_parameters():
        assert torch.equal(weights[name][: len(value)], value), name
    assert new.labels["xpos"].labels == (*LABELS["xpos"], "FW")
    assert weights["label_embeddings.xpos.table"].shape[0] == len(LABELS["xpos"]) + 1
    for known, more in ((old.lexicon.words, new.lexicon.words), (old.lexicon.ngrams, new.lexicon.ngrams)):
        assert more.symbols[: len(known.symbols)] == known.symbols
    assert set(new.lexicon.words.symbols[len(old.lexicon.words.symbols) :]) == {"zebras", "down"}


def test_without_new_labels_the_old_tasks_predict_what_they_did(old: JointModel):
    new = grown(old, labels={"xpos": LABELS["xpos"], "ner": ["O", "B-X"]})
    tasks = ["xpos", "chunk"]
    with torch.inference_mode():
        before = old(build_batch(SENTENCES, old.lexicon), tasks)
        after = new(build_batch(SENTENCES, new.lexicon), tasks)

    for task in tasks:
        assert torch.allclose(before[task], after[task], atol=1e-6), task


def test_what_was_there_is_held_and_what_is_new_is_free(old: JointModel):
    new = grown(old, labels={"xpos": LABELS["xpos"], "ner": ["O", "B-X"]})
    anchor = origin_anchor(old, new, ["xpos", "ner"], AnchorSettings(default=1e-3, untrained=1e-2))

    assert anchor.deltas.keys() == dict(old.named_parameters()).keys()
    for name, delta in anchor.deltas.items():  # heads that are not trained now have a strength of their own
        assert delta == (1e-2 if name.startswith(("heads.chunk.", "heads.dep.")) else 1e-3), name
    assert all(
        torch.equal(anchor.values[name], value) for name, value in new.named_parameters() if name in anchor.values
    )


def test_all_that_does_not_fit_is_told_at_once_with_both_values_and_what_to_write(old: JointModel):
    tasks = {
        "xpos": {**TASKS["xpos"], "level": 3, "classifier_size": 7},
        "chunk": {**TASKS["chunk"], "level": 2, "scheme": None, "reads": []},
        "dep": {**TASKS["dep"], "kind": "tagger", "column": "x", "level": 4, "reads": []},
        "ner": {**ENTITIES, "level": 5, "reads": []},
    }
    encoder = {**old.config.encoder.model_dump(), "hidden_size": 9, "ngrams": (1, 2), "vertical": False}
    new = ModelConfig.model_validate({"language": "fr", "encoder": encoder, "tasks": tasks})
    with pytest.raises(ConfigError) as refusal:
        merge_configs(old.config, new)

    first, *table, last = str(refusal.value).splitlines()
    assert first == "the configuration does not go on from this model, since 9 of its keys do not fit:"
    assert last.startswith("a key that is left out is as it is in the model")
    assert [re.split(r" {2,}", line) for line in table] == [
        ["key", "in the configuration", "in the model", "what to do"],
        ["language", "fr", "en", "--set language=en"],
        ["encoder.ngrams", "[1, 2]", "[2, 3, 4]", "--set encoder.ngrams='[2, 3, 4]'"],
        ["encoder.hidden_size", "9", "8", "--set encoder.hidden_size=8"],
        ["encoder.vertical", "false", "true", "--set encoder.vertical=true"],
        ["task.xpos.level", "3", "1", "call it otherwise, or --set task.xpos.level=1"],
        ["task.xpos.classifier_size", "7", "200", "--set task.xpos.classifier_size=200"],
        ["task.chunk.scheme", "unset", "iobes", "--set task.chunk.scheme=iobes"],
        ["task.dep.kind", "tagger", "parser", "call it otherwise, or --set task.dep.kind=parser"],
        ["task.chunk.reads", "[]", '["xpos"]', "--set task.chunk.reads='[\"xpos\"]'"],
    ]


def test_an_encoder_of_another_kind_is_one_line_and_no_fault_of_ours(old: JointModel):
    other = {"kind": "transformer", "pretrained": "x", **dict.fromkeys(("word_size", "ngram_size"), 8)}
    new = ModelConfig.model_validate({"encoder": {**other, "label_size": 4}, "tasks": {"xpos": TASKS["xpos"]}})
    with pytest.raises(ConfigError, match=r"encoder.kind +transformer +bilstm"):
        merge_configs(old.config, new)


def test_what_no_weight_depends_on_may_change(old: JointModel):
    new = {"xpos": {**TASKS["xpos"], "dropout": 0.5, "column": "other"}, "dep": {**TASKS["dep"], "tree": "eisner"}}
    tasks = {"xpos": new["xpos"], "chunk": TASKS["chunk"], "dep": new["dep"]}
    config = ModelConfig.model_validate({"encoder": old.config.encoder, "tasks": tasks})

    assert merge_configs(old.config, config).tasks["xpos"].dropout == 0.5


def test_every_parameter_that_would_change_its_size_is_told(old: JointModel):
    with pytest.raises(ConfigError, match=r"(?s)^encoder.*would change from.*\n.*heads.*would change from"):
        copy_weights(
            old, tiny_model(["xpos", "chunk", "dep"], changes={"xpos": {"classifier_size": 9}, "chunk": {"reads": []}})
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": "fr"}, "language +fr +en "),
        ({"encoder": {"hidden_size": 9}}, "encoder.hidden_size +9 +8 +--set encoder.hidden"),
        ({"tasks": {"xpos": {**TASKS["xpos"], "level": 2}}}, "task.xpos.level +2 +1 +call it otherwise"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(old: JointModel, changes: dict, message: str):
    fitting = {"language": "en", "encoder": old.config.encoder.model_dump(), "tasks": {"xpos": TASKS["xpos"]}}
    fitting |= {key: {**fitting[key], **value} if key == "encoder" else value for key, value in changes.items()}

    with pytest.raises(ConfigError, match=message):
        merge_configs(old.config, ModelConfig.model_validate(fitting))


SEGMENTER = {"kind": "segmenter", "hidden_size": 8, "trait_size": 4, "dilations": [1]}


def test_a_segmenter_of_another_name_or_shape_is_refused(old: JointModel):
    """Its weights would be copied by their names, and its labels, which have that of the task, would not."""
    had = old.config.model_copy(update={"segmenter": SegmenterConfig.model_validate(SEGMENTER)})
    tasks = {"xpos": TASKS["xpos"]}
    for changes, row in (
        ({"name": "splitter"}, "task.splitter +the segmenter is `splitter` +`segmenter` +call it"),
        ({"hidden_size": 9}, "task.segmenter.hidden_size +9 +8"),
        ({"dilations": [1, 2]}, r"task.segmenter.dilations +\[1, 2\] +\[1\]"),
    ):
        told = {"encoder": old.config.encoder, "tasks": tasks, "segmenter": {**SEGMENTER, **changes}}
        with pytest.raises(ConfigError, match=row):
            merge_configs(had, ModelConfig.model_validate(told))
    same = {"encoder": old.config.encoder, "tasks": tasks, "segmenter": {**SEGMENTER, "dropout": 0.5}}
    assert merge_configs(had, ModelConfig.model_validate(same)).segmenter.dropout == 0.5  # type: ignore[union-attr]


def test_rates_and_least_counts_may_change_since_no_weight_depends_on_them(old: JointModel):
    encoder = {**old.config.encoder.model_dump(), "word_minimum": 3, "vertical_dropout": 0.5}
    new = ModelConfig.model_validate({"encoder": encoder, "tasks": {"xpos": TASKS["xpos"]}})
    merged = merge_configs(old.config, new).encoder

    assert (merged.word_minimum, merged.vertical_dropout) == (3, 0.5)  # type: ignore[union-attr]


FRESH = {
    "xpos": ["FW"],
    "chunk": ["S-PP"],
    "dep": ["amod"],
    "feats": ["Tense=", "Tense=Past", "[Tense=Past]"],
    "lemma": ["lower *-1"],
    "entailment": ["unrelated"],
}


@pytest.mark.parametrize("decoder", ["softmax", "crf"])
def test_labels_that_are_new_join_a_task_of_every_kind_and_its_old_scores_stay(decoder: str):
    """Of a CRF the scores are logits and the transitions beside them, which grow in both directions."""
    old = tiny_model([*TASKS, *OF_WORDS], changes={"chunk": {"decoder": decoder}})
    more = {task: LabelSet([*LABELS[task], *FRESH.get(task, [])]) for task in old.config.tasks}
    new = grow(old, old.config, more, NEW_SENTENCES, seed=3).eval()
    weights = dict(new.named_parameters())

    for name, value in old.named_parameters():
        assert torch.equal(weights[name][tuple(slice(size) for size in value.shape)], value), name
    for task, fresh in FRESH.items():
        assert new.labels[task].labels == (*LABELS[task], *fresh)
    with torch.inference_mode():
        before = old(build_batch(SENTENCES, old.lexicon), ["xpos"])["xpos"]
        after = new(build_batch(SENTENCES, new.lexicon), ["xpos"])["xpos"]
    assert torch.allclose(before, after[..., : len(LABELS["xpos"])], atol=1e-6)
    told = list(news(old.cascade, new.cascade, list(old.config.tasks)))
    assert "xpos: 1 label new: FW" in told
    assert "feats: 3 labels new: Tense=, Tense=Past, [Tense=Past]" in told


def test_what_is_new_and_what_is_kept_is_said(old: JointModel):
    new = grown(old, labels={"xpos": [*LABELS["xpos"], "FW", "\x1b[2J"], "ner": ["O", "B-X"]})

    assert list(news(old.cascade, new.cascade, ["xpos", "ner"])) == [
        "xpos: 2 labels new: FW, \\x1b[2J",
        "ner: a new task, with 2 labels",
        f"2 words and {len(new.lexicon.ngrams) - len(old.lexicon.ngrams)} n-grams new: those seen 1 and 1 times or "
        "more (encoder.word_minimum, encoder.ngram_minimum)",
        "not trained, kept as in the model: chunk, dep",
    ]


def test_the_anchor_has_strengths_of_its_own_or_those_of_successive_regularisation():
    assert TrainingSettings().pull_to_origin == AnchorSettings(default=1e-3, untrained=1e-2)
    told = TrainingSettings.model_validate(
        {"schedule": "sampled", "optimizer": {"learning_rate": 1e-3}, "anchor": {"default": 30, "untrained": 40}}
    )
    assert told.pull_to_origin == AnchorSettings(default=30, untrained=40)
    with pytest.raises(ValueError, match="would overshoot its anchor: lower anchor or the learning rate"):
        TrainingSettings.model_validate({"optimizer": {"learning_rate": 0.1}, "anchor": {"default": 6}})


def test_what_grows_has_confidences_to_be_calibrated_anew():
    old = tiny_model()
    old.temperatures = {"xpos": 1.5}
    assert not grown(old, labels={"xpos": ["NN"], "ner": ["O"]}).cascade.temperatures


def test_how_relations_are_chosen_may_change_from_the_model_to_start_from():
    old = tiny_model(changes={"dep": {"arguments": "any"}}).config
    new = tiny_model().config
    assert merge_configs(old, new).tasks["dep"].model_dump()["arguments"] == "single"
