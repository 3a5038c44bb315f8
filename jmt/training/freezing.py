"""A pretrained encoder that is frozen at first, and then learns all at once or layer by layer."""

from __future__ import annotations

from jmt.network.model import JointModel
from jmt.network.parts import PRETRAINED, layer_of
from jmt.training.settings.training import FreezingSettings


def freeze_layers(model: JointModel, settings: FreezingSettings, epoch: int) -> None:
    """Let the layers learn that may learn in an epoch, 1 = first; frozen ones get no gradient at all.

    Gradual unfreezing frees the top layer first and one more in every epoch, the embeddings last (Howard and Ruder,
    ACL 2018).
    """
    named = [(name, value) for name, value in model.named_parameters() if name.startswith(PRETRAINED)]
    if not named or not settings.epochs:
        return
    depths = {name: layer_of(name) for name, _ in named}
    top = max(depths.values())
    free = epoch - settings.epochs if settings.gradual else (top + 1 if epoch > settings.epochs else 0)
    for name, parameter in named:
        parameter.requires_grad_(top - depths[name] < free)
