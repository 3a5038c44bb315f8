"""Where each level of a cascade reads a transformer, and where words enter it: for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jmt.cascade.encoder_config import TransformerConfig
from jmt.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TapPlan:
    """What is known of a level's tap before it has weights."""

    layer: int
    """The layer that it reads, 0 = the embeddings."""
    together: bool
    """Whether it reads both sentences of a pair in one sequence: in a stream of its own, from the bottom."""
    moves: bool
    """Whether it reads a higher layer than the level before it in its stream: else nothing can enter below it."""
    words: bool
    """Whether words enter here."""


def plan_taps(config: TransformerConfig, pairs: Sequence[bool], top: int) -> list[TapPlan]:
    """Return the taps of all levels, lowest first; `pairs` says which levels serve pair tasks alone.

    Raises:
        ConfigError: taps that an encoder of `top` layers does not have, or that fall from level to level.
    """
    together = [pair and config.pairs == "together" for pair in pairs]
    layers = _layers(config, together, top)
    plans: list[TapPlan] = []
    reached = {False: 0, True: 0}
    for number, (layer, joint) in enumerate(zip(layers, together, strict=True)):
        first = not number or (joint and not reached[True])
        plans.append(TapPlan(layer, joint, moves=layer > reached[joint], words=first or config.shortcut))
        reached[joint] = layer
    return plans


def _layers(config: TransformerConfig, together: Sequence[bool], top: int) -> list[int]:
    """Return the layer of every level, and refuse what cannot be tapped."""
    levels, taps = len(together), list(config.taps)
    if not taps:  # the lower half of a transformer is left to words
        spread = [round(top * (levels + number) / (2 * levels)) for number in range(1, levels + 1)]
        taps = [top if joint else tap for joint, tap in zip(together, spread, strict=True)]
    if len(taps) < levels or any(not 0 <= tap <= top for tap in taps):
        raise ConfigError(
            f"encoder.taps = {taps}: the cascade has {levels} levels, and each needs a layer from 0 to {top}"
        )
    taps = taps[:levels]
    for joint in (False, True):
        own = [tap for tap, read_together in zip(taps, together, strict=True) if read_together == joint]
        if own != sorted(own):
            raise ConfigError(f"encoder.taps = {taps}: a higher level must not read a lower layer")
    return taps
