"""A segmenter from one cascade put into another, which it shares no weight with."""

from __future__ import annotations

from jmt.errors import InputError
from jmt.network.model import JointModel
from jmt.network.parts import segmenter_parameters


def with_segmenter_of(model: JointModel, donor: JointModel) -> JointModel:
    """Return the cascade of `model` with the trained segmenter of `donor`; neither of them changes.

    Raises InputError where the donor has none, is of another language, or calls it by the name of a task.
    """
    segmenter = donor.config.segmenter
    if segmenter is None:
        raise InputError("the model to take a segmenter from has none: train one with `jmt train segmenter`")
    if donor.config.language != model.config.language:
        raise InputError(
            f"the segmenter is of language {donor.config.language!r}, the model of {model.config.language!r}; take one "
            f"of the model's language, or train it on a treebank of it: `jmt train ud --tasks segmenter --set "
            f"language={model.config.language} --set corpora.treebank.folder=FOLDER`"
        )
    if segmenter.name in model.config.tasks:
        raise InputError(f"the segmenter is called `{segmenter.name}`, and so is a task of the model: rename one")
    config = model.config.model_copy(update={"segmenter": segmenter})
    labels = {**model.labels, segmenter.name: donor.labels[segmenter.name]}
    grafted = JointModel(config, model.lexicon, labels, model.encoder.source)
    replaced, weights = segmenter_parameters(model), donor.state_dict()
    own = {name: weight for name, weight in model.state_dict().items() if name not in replaced}
    grafted.load_state_dict({**own, **{name: weights[name] for name in segmenter_parameters(donor)}})
    grafted.temperatures = model.temperatures
    return grafted
