"""A learned segmenter with random weights, which chooses borders and expansions of every kind."""

from __future__ import annotations

import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import SegmenterConfig
from jmt.network.model import JointModel
from jmt.network.segmenter import SegmenterNetwork

EXPANSIONS = ["", "/ cut 1+*", "/ cut *+2", "= cut *+1", "= end 1 e +lo", "= begin 1 de+ l", "= all du de+le"]


def tiny_segmenter(seed: int = 1, **keys: object) -> SegmenterNetwork:
    """Build the network of a segmenter; `keys` are those of its configuration."""
    sizes = {"trait_rows": 64, "trait_size": 6, "spacing_size": 3, "hidden_size": 8, "dilations": (1, 2, 3)}
    config = SegmenterConfig.model_validate({**sizes, **keys})
    torch.manual_seed(seed)
    network = SegmenterNetwork(config, LabelSet(EXPANSIONS))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.4)
        network.traits.weight[0] = 0
    return network.eval()


def with_segmenter(model: JointModel, seed: int = 1, **keys: object) -> JointModel:
    """Put a segmenter with random weights into a model."""
    segmenter = tiny_segmenter(seed, **keys)
    config = ModelConfig.model_validate(
        {**model.config.model_dump(mode="json"), "segmenter": segmenter.config.model_dump(mode="json")}
    )
    labels = {**model.labels, "segmenter": LabelSet(EXPANSIONS)}
    grown = JointModel(config, model.lexicon, labels, model.encoder.source)
    own = {f"segmenter.{name}": weight for name, weight in segmenter.state_dict().items()}
    grown.load_state_dict({**model.state_dict(), **own})
    return grown.eval()
