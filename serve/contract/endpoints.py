"""Every path of the service with what it takes and gives: `ENDPOINTS` is the whole list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from jmt.serve.answering.accept import CONLLU, JSON
from jmt.serve.contract.answers import AnnotateAnswer, CompareAnswer, ModelAnswer, StatusAnswer
from jmt.serve.contract.requests import AnnotateRequest, CompareRequest, StrictModel
from jmt.serve.watching.metrics import MEDIA_TYPE as METRICS_TYPE

EVERYWHERE = (400, 405, 408, 421, 431, 500, 501)
"""Problems that any path may report: what is no HTTP, the wrong method, a client that is too slow or says too much, a
host or a coding that is not ours, a fault of ours."""

_WORK = (400, 406, 413, 415, 422, 429, 500, 503, 504)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """A path that is read."""

    name: str
    path: str
    description: str
    answers: Mapping[str, type]
    """What the body of an answer holds, by media type; the first is given to whoever does not care."""
    problems: tuple[int, ...] = ()
    """Statuses of the problems that it may report beside those of every path."""
    is_public: bool = False
    """Anybody may read it without a key: nothing there tells about the model or the requests of others."""

    @property
    def method(self) -> str:
        """The one method that it answers to, beside HEAD."""
        return "GET"


Body = TypeVar("Body", bound=StrictModel)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verb(Endpoint, Generic[Body]):
    """A path that is sent something to work on."""

    takes: type[Body]
    """What the body of a request has to be, in JSON."""

    @property
    def method(self) -> str:
        """The one method that it answers to."""
        return "POST"


ANNOTATE = Verb(
    name="annotate",
    path="/v1/annotate",
    description="Annotate texts, or sentences that are tokenised already; one document for each, in their order.",
    takes=AnnotateRequest,
    answers={JSON: AnnotateAnswer, CONLLU: str},
    problems=_WORK,
)
COMPARE = Verb(
    name="compare",
    path="/v1/compare",
    description="Judge pairs of sentences: one judgement for each, in their order.",
    takes=CompareRequest,
    answers={JSON: CompareAnswer},
    problems=_WORK,
)
MODEL = Endpoint(
    name="model",
    path="/v1/model",
    description="Tell which model answers, what its tasks are, and how much a request may hold.",
    answers={JSON: ModelAnswer},
)
LIVEZ = Endpoint(
    name="livez",
    path="/livez",
    description="Tell that the process answers; the model is not asked.",
    answers={JSON: StatusAnswer},
    is_public=True,
)
READYZ = Endpoint(
    name="readyz",
    path="/readyz",
    description=(
        "Tell that requests will be answered: the model is warm, its thread runs, and it has not failed lately."
    ),
    answers={JSON: StatusAnswer},
    problems=(503,),
    is_public=True,
)
METRICS = Endpoint(
    name="numbers",
    path="/metrics",
    description="Give the service's metrics to Prometheus.",
    answers={METRICS_TYPE: str},
)

ENDPOINTS: tuple[Endpoint, ...] = (ANNOTATE, COMPARE, MODEL, LIVEZ, READYZ, METRICS)
