"""What clients may send: strict pydantic models that coerce nothing and refuse unknown fields.

Every list stops at its first fault: a body of a million wrong items would otherwise cost seconds and gigabytes.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from jmt.annotate.building import word_fault


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


TaskNames = Annotated[
    list[str] | None,
    Field(
        min_length=1,
        fail_fast=True,
        description="Names of the tasks to answer; all that the model has, where left out.",
    ),
]


def refuse_unfit(word: str) -> str:
    """Refuse a word of white space alone, with white space at an end, or with a control character."""
    if not word.strip():
        raise PydanticCustomError("blank_word", "a word has to hold something other than white space")
    if fault := word_fault(word):
        raise PydanticCustomError("unfit_word", "{fault}", {"fault": fault})
    return word


Words = Annotated[list[Annotated[str, AfterValidator(refuse_unfit)]], Field(min_length=1, fail_fast=True)]


class AnnotateRequest(StrictModel):
    """Either raw texts, or sentences that are tokenised already."""

    texts: Annotated[
        list[str] | None,
        Field(
            min_length=1,
            fail_fast=True,
            description="Raw texts; each becomes one document, split and tokenised by the service.",
        ),
    ] = None
    tokens: Annotated[
        list[Words] | None,
        Field(
            min_length=1,
            fail_fast=True,
            description="Sentences as lists of words; each becomes one document of one sentence.",
        ),
    ] = None
    tasks: TaskNames = None
    confidences: Annotated[bool, Field(description="Add the probability of each prediction; not in CoNLL-U.")] = False

    @model_validator(mode="after")
    def take_texts_or_tokens(self) -> AnnotateRequest:
        """Refuse both and neither."""
        if (self.texts is None) == (self.tokens is None):
            raise PydanticCustomError("texts_or_tokens", "give either texts or tokens, one of the two")
        return self


class Pair(StrictModel):
    """Two sentences to compare; neither may be blank."""

    needed = 'a pair is an object {"first": "...", "second": "..."}'

    first: str
    second: str


class CompareRequest(StrictModel):
    """Pairs of sentences."""

    pairs: Annotated[list[Pair], Field(min_length=1, fail_fast=True, description="The pairs to judge.")]
    tasks: TaskNames = None
