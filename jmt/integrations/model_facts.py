"""What there is to know about a model, as JSON values: its cascade, its sizes, its licences, the card of its making."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import model_hash, read_card, read_storage
from jmt.integrations.licensing import CODE_LICENCE, restrictions, weights_licence
from jmt.network.model import JointModel
from jmt.runtime.engine import missing_part


def model_facts(model: JointModel, folder: Path) -> dict[str, Any]:
    """Collect what there is to know about a model: its cascade, its sizes, and the card of its making."""
    card = read_card(folder)
    return {
        "folder": str(folder),
        "megabytes": round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1),
        "storage": read_storage(folder),
        "sha256": model_hash(folder),
        "language": model.config.language,
        "encoder": model.config.encoder.model_dump(mode="json"),
        "only_torch_has": missing_part(model.config),
        "tasks": {name: _task_facts(model, name) for name in model.config.named_tasks},
        "words": len(model.lexicon.words),
        "ngrams": len(model.lexicon.ngrams),
        "parameters": {name: _count_parameters(part) for name, part in model.named_children()},
        "licence": _licences(card),
        "card": card,
    }


def _licences(card: dict[str, Any]) -> dict[str, Any]:
    """Collect the licences of the weights, the code and the corpora, and what they ask for."""
    corpora = {str(name): str(licence) for name, licence in dict(card.get("licences") or {}).items()}
    weights = card.get("licence") or (weights_licence(corpora) if corpora else "unknown: the card names no corpora")
    return {"weights": weights, "code": CODE_LICENCE, "corpora": corpora, "restrictions": restrictions(corpora)}


def _task_facts(model: JointModel, name: str) -> dict[str, Any]:
    """Collect what one task is: its head, its place, what it reads and which labels it knows."""
    task = model.config.named_tasks[name]
    return {
        "kind": task.kind,
        "level": task.level,
        "reads": [read.task for read in getattr(task, "reads", ())],
        "labels": list(model.labels[name].labels),
        "parameters": _count_parameters(model.body_of([name]).heads[name]),
    }


def _count_parameters(part: Any) -> int:
    """Count the numbers in a part of the network that training may change."""
    return sum(parameter.numel() for parameter in part.parameters())
