"""How the network names its own parameters: the one place that knows which names lie where.

encoder.words.       words, character n-grams and corpora, read by every level
encoder.levels.N.    what level N + 1 has of its own; `stitches`, `gates` where levels are not shared
encoder.pretrained.  the layers of a transformer
segmenter.           what splits raw text, and shares no weight with all else
heads.TASK.          the output layer of a task
label_embeddings.TASK.  what other tasks read of its predictions (eq. 2)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from torch import nn

from jmt.cascade.checkpoint import SEGMENTER_PREFIX

WORDS = "encoder.words."
LEVELS = "encoder.levels."
PRETRAINED = "encoder.pretrained."
HEADS = "heads."

TABLES = {"words": f"{WORDS}words.weight", "ngrams": f"{WORDS}ngrams.table.weight"}
"""The tables of word and n-gram vectors, by what they are of."""

_BLOCKS = f"{PRETRAINED}blocks."


def prefixes(encoder: Iterable[str], heads: Collection[str], read: Collection[str]) -> tuple[str, ...]:
    """Return how the names of these begin: parts of the encoder, heads of tasks, embeddings of tasks that are read."""
    return (
        *(f"encoder.{prefix}" for prefix in encoder),
        *(f"{HEADS}{task}." for task in heads),
        *(f"label_embeddings.{task}." for task in read),
    )


def head_of(name: str) -> str | None:
    """Return the task whose head a parameter belongs to, None for all other parameters."""
    return name.split(".")[1] if name.startswith(HEADS) else None


def axes_of_labels(name: str) -> int:
    """Return how many of a parameter's first axes grow with labels, words or corpora: of a CRF's transitions two."""
    return 2 if name.startswith(HEADS) and name.endswith(".transitions") else 1


def subnetwork_of(name: str) -> str:
    """Return the part of the network that a parameter belongs to: words, levelN, pretrained, stitches, or a task."""
    if name.startswith(SEGMENTER_PREFIX):
        return SEGMENTER_PREFIX[:-1]
    first, second, *rest = name.split(".")
    if first == "encoder":
        return f"level{int(rest[0]) + 1}" if second == "levels" else second
    return second


def layer_of(name: str) -> int:
    """Return the layer of a pretrained parameter: 0 for the embeddings, 1 for the lowest block."""
    return int(name.removeprefix(_BLOCKS).split(".")[0]) + 1 if name.startswith(_BLOCKS) else 0


def top_layer(names: Iterable[str]) -> int:
    """Return the highest layer of a pretrained encoder among some parameters, 0 where there is none."""
    return max(map(layer_of, names), default=0)


def word_parameters(model: nn.Module) -> list[str]:
    """Return the names of theta_e, the word and n-gram tables."""
    return [name for name, _ in model.named_parameters() if name.startswith(WORDS)]


def segmenter_parameters(model: nn.Module) -> set[str]:
    """Return the names of what splits raw text."""
    return {name for name, _ in model.named_parameters() if name.startswith(SEGMENTER_PREFIX)}


def copies_at(model: nn.Module, level: int) -> dict[str, nn.Module]:
    """Return the copies of a level that tasks do not share, by task or number; none of a level that is shared."""
    module = model.get_submodule(f"{LEVELS}{level - 1}")
    return dict(module.items()) if isinstance(module, nn.ModuleDict) else {}
