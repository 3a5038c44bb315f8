"""What the service says of its model: tasks, language and limits, asked once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jmt.client.parts import MOST_BYTES, MOST_ITEMS
from jmt.errors import ServiceError

_PAIR_KIND = "pair_"
"""How the kinds of tasks about pairs begin."""
_AROUND = 64
"""Bytes of a request's body besides its items and options, and some to spare."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may hold, from what the service says and what is of use."""

    items: int
    items_bytes: int
    body_bytes: int

    def bytes_beside(self, options: int) -> int:
        """Give the bytes that are left for items in a body with so many bytes of options."""
        return max(1, min(self.items_bytes, self.body_bytes - options - _AROUND))


@dataclass(frozen=True, slots=True)
class ServedModel:
    """The model behind a service."""

    description: dict[str, Any]
    """As `Annotator.describe` gives it."""
    token_tasks: tuple[str, ...]
    pair_tasks: tuple[str, ...]
    limits: Limits


def served_model(answer: Mapping[str, Any], url: str) -> ServedModel:
    """Read the answer of `/v1/model`.

    Raises ServiceError where it is that of another kind of service.
    """
    try:
        description = {key: answer[key] for key in ("name", "revision", "language", "engine", "segmenter", "tasks")}
        kinds = {task["name"]: task["kind"] for task in description["tasks"]}
        limits = answer["limits"]
        return ServedModel(
            description,
            tuple(name for name, kind in kinds.items() if not kind.startswith(_PAIR_KIND)),
            tuple(name for name, kind in kinds.items() if kind.startswith(_PAIR_KIND)),
            Limits(
                min(MOST_ITEMS, limits["max_texts"]),
                min(MOST_BYTES, limits["max_request_tokens"]),
                limits["max_body_bytes"],
            ),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ServiceError(f"{url} answers, but not as `jmt serve` of this version does: {fault!r}") from fault
