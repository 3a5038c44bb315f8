"""One model out of several: the mean of their weights (Wortsman et al., ICML 2022: model soups).

Models that went from the same first weights to different ends often lie in one valley: their mean can be better than
each of them, at the price of one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from jmt.errors import ConfigError
from jmt.network.model import JointModel


@torch.no_grad()
def average(models: Mapping[str, JointModel], shares: Sequence[float]) -> JointModel:
    """Return the first model with the weighted mean of all weights in it; `shares` sum to 1.

    Raises:
        ConfigError: models that differ in symbols, labels or the shape of a weight, named.
    """
    (first_name, first), *others = models.items()
    for name, other in others:
        _check_alike(first_name, first, name, other)
    weights = [model.state_dict() for model in models.values()]
    means: dict[str, Tensor] = {}
    for name, value in weights[0].items():
        if value.is_floating_point():
            total = sum(share * other[name].double() for share, other in zip(shares, weights, strict=True))
            assert isinstance(total, Tensor)
            means[name] = total.to(value.dtype)
        else:
            means[name] = value
    first.load_state_dict(means)
    first.temperatures = {}  # were fitted to one of the models
    return first


def _check_alike(first_name: str, first: JointModel, name: str, other: JointModel) -> None:
    """Refuse a model whose weights do not mean what those of the first one mean."""
    both = f"{first_name} and {name}"
    if dict(first.labels) != dict(other.labels):
        raise ConfigError(f"{both} have other tasks or labels: train both on the same corpora, with the same tasks")
    for what, one, two in (
        ("words", first.lexicon.words, other.lexicon.words),
        ("n-grams", first.lexicon.ngrams, other.lexicon.ngrams),
    ):
        if one.symbols != two.symbols:
            raise ConfigError(f"{both} know other {what}: train both on the same corpora and raw text")
    corpora = [model.config.encoder.corpus_vectors for model in (first, other)]
    if corpora[0] != corpora[1]:
        given = " and ".join(json.dumps(names) for names in corpora)
        raise ConfigError(f"{both} have vectors of other corpora, encoder.corpus_vectors = {given}: train both alike")
    shapes = [{key: tuple(value.shape) for key, value in model.state_dict().items()} for model in (first, other)]
    if different := [key for key in {**shapes[0], **shapes[1]} if shapes[0].get(key) != shapes[1].get(key)]:
        key = different[0]
        raise ConfigError(
            f"{both} are other networks: `{key}` is {shapes[0].get(key, 'missing')} and "
            f"{shapes[1].get(key, 'missing')}; only runs of one network can be averaged"
        )
