"""How much one request may hold: each limit is checked, and stands in `/openapi.json`, by the same object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler

from jmt.serve.answering.problems import Problem, at
from jmt.serve.settings import Settings


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of what a field holds, by the name of the setting that says how much; a field's annotation names it.

    pydantic does not check it: what is too much is refused by a problem of its own, later and by its size alone.
    """

    setting: str
    keyword: str
    """Of JSON Schema."""
    code: str
    detail: str

    def check(self, count: int, pointer: str, settings: Settings) -> None:
        """Refuse what is more; raises `Problem`."""
        most: int = getattr(settings, self.setting)
        if count > most:
            raise at(pointer, self.code, self.detail.format(count=count, most=most))

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe it with the setting's name, in whose place `/openapi.json` puts the number."""
        return {**handler(core), self.keyword: self.setting}


ITEMS = Limit("max_texts", "maxItems", "too_many_items", "{count} items; a request may hold {most}: send several")
CHARACTERS = Limit(
    "max_characters",
    "maxLength",
    "text_too_long",
    "{count} characters; a text may have {most}: split it, or raise the service's --max-characters",
)
WORDS = Limit(
    "max_sentence_tokens",
    "maxItems",
    "sentence_too_long",  # it is never cut silently
    "sentence has {count} tokens, limit {most}: split it, or raise the service's --max-sentence-tokens",
)


def check_request(count: int, settings: Settings) -> None:
    """Refuse a request of too many tokens in all, which no schema can say; raises `Problem`."""
    if count > settings.max_request_tokens:
        raise Problem(
            "too_many_tokens", f"the request has more than {settings.max_request_tokens} tokens: send it in parts"
        )
