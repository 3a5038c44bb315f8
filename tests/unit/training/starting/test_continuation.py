"""A trained cascade that grows keeps all it knew: words, labels, weights, and what it predicts."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.errors import ConfigError
from jmt.network.batches.batching import build_batch
from jmt.network.model import JointModel
from jmt.training.settings.training import SuccessiveRegularizationSettings
from jmt.training.starting.continuation import copy_weights, grow, merge_configs, origin_anchor
from tests.assets.tiny_model import LABELS, SENTENCES, TASKS, tiny_model

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
    anchor = origin_anchor(old, new, ["xpos", "ner"], SuccessiveRegularizationSettings())

    assert anchor.deltas.keys() == dict(old.named_parameters()).keys()
    for name, delta in anchor.deltas.items():  # heads that are not trained now are held as lower classifiers are
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

    first, *lines = str(refusal.value).splitlines()
    assert first == "the configuration does not go on from this model, since 9 of its keys do not fit:"
    assert lines == [
        "language = 'fr': the model to start from has 'en'; --set language=en keeps it",
        "encoder.ngrams = (1, 2): the model to start from has (2, 3, 4); --set encoder.ngrams='[2, 3, 4]' keeps it",
        "encoder.hidden_size = 9: the model to start from has 8; --set encoder.hidden_size=8 keeps it",
        "encoder.vertical = False: the model to start from has True; --set encoder.vertical=true keeps it",
        "task.xpos: a tagger on level 3; in the model to start from it is a tagger on level 1: give it another name, "
        "or --set task.xpos.level=1",
        "task.xpos.classifier_size = 7: the model to start from has 200; --set task.xpos.classifier_size=200 keeps it",
        "task.chunk.scheme = None: the model to start from has 'iobes'; --set task.chunk.scheme=iobes keeps it",
        "task.dep: a tagger on level 4; in the model to start from it is a parser on level 3: give it another name, "
        "or the same kind and level",
        'task.chunk.reads = []: the model to start from has ["xpos"]; what a level reads keeps its size: name these '
        "tasks in the configuration, too",
    ]


def test_an_encoder_of_another_kind_is_one_line_and_no_fault_of_ours(old: JointModel):
    other = {"kind": "transformer", "pretrained": "x", **dict.fromkeys(("word_size", "ngram_size"), 8)}
    new = ModelConfig.model_validate({"encoder": {**other, "label_size": 4}, "tasks": {"xpos": TASKS["xpos"]}})
    with pytest.raises(ConfigError, match=r"encoder.kind = 'transformer': the model to start from has 'bilstm'"):
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
        ({"language": "fr"}, "language = 'fr': the model to start from has 'en'"),
        (
            {"encoder": {"hidden_size": 9}},
            "encoder.hidden_size = 9: the model to start from has 8; --set encoder.hidden",
        ),
        (
            {"tasks": {"xpos": {**TASKS["xpos"], "level": 2}}},
            "task.xpos: a tagger on level 2; in the model .* on level 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(old: JointModel, changes: dict, message: str):
    fitting = {"language": "en", "encoder": old.config.encoder.model_dump(), "tasks": {"xpos": TASKS["xpos"]}}
    fitting |= {key: {**fitting[key], **value} if key == "encoder" else value for key, value in changes.items()}

    with pytest.raises(ConfigError, match=message):
        merge_configs(old.config, ModelConfig.model_validate(fitting))
