"""What one request may ask, checked in the order of cost: items, characters, then tokens while they are made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from jmt.serve.answering.problems import MOST_ERRORS, Fault, Problem, at
from jmt.serve.settings import Settings


def check_items(count: int, pointer: str, settings: Settings) -> None:
    """Refuse more texts, sentences or pairs than one request may hold."""
    if count > settings.max_texts:
        raise at(pointer, "too_many_items", f"{count} items; a request may hold {settings.max_texts}: send several")


def check_characters(count: int, pointer: str, settings: Settings) -> None:
    """Refuse a text of too many characters, before it is tokenised."""
    if count > settings.max_characters:
        limit = settings.max_characters
        raise at(
            pointer,
            "text_too_long",
            f"{count} characters; a text may have {limit}: split it, or raise the service's --max-characters",
        )


def check_sentence(count: int, pointer: str, settings: Settings) -> None:
    """Refuse a sentence of too many tokens; it is never cut silently."""
    if count > settings.max_sentence_tokens:
        limit = settings.max_sentence_tokens
        raise at(
            pointer,
            "sentence_too_long",
            f"sentence has {count} tokens, limit {limit}: split it, or raise the service's --max-sentence-tokens",
        )


def check_request(count: int, settings: Settings) -> None:
    """Refuse a request of too many tokens in all."""
    if count > settings.max_request_tokens:
        raise Problem(
            "too_many_tokens", f"the request has more than {settings.max_request_tokens} tokens: send it in parts"
        )


def choose_tasks(asked: Sequence[str] | None, offered: Sequence[str]) -> tuple[str, ...]:
    """Give the tasks to answer, each once, in the order of the cascade; all that are offered where none are named."""
    if not offered:
        raise Problem("unknown_task", "the model has no task of this kind; /v1/model tells which it has")
    if asked is None:
        return tuple(offered)
    unknown = (position for position, task in enumerate(asked) if task not in offered)
    faults = [
        Fault(f"/tasks/{position}", "unknown_task", "the model has no such task here")
        for position in islice(unknown, MOST_ERRORS)
    ]
    if faults:
        raise Problem("unknown_task", f"the tasks to choose from are: {', '.join(offered)}", faults)
    return tuple(task for task in offered if task in asked)
