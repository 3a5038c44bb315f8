"""What the service answers where it does what was asked: the frames around the documents and judgements of the library.

Endpoints build these, and `/openapi.json` says what they are; orjson writes them as objects, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

COMPONENT = "component"
"""Key under which a schema of `jmt/document/schema.json` is named until `/openapi.json` is written."""

_CLOSED = ConfigDict(extra="forbid")

Count = Annotated[int, Field(ge=0)]
_Document = Annotated[dict[str, Any], WithJsonSchema({COMPONENT: "Document"})]
_Judgement = Annotated[dict[str, Any], WithJsonSchema({COMPONENT: "Judgement"})]
_Answered = Annotated[Sequence[str], Field(description="the tasks answered, lowest first")]
_Ran = Annotated[Sequence[str], Field(description="every task that had to run for them, lowest first")]


@dataclass(frozen=True, slots=True)
class ModelName:
    """Who answered."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    name: str
    revision: str


@dataclass(frozen=True, slots=True)
class TextUsage:
    """How much was annotated."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    texts: Count
    sentences: Count
    tokens: Count


@dataclass(frozen=True, slots=True)
class PairUsage:
    """How much was compared."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    pairs: Count
    sentences: Count
    tokens: Count


@dataclass(frozen=True, slots=True)
class AnnotateAnswer:
    """Documents in the order of the request, who answered which tasks, and how much it was."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    model: ModelName
    tasks: _Answered
    ran: _Ran
    documents: Sequence[_Document]
    usage: TextUsage


@dataclass(frozen=True, slots=True)
class CompareAnswer:
    """Judgements in the order of the request, who answered which tasks, and how much it was."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    model: ModelName
    tasks: _Answered
    ran: _Ran
    judgements: Sequence[_Judgement]
    usage: PairUsage


@dataclass(frozen=True, slots=True)
class ModelTask:
    """A task of the model."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    name: str
    kind: str
    level: Count
    reads: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The model, its tasks from the bottom up, and how much a request may hold."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    name: str
    revision: Annotated[str, Field(description="hash of the checkpoint")]
    language: str
    engine: Annotated[Literal["runtime", "torch"], Field(description="what computes: `runtime`, on a CPU, or `torch`")]
    segmenter: Annotated[str, Field(description="what splits raw text: `learned-...` by the model, else by rules")]
    tasks: Sequence[ModelTask]
    limits: Mapping[str, Count]
    version: Annotated[str, Field(description="of jmt")]


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """How the service is, in a word."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    status: str
