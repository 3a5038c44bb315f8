"""A stream of items asked of the service: cut into requests, several of them under way, answers in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from jmt.annotate.task_choice import known_tasks
from jmt.client.in_order import in_order
from jmt.client.parts import Part, parts_of
from jmt.client.questions import PAIRS, SENTENCES, Kind
from jmt.errors import InputError, ServiceError

if TYPE_CHECKING:
    from jmt.client.connection import Connection
    from jmt.client.served_model import Limits, ServedModel

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def ask_all(
    connection: Connection,
    kind: Kind[Item, Answer],
    items: Iterable[Item],
    tasks: Sequence[str],
    *,
    confidences: bool,
    limits: Limits,
    in_flight: int,
) -> Iterator[tuple[Item, Answer]]:
    """Yield each item with its answer, in order, while at most `in_flight` requests are under way.

    Raises ServiceError where the model behind the service changes midway: a stream is answered by one model.
    """
    options = json.dumps({"tasks": list(tasks), **({"confidences": True} if confidences else {})}).encode()
    parts = parts_of(items, kind.encode, most_items=limits.items, most_bytes=limits.bytes_beside(len(options)))

    def ask(part: Part[Item], abandoned: Event) -> tuple[Any, list[Answer]]:
        body = b'{"%s":%s,%s' % (kind.asked_as.encode(), part.encoded, options[1:])
        answer = connection.ask("POST", kind.path, body, abandoned, first=part.first)
        return _revision_of(answer), _read(kind, part, answer, connection.url)

    first_revision: Any = None
    for part, (revision, answers) in in_order(parts, ask, at_once=in_flight):
        if part.first > 1 and revision != first_revision:
            change = f"from {first_revision} to {revision}"
            raise ServiceError(f"{connection.url} changed its model midway, {change}; ask again from the start")
        first_revision = revision
        yield from zip(part.items, answers, strict=True)


def _revision_of(answer: dict[str, Any]) -> Any:
    model = answer.get("model")
    return model.get("revision") if isinstance(model, dict) else None


def _read(kind: Kind[Item, Answer], part: Part[Item], answer: dict[str, Any], url: str) -> list[Answer]:
    """Read the answers to the items of one request, each checked against what was sent."""
    entries = answer.get(kind.answered_as)
    if not isinstance(entries, list) or len(entries) != len(part.items):
        found = f"{len(entries)}" if isinstance(entries, list) else "none"
        raise ServiceError(f"{url}{kind.path} was sent {len(part.items)} {kind.asked_as}, and answers {found}")
    try:
        return [kind.read(item, entry) for item, entry in zip(part.items, entries, strict=True)]
    except InputError as fault:
        raise ServiceError(f"{url}{kind.path} answers what was not asked: {fault}") from fault


def tasks_run(connection: Connection, model: ServedModel, tasks: Sequence[str]) -> list[str]:
    """Ask what is computed for some tasks, by one sentence or pair of one word each; the answer names it, lowest first.

    Raises InputError for an unknown task.
    """
    wanted = known_tasks(tasks, (*model.token_tasks, *model.pair_tasks))
    examples: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
        (SENTENCES.path, {"tokens": [["word"]]}, model.token_tasks),
        (PAIRS.path, {"pairs": [{"first": "word", "second": "word"}]}, model.pair_tasks),
    )
    ran: set[str] = set()
    for path, example, offered in examples:
        asked = [task for task in wanted if task in offered]
        if asked:
            answer = connection.ask("POST", path, json.dumps({**example, "tasks": asked}).encode(), Event())
            ran.update(answer.get("ran", ()))
    levels = {task["name"]: task["level"] for task in model.description["tasks"]}
    return sorted((task for task in levels if task in ran), key=lambda task: int(levels[task]))
