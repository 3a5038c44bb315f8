"""What a configuration takes from the model that training starts from: every key of the network that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import SEGMENTER


def inherit(tables: Mapping[str, Any], model: ModelConfig) -> dict[str, Any]:
    """Fill in language, encoder, sharing, and the keys of tasks that the model has; what is written stays."""
    had: dict[str, Any] = model.model_dump(mode="json", exclude_none=True)
    tasks = dict(had["tasks"])
    if model.segmenter:
        tasks[model.segmenter.name] = {key: value for key, value in had["segmenter"].items() if key != "name"}
    filled = dict(tables)
    filled.setdefault("language", had["language"])
    filled.setdefault("sharing", had["sharing"])
    filled["encoder"] = _filled(tables.get("encoder", {}), had["encoder"])
    given = tables.get("task", {})
    if isinstance(given, Mapping):
        filled["task"] = {name: _filled(task, _namesake(name, task, tasks, model)) for name, task in given.items()}
    return filled


def _namesake(name: str, task: Any, tasks: Mapping[str, Any], model: ModelConfig) -> Mapping[str, Any]:
    """Return the keys of the model's task of this name; a segmenter is one whatever it is called."""
    is_segmenter = isinstance(task, Mapping) and task.get("kind") == SEGMENTER
    own = model.segmenter.name if is_segmenter and model.segmenter else name
    found: Mapping[str, Any] = tasks.get(own, {})
    return found


def _filled(given: Any, had: Mapping[str, Any]) -> Any:
    """Put the keys of a table over those that the model has, unless it is of another kind."""
    if not isinstance(given, Mapping) or given.get("kind", had.get("kind")) != had.get("kind"):
        return given
    return {**had, **given}
