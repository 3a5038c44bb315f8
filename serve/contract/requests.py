"""What clients may send: strict pydantic models that coerce nothing and refuse unknown fields.

They check requests, and are what `/openapi.json` says about them.  Every list stops at its first fault: a body of a
million wrong items would otherwise cost seconds and gigabytes.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from jmt.annotate.building import WORD_PATTERN, word_fault
from jmt.serve.contract.limits import CHARACTERS, ITEMS, WORDS

TOKEN_TASKS, PAIR_TASKS = "token tasks", "pair tasks"
"""What stands in the place of the model's tasks until `/openapi.json` is written for a model."""

_NOT_BLANK = r"[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Something that Python does not count as white space; `\\S` means other things in other languages."""


class StrictModel(BaseModel):
    """A JSON object whose values have exactly the types declared and whose keys are all known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    needed: ClassVar[str] = "a JSON object is needed"
    """What is said where something else than an object was sent."""

    @model_validator(mode="before")
    @classmethod
    def refuse_what_is_not_known(cls, sent: Any) -> Any:
        """Refuse what is no object, and an unknown key by naming the known ones.

        Of the first pydantic would speak as of dictionaries and instances, of the second it would repeat what was sent.
        """
        if not isinstance(sent, dict):
            raise PydanticCustomError("object_needed", "{needed}", {"needed": cls.needed})
        if not sent.keys() <= cls.model_fields.keys():
            known = {"known": ", ".join(cls.model_fields)}
            raise PydanticCustomError("unknown_field", "a field is not known here; known are: {known}", known)
        return sent


def _refuse_unfit(word: str) -> str:
    """Refuse a word of white space alone, with white space at an end, or with a control character."""
    if not word.strip():
        raise PydanticCustomError("blank_word", "a word has to hold something other than white space")
    if fault := word_fault(word):
        raise PydanticCustomError("unfit_word", "{fault}", {"fault": fault})
    return word


def _like(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "minLength": 1})


_Text = Annotated[str, CHARACTERS]
_Word = Annotated[str, AfterValidator(_refuse_unfit), _like(WORD_PATTERN), CHARACTERS]
_Side = Annotated[str, _like(_NOT_BLANK), CHARACTERS]  # one without a word is found when its words are counted
_Words = Annotated[list[_Word], Field(min_length=1, fail_fast=True), WORDS]
_ASKED = "What to answer; all that the model has, where left out. What a task reads runs, too."


class AnnotateRequest(StrictModel):
    """Either raw texts, or sentences that are tokenised already."""

    either: ClassVar[tuple[str, str]] = ("texts", "tokens")
    """Fields of which exactly one is given."""

    texts: Annotated[
        Annotated[list[_Text], Field(min_length=1, fail_fast=True), ITEMS] | None,
        Field(description="Raw texts; each becomes a document."),
    ] = None
    tokens: Annotated[
        Annotated[list[_Words], Field(min_length=1, fail_fast=True), ITEMS] | None,
        Field(description="Tokenised sentences; each becomes a document."),
    ] = None
    tasks: Annotated[
        Annotated[
            list[Annotated[str, WithJsonSchema({"type": "string", "enum": TOKEN_TASKS})]],
            Field(fail_fast=True),
        ]
        | None,
        Field(description=f"{_ASKED} An empty list: sentences and words alone."),
    ] = None
    confidences: Annotated[bool, Field(description="Add the probability of each prediction; not in CoNLL-U.")] = False

    @model_validator(mode="after")
    def take_texts_or_tokens(self) -> AnnotateRequest:
        """Refuse both and neither."""
        if (self.texts is None) == (self.tokens is None):
            raise PydanticCustomError("texts_or_tokens", "give either texts or tokens, one of the two")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the choice: an object with the one field, which the other is not, or with the other."""
        schema = handler.resolve_ref_schema(handler(core))
        fields = schema["properties"]
        options = []
        for one, other in (cls.either, cls.either[::-1]):
            given = {**fields[one]["anyOf"][0], "description": fields[one]["description"]}
            properties = {**fields, one: given, other: {"type": "null"}}
            options.append(
                {"type": "object", "properties": properties, "required": [one], "additionalProperties": False}
            )
        return {"description": schema["description"], "anyOf": options}


class Pair(StrictModel):
    """Two sentences to compare; neither may be blank."""

    needed = 'a pair is an object {"first": "...", "second": "..."}'

    first: _Side
    second: _Side


class CompareRequest(StrictModel):
    """Pairs of sentences."""

    pairs: Annotated[list[Pair], Field(min_length=1, fail_fast=True, description="The pairs to judge."), ITEMS]
    tasks: Annotated[
        Annotated[
            list[Annotated[str, WithJsonSchema({"type": "string", "enum": PAIR_TASKS})]],
            Field(min_length=1, fail_fast=True),
        ]
        | None,
        Field(description=_ASKED),
    ] = None
