"""What there is to know about a model, as JSON values: its cascade, its sizes, its licences, the card of its making."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jmt.cascade.cascade import Cascade
from jmt.cascade.checkpoint import SEGMENTER_PREFIX, model_hash, opened, read_card, read_storage
from jmt.cascade.shapes import expected_weights
from jmt.integrations.licensing import CODE_LICENCE, restrictions, weights_licence
from jmt.runtime.engine import RuntimeEngine, missing_part


def model_facts(model: str | Path) -> dict[str, Any]:
    """Collect what there is to know about a model: its cascade, its sizes, and the card of its making.

    Raises CheckpointError as loading it would, except for what only torch can run: whether its weights are those that
    the configuration asks for, torch alone tells.
    """
    with opened(model) as stored:
        cascade = stored.cascade
        if only_torch_has := missing_part(cascade):
            stored.read_weights(stored.parameters)
        else:
            RuntimeEngine(cascade, stored.read_weights(expected_weights(cascade)))  # refuses what cannot be computed
    folder, config = stored.place, cascade.config
    sizes = {name: math.prod(entry.shape) for name, entry in stored.parameters.items()}
    card = read_card(folder)
    return {
        "folder": str(folder),
        "megabytes": round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1),
        "storage": read_storage(folder),
        "sha256": model_hash(folder),
        "language": config.language,
        "encoder": config.encoder.model_dump(mode="json"),
        "only_torch_has": only_torch_has,
        "temperatures": dict(cascade.temperatures),
        "tasks": {name: _task_facts(cascade, name, sizes) for name in config.named_tasks},
        "words": len(cascade.lexicon.words),
        "ngrams": len(cascade.lexicon.ngrams),
        "parameters": {part: _count(sizes, f"{part}.") for part in sorted({name.split(".")[0] for name in sizes})},
        "licence": licences_of(card),
        "card": card,
    }


def licences_of(card: Mapping[str, Any]) -> dict[str, Any]:
    """Collect from the card of a model the licences of the weights, the code and the corpora, and what they ask for."""
    corpora = {str(name): str(licence) for name, licence in dict(card.get("licences") or {}).items()}
    weights = card.get("licence") or (weights_licence(corpora) if corpora else "unknown: the card names no corpora")
    return {"weights": weights, "code": CODE_LICENCE, "corpora": corpora, "restrictions": restrictions(corpora)}


def _task_facts(cascade: Cascade, name: str, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Collect what one task is: its head, its place, what it reads and which labels it knows."""
    task = cascade.config.named_tasks[name]
    return {
        "kind": task.kind,
        "level": task.level,
        "reads": [read.task for read in getattr(task, "reads", ())],
        "labels": list(cascade.labels[name].labels),
        "parameters": _count(sizes, f"heads.{name}." if name in cascade.config.tasks else SEGMENTER_PREFIX),
    }


def _count(sizes: Mapping[str, int], prefix: str) -> int:
    """Count the numbers in the parameters whose names begin so."""
    return sum(size for name, size in sizes.items() if name.startswith(prefix))
