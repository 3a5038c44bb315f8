"""What a checkpoint says about its making."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint, model_hash, read_card
from jmt.data.catalogue import find_corpus
from jmt.runs.config import RunConfig


def card_of(config: RunConfig, start_from: str | None) -> dict[str, Any]:
    """Return what a checkpoint says about its making: corpora with licence and release, seed, where it started."""
    used = {name: data for name, data in config.data.items() if data.role != "hint"}
    corpora = {name: data.corpora_named for name, data in used.items()}
    known = {name: find_corpus(name, config.corpora) for data in used.values() for name in data.corpora}
    before: dict[str, Any] = read_card(find_checkpoint(start_from)) if start_from else {}
    return {
        **_inherited(before),
        "seed": config.seed,
        "corpora": {**before.get("corpora", {}), **corpora},
        "own_corpora": {
            **before.get("own_corpora", {}),
            **{name: spec.model_dump(mode="json", exclude_none=True) for name, spec in config.corpora.items()},
        },
        "licences": {
            **before.get("licences", {}),
            **{name: corpus.licence for name, corpus in sorted(known.items()) if corpus.licence},
        },
        "releases": {
            **before.get("releases", {}),
            **{name: corpus.release for name, corpus in sorted(known.items()) if corpus.release},
        },
        **({"vectors": [Path(name).name for name in _named_vectors(config)]} if _named_vectors(config) else {}),
        **({"started_from": model_hash(start_from)} if start_from else {}),
    }


def _inherited(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model to start from had seen before; that its teacher is not this run's is marked."""
    kept = {key: before[key] for key in ("encoder_seen", "distilled_from", "vectors") if key in before}
    if "distilled_from" in kept:
        kept["distilled_from"] = {**kept["distilled_from"], "inherited": True}
    return kept


def _named_vectors(config: RunConfig) -> list[str]:
    """Return the files of vectors that the tables start from."""
    vectors = config.training.vectors
    return [str(name) for name in (vectors.words, vectors.ngrams) if name] if vectors else []
