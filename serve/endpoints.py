"""What the service answers, path by path: `ROUTES` is the whole list."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from jmt import __version__
from jmt.document import Document
from jmt.serve.answering.accept import CONLLU, JSON, choose_form
from jmt.serve.answering.problems import Problem, at
from jmt.serve.answering.refusals import failed_item, not_ready, overloaded
from jmt.serve.asking.limits import choose_tasks
from jmt.serve.asking.prepare import Prepared, prepare_pairs, prepare_texts, prepare_tokens, size_of
from jmt.serve.asking.strict_json import StrictRequest, read_body
from jmt.serve.batching.batcher import Batcher
from jmt.serve.batching.inference import ANNOTATE, PROBE, WITH_CONFIDENCES, Annotates
from jmt.serve.batching.jobs import Closed, Expired, ItemFailed, Job, Overloaded
from jmt.serve.batching.outcome import ClientLeft, outcome_of
from jmt.serve.schemas import AnnotateRequest, CompareRequest
from jmt.serve.settings import Settings
from jmt.serve.watching.health import Health
from jmt.serve.watching.logs import log_fault
from jmt.serve.watching.metrics import MEDIA_TYPE, Metrics

AT_ONCE = 4_096  # characters or tokens: so much is prepared and written on the event loop, more on a thread
PROBE_SECONDS = 2.0


class Service:
    """The endpoints of one model: the methods that `ROUTES` names."""

    def __init__(
        self, annotator: Annotates, batcher: Batcher, settings: Settings, health: Health, metrics: Metrics
    ) -> None:
        self.annotator = annotator
        self.batcher = batcher
        self.settings = settings
        self.health = health
        self.metrics = metrics
        self.description = annotator.describe()
        self._model = {key: self.description[key] for key in ("name", "revision")}
        # Asked with every answer, of the few sets of tasks that there are: what the cascade says is kept.
        self._run_for = cache(annotator.run_for)
        self.under_way = 0
        # Long texts are tokenised beside: neither the event loop nor the inference thread waits for them.
        self.preparing = ThreadPoolExecutor(2, thread_name_prefix="jmt-prepare")
        metrics.describe_model(self.description)

    async def annotate(self, request: StrictRequest) -> Response:
        """Annotate texts, or sentences that are tokenised already; one document for each, in their order."""
        form = choose_form(request.headers.get("accept"), (JSON, CONLLU))
        with self._admitted(request) as clock:
            body = await read_body(request, AnnotateRequest)
            if body.confidences and form == CONLLU:
                raise at("/confidences", "invalid_request", "CoNLL-U has no place for confidences; ask for JSON")
            tasks = choose_tasks(body.tasks, self.annotator.token_tasks)
            if body.texts is not None:
                prepared = await self._beside(
                    size_of(body.texts), prepare_texts, body.texts, self.annotator, self.settings
                )
            else:
                prepared = await self._beside(0, prepare_tokens, body.tokens or [], self.settings)
            prepared.payloads = [(sentence, tasks) for sentence in prepared.payloads]
            await self._run(request, WITH_CONFIDENCES if body.confidences else ANNOTATE, prepared, clock)
            write = self._write_conllu if form == CONLLU else self._write_documents
            response: Response = await self._beside(sum(prepared.tokens), write, tasks, prepared, clock)
            return response

    async def compare(self, request: StrictRequest) -> Response:
        """Judge pairs of sentences: one judgement for each, in their order."""
        choose_form(request.headers.get("accept"), (JSON,))
        with self._admitted(request) as clock:
            body = await read_body(request, CompareRequest)
            tasks = choose_tasks(body.tasks, self.annotator.pair_tasks)
            size = sum(len(pair.first) + len(pair.second) for pair in body.pairs)
            prepared = await self._beside(size, prepare_pairs, body.pairs, self.annotator, self.settings)
            judgements = [judgement.to_dict() for judgement in await self._run(request, tasks, prepared, clock)]
            usage = {"pairs": len(judgements), "sentences": 2 * len(judgements), "tokens": sum(prepared.tokens)}
            return self._answer(tasks, {"judgements": judgements, "usage": usage}, clock)

    async def model(self, request: Request) -> Response:
        """Tell which model answers, what its tasks are, and how much a request may hold."""
        return json_response({**self.description, "limits": self.settings.limits(), "version": __version__})

    async def livez(self, request: Request) -> Response:
        """Tell that the process answers; the model is not asked."""
        return json_response({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Tell that requests will be answered: the model is warm, its thread runs, and it has not failed lately."""
        self._refuse_in_trouble()
        if self.health.suspect and not await self._works():
            raise not_ready("the model fails even on a sentence of one word")
        return json_response({"status": "ready"})

    async def numbers(self, request: Request) -> Response:
        """Give the service's metrics to Prometheus."""
        return Response(self.metrics.render(self.batcher, self.health), media_type=MEDIA_TYPE)

    async def _works(self) -> bool:
        """Try the model on next to nothing: one poisonous request does not make a service sick."""
        try:
            probe = self.batcher.submit(PROBE, [None], [1])
            await asyncio.wait_for(asyncio.wrap_future(probe), PROBE_SECONDS)
        except (ItemFailed, Closed, Expired):
            return False
        except (TimeoutError, Overloaded):
            return True  # busy is not sick; a stuck model is the watchdog's affair
        self.health.suspect = False
        return True

    def _refuse_in_trouble(self) -> None:
        trouble = self.health.trouble()
        if trouble is not None:
            raise not_ready(trouble)

    @contextmanager
    def _admitted(self, request: Request) -> Iterator[Clock]:
        """Take a request in, where there is room for it: before its body is read."""
        if not self.health.draining:  # what comes while the service ends is still answered, as far as it can be
            self._refuse_in_trouble()
        if self.under_way >= self.settings.max_requests:
            self.metrics.on_rejected("requests")
            raise overloaded(1.0)
        self.under_way += 1
        try:
            yield Clock(time.perf_counter())
        except (ClientLeft, ClientDisconnect):
            # Nobody reads this: it stands in the log and in the numbers only.
            raise Problem("client_left", "the client has closed the connection") from None
        finally:
            self.under_way -= 1

    async def _beside(self, size: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do work at once where it is small, and on a thread of its own where it is not."""
        if size <= AT_ONCE:
            return work(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self.preparing, work, *arguments)

    async def _run(self, request: Request, group: Any, prepared: Prepared, clock: Clock) -> list[Any]:
        """Wait for the results of a request, all of them or a problem."""
        request.scope["sizes"] = {"items": len(prepared.payloads), "tokens": sum(prepared.tokens)}
        clock.prepared = time.perf_counter()
        try:
            job = self.batcher.submit_job(group, prepared.payloads, prepared.tokens)
            results = await outcome_of(job, request.receive, self.settings.request_seconds)
        except Overloaded as error:
            self.metrics.on_rejected("queue")
            raise overloaded(error.seconds) from None
        except Closed:
            raise not_ready("the service is shutting down") from None
        except Expired:
            self.metrics.on_rejected("queue_deadline")
            limit = self.settings.queue_seconds
            raise Problem("queue_timeout", f"the model did not begin within {limit} seconds; try again later") from None
        except TimeoutError:
            self.metrics.on_rejected("deadline")
            limit = self.settings.request_seconds
            raise Problem("timeout", f"the answer was not ready within {limit} seconds; send less at once") from None
        except ItemFailed as failure:
            self.health.suspect = True
            log_fault(request.scope["request_id"], failure.__cause__ or failure)
            raise failed_item(failure, prepared.pointers[failure.slot]) from None
        clock.note(job)
        return results

    def _write_documents(self, tasks: tuple[str, ...], prepared: Prepared, clock: Clock) -> Response:
        documents = [document.to_dict() for document in prepared.documents]
        return self._answer(tasks, {"documents": documents, "usage": usage_of(prepared)}, clock)

    def _write_conllu(self, tasks: tuple[str, ...], prepared: Prepared, clock: Clock) -> Response:
        """Write all documents as CoNLL-U, each under its number; what JSON says around them is in headers."""
        text = "".join(conllu_of(document, number) for number, document in enumerate(prepared.documents, start=1))
        headers = {
            "X-JMT-Model": f"{self.description['name']}@{self.description['revision']}",
            "X-JMT-Tasks": ",".join(tasks),
            "X-JMT-Ran": ",".join(self._run_for(tasks)),
            "Server-Timing": clock.timing(),
            "Vary": "Accept",
        }
        return Response(text.encode(), media_type=f"{CONLLU}; charset=utf-8", headers=headers)

    def _answer(self, tasks: tuple[str, ...], content: dict[str, Any], clock: Clock) -> Response:
        return json_response(
            {"model": self._model, "tasks": tasks, "ran": self._run_for(tasks), **content},
            {"Server-Timing": clock.timing(), "Vary": "Accept"},
        )


@dataclass(slots=True)
class Clock:
    """Where the time of a request went, for `Server-Timing`."""

    began: float
    prepared: float = 0.0
    queued: float = 0.0
    inferred: float = 0.0

    def note(self, job: Job) -> None:
        """Note when the model began, and that it is done."""
        waited = (job.begun or job.submitted) - job.submitted
        self.queued, self.inferred = waited, time.perf_counter() - self.prepared - waited

    def timing(self) -> str:
        """Write the header, in milliseconds."""
        steps = {"parse": self.prepared - self.began, "queue": self.queued, "infer": self.inferred}
        return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in steps.items())


def usage_of(prepared: Prepared) -> dict[str, int]:
    """Say how much was annotated."""
    counts = (len(prepared.documents), len(prepared.payloads), sum(prepared.tokens))
    return dict(zip(("texts", "sentences", "tokens"), counts, strict=True))


def conllu_of(document: Document, number: int) -> str:
    """Write one document as CoNLL-U with its number as its name; one without sentences is nothing there."""
    document.name = str(number)
    return document.to_conllu()


def json_response(content: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Write an answer as JSON."""
    return Response(orjson.dumps(content), media_type=JSON, headers=headers)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the service's table of contents."""

    method: str
    path: str
    handler: Callable[..., Any]
    answer: str | None
    """Name of its schema in `/openapi.json`; None for what is no JSON."""
    problems: tuple[int, ...] = ()
    """Statuses of the problems that it may report beside those of every path."""
    body: str | None = None
    """Name of the schema of what it takes."""


_WORK = (400, 406, 413, 415, 422, 429, 500, 503, 504)

ROUTES = (
    Route("POST", "/v1/annotate", Service.annotate, "AnnotateAnswer", _WORK, "AnnotateRequest"),
    Route("POST", "/v1/compare", Service.compare, "CompareAnswer", _WORK, "CompareRequest"),
    Route("GET", "/v1/model", Service.model, "ModelAnswer"),
    Route("GET", "/livez", Service.livez, "StatusAnswer"),
    Route("GET", "/readyz", Service.readyz, "StatusAnswer", (503,)),
    Route("GET", "/metrics", Service.numbers, None),
)
