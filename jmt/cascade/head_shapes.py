"""The weights of an output layer, by name and shape, for every kind of task."""

from __future__ import annotations

from collections.abc import Iterator

from jmt.cascade.task_config import (
    HeadConfig,
    LemmatizerConfig,
    LinkerConfig,
    MaxoutHeadConfig,
    MorphologyConfig,
    PairHeadConfig,
    ParserConfig,
    TaggerConfig,
)

Shapes = Iterator[tuple[str, tuple[int, ...]]]


def head_shapes(config: HeadConfig, labels: int, hidden: int, embedded: int) -> Shapes:
    """Yield the weights of a head for `labels` labels over hidden states of H = `hidden`.

    `embedded` is the size of all label embeddings of pair tasks together that enter it.
    """
    if isinstance(config, TaggerConfig | LemmatizerConfig | MorphologyConfig):
        yield from linear("classifier.1", hidden, config.classifier_size)
        yield from linear("classifier.4", config.classifier_size, labels)
        if isinstance(config, TaggerConfig) and config.decoder == "crf":
            yield from {
                "output.transitions": (labels, labels),
                "output.start": (labels,),
                "output.end": (labels,),
            }.items()
    elif isinstance(config, ParserConfig):
        yield "root", (hidden,)
        yield from (
            _biaffine(config, labels, hidden) if config.scorer == "biaffine" else _matcher(config, labels, hidden)
        )
    elif isinstance(config, LinkerConfig):
        for view in ("source", "target"):
            yield from linear(f"{view}.1", hidden, config.link_size)
        yield "weight", (config.link_size + 1, config.link_size + 1)
        yield "distance", (2 * config.distances + 1,)
    elif isinstance(config, PairHeadConfig):
        inputs = 2 * hidden
        if config.interaction == "attention":
            inputs = 3 * (2 * config.compare_size + hidden)
            yield "interaction.align.weight", (config.compare_size, hidden)
            yield from linear("interaction.compare", 4 * hidden, config.compare_size)
        yield from _maxout("classifier", config, inputs + embedded, labels + _of_noise(config))
    elif isinstance(config, MaxoutHeadConfig):
        yield from _maxout("classifier.layers", config, 2 * hidden, labels + _of_noise(config))
    else:
        raise TypeError(f"a head of the kind {config.kind}")


def _of_noise(config: MaxoutHeadConfig) -> int:
    """Return how many numbers stand behind the scores of labels: the strength of noise in them, where it is learned."""
    return int(getattr(config, "noise_samples", 0) > 0)


def linear(name: str, inputs: int, outputs: int) -> Shapes:
    """Yield weight and bias of a linear layer."""
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _matcher(config: ParserConfig, deprels: int, hidden: int) -> Shapes:
    """Yield the paper's scorer of arcs and relations."""
    yield "scorer.weight", (hidden, hidden)
    yield from linear("scorer.classifier.0", 2 * hidden, config.classifier_size)
    yield from linear("scorer.classifier.3", config.classifier_size, deprels)


def _biaffine(config: ParserConfig, deprels: int, hidden: int) -> Shapes:
    """Yield the biaffine scorer."""
    for what, size in (("arc", config.arc_size), ("deprel", config.deprel_size)):
        for side in ("dependent", "governor"):
            yield from linear(f"scorer.{what}_{side}.0", hidden, size)
    yield "scorer.arc_weight", (config.arc_size, config.arc_size)
    yield "scorer.arc_prior", (config.arc_size,)
    yield "scorer.deprel_weight", (deprels, config.deprel_size + 1, config.deprel_size + 1)


def _maxout(name: str, config: MaxoutHeadConfig, inputs: int, outputs: int) -> Shapes:
    """Yield the Maxout layers, each behind its dropout, and the layer before the softmax."""
    for layer in range(config.hidden_layers):
        yield from linear(f"{name}.{2 * layer + 1}.affine", inputs, config.maxout_size * config.maxout_pool)
        inputs = config.maxout_size
    yield from linear(f"{name}.{2 * config.hidden_layers + 1}", inputs, outputs)
