"""A trained cascade that grows keeps all it knew: words, labels, weights, and what it predicts."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade import ModelConfig
from jmt.data.batching import build_batch
from jmt.data.labels import LabelSet
from jmt.errors import ConfigError
from jmt.model import JointModel
from jmt.training.continuation import grow, merge_configs, origin_anchor
from jmt.training.settings import SuccessiveRegularizationSettings
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
