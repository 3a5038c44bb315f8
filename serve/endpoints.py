"""What the service answers, path by path: `ROUTES` is the whole list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response

from jmt import __version__
from jmt.serve.batcher import Batcher, Closed, ItemFailed, Overloaded
from jmt.serve.inference import ANNOTATE, COMPARE, Annotates
from jmt.serve.limits import choose_tasks
from jmt.serve.prepare import Prepared, prepare_pairs, prepare_texts, prepare_tokens
from jmt.serve.problems import Problem, at
from jmt.serve.request_ids import log_fault
from jmt.serve.schemas import AnnotateRequest, CompareRequest
from jmt.serve.settings import Settings

LATER = {"Retry-After": "1"}  # seconds


class Service:
    """The endpoints of one model: the methods that `ROUTES` names."""

    def __init__(self, annotator: Annotates, batcher: Batcher, settings: Settings) -> None:
        self.annotator = annotator
        self.batcher = batcher
        self.settings = settings
        self.description = annotator.describe()
        self.warm = False
        # One thread tokenises: neither the event loop nor the inference thread waits for a long text.
        self.preparing = ThreadPoolExecutor(1, thread_name_prefix="jmt-prepare")

    async def annotate(self, request: Request, body: AnnotateRequest) -> Response:
        """Annotate texts, or sentences that are tokenised already; one document for each, in their order."""
        tasks = choose_tasks(body.tasks, self.annotator.token_tasks)
        if body.texts is not None:
            prepared = await self._prepare(prepare_texts, body.texts, self.annotator, self.settings)
        else:
            prepared = await self._prepare(prepare_tokens, body.tokens or [], self.settings)
        sentences = iter(await self._run(request, (ANNOTATE, tasks), prepared))
        documents = [
            {"text": document.text, "sentences": [next(sentences) for _ in document.sentences]}
            for document in prepared.documents
        ]
        usage = {"texts": len(documents), "sentences": len(prepared.payloads), "tokens": sum(prepared.tokens)}
        return self._answer(tasks, {"documents": documents, "usage": usage})

    async def compare(self, request: Request, body: CompareRequest) -> Response:
        """Judge pairs of sentences: one judgement for each, in their order."""
        tasks = choose_tasks(body.tasks, self.annotator.pair_tasks)
        prepared = await self._prepare(prepare_pairs, body.pairs, self.annotator, self.settings)
        judgements = await self._run(request, (COMPARE, tasks), prepared)
        usage = {"pairs": len(judgements), "sentences": 2 * len(judgements), "tokens": sum(prepared.tokens)}
        return self._answer(tasks, {"judgements": judgements, "usage": usage})

    async def model(self) -> Response:
        """Tell which model answers, what its tasks are, and how much a request may hold."""
        return json_response(
            {**self.description, "limits": self.settings.limits(), "version": __version__},
        )

    async def livez(self) -> Response:
        """Tell that the process answers; the model is not asked."""
        return json_response({"status": "alive"})

    async def readyz(self) -> Response:
        """Tell that requests will be answered: the model is warm and its thread runs."""
        self._refuse_unless_ready()
        return json_response({"status": "ready"})

    def _refuse_unless_ready(self) -> None:
        if not (self.warm and self.batcher.alive):
            raise Problem("not_ready", "the model is not ready for requests", headers=LATER)

    async def _prepare(self, prepare: Callable[..., Prepared], *arguments: Any) -> Prepared:
        self._refuse_unless_ready()
        return await asyncio.get_running_loop().run_in_executor(self.preparing, prepare, *arguments)

    async def _run(self, request: Request, group: Any, prepared: Prepared) -> list[Any]:
        """Wait for the results of a request, all of them or a problem."""
        try:
            future = self.batcher.submit(group, prepared.payloads, prepared.tokens)
            return await asyncio.wrap_future(future)
        except Overloaded:
            raise Problem("overloaded", "too much is waiting already; try again", headers=LATER) from None
        except Closed:
            raise Problem("not_ready", "the service is shutting down", headers=LATER) from None
        except ItemFailed as failure:
            log_fault(request.scope["request_id"], failure.__cause__ or failure)
            pointer = prepared.pointers[failure.slot]
            detail = "the model failed on this item; nothing of the request is answered"
            raise at(pointer, "internal_error", detail) from None

    def _answer(self, tasks: tuple[str, ...], content: dict[str, Any]) -> Response:
        model = {key: self.description[key] for key in ("name", "revision")}
        return json_response({"model": model, "tasks": tasks, "ran": self.annotator.run_for(tasks), **content})


def json_response(content: dict[str, Any]) -> Response:
    """Write an answer as JSON."""
    return Response(orjson.dumps(content), media_type="application/json")


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the service's table of contents."""

    method: str
    path: str
    handler: Callable[..., Any]
    answer: str
    """Name of its schema in `/openapi.json`."""
    problems: tuple[int, ...] = ()
    """Statuses of the problems that it may report instead."""


_WORK = (400, 413, 415, 422, 429, 500, 503)

ROUTES = (
    Route("POST", "/v1/annotate", Service.annotate, "AnnotateAnswer", _WORK),
    Route("POST", "/v1/compare", Service.compare, "CompareAnswer", _WORK),
    Route("GET", "/v1/model", Service.model, "ModelAnswer"),
    Route("GET", "/livez", Service.livez, "StatusAnswer"),
    Route("GET", "/readyz", Service.readyz, "StatusAnswer", (503,)),
)
