"""What the service answers, endpoint by endpoint; what each of them takes and gives is said in `contract/`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, TypeVarTuple

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from jmt import __version__
from jmt.document import Document
from jmt.serve.answering.accept import CONLLU, JSON, choose_form
from jmt.serve.answering.problems import Problem, at
from jmt.serve.answering.refusals import failed_item, not_ready, overloaded
from jmt.serve.asking.prepare import Prepared, choose_tasks, prepare_pairs, prepare_texts, prepare_tokens
from jmt.serve.asking.strict_json import check_body, read_body
from jmt.serve.batching.batcher import Batcher
from jmt.serve.batching.inference import ANNOTATE as PLAIN
from jmt.serve.batching.inference import PROBE, WITH_CONFIDENCES, Annotates, Group
from jmt.serve.batching.jobs import Closed, Expired, ItemFailed, Job, Overloaded
from jmt.serve.batching.outcome import ClientLeft, outcome_of
from jmt.serve.batching.together import Together
from jmt.serve.contract.answers import (
    AnnotateAnswer,
    CompareAnswer,
    ModelAnswer,
    ModelName,
    ModelTask,
    PairUsage,
    StatusAnswer,
    TextUsage,
)
from jmt.serve.contract.endpoints import ANNOTATE, COMPARE, Body, Verb
from jmt.serve.contract.requests import AnnotateRequest, CompareRequest
from jmt.serve.settings import Settings
from jmt.serve.watching.health import Health
from jmt.serve.watching.logs import log_fault
from jmt.serve.watching.metrics import MEDIA_TYPE, Metrics

_AT_ONCE = 4_096  # bytes or tokens: so much is checked, prepared and written on the event loop, more on a thread
_PROBE_SECONDS = 2.0

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Work:
    """What a request asks of the model."""

    group: Group
    tasks: tuple[str, ...]
    prepared: Prepared


class Service:
    """The endpoints of one model; each method answers the entry of `ENDPOINTS` that it names."""

    def __init__(
        self, annotator: Annotates, batcher: Batcher, settings: Settings, health: Health, metrics: Metrics
    ) -> None:
        self.annotator = annotator
        self.batcher = batcher
        self.settings = settings
        self.health = health
        self.metrics = metrics
        description = annotator.describe()
        self._model = ModelName(description["name"], description["revision"])
        tasks = [ModelTask(**task) for task in description["tasks"]]
        self._about = ModelAnswer(**{**description, "tasks": tasks}, limits=settings.limits(), version=__version__)
        # Asked with every answer, of the few sets of tasks that there are: what the cascade says is kept.
        self._run_for = cache(annotator.run_for)
        self.under_way = 0
        self._together = Together(annotator.segment_each)
        # Large requests are checked and prepared beside: neither event loop nor inference thread waits for them.
        self.preparing = ThreadPoolExecutor(2, thread_name_prefix="jmt-prepare")
        metrics.describe_model(description)

    async def annotate(self, request: Request) -> Response:
        """Answer `ANNOTATE`."""
        return await self._do(request, ANNOTATE, self._take_texts, self._write_documents)

    async def compare(self, request: Request) -> Response:
        """Answer `COMPARE`."""
        return await self._do(request, COMPARE, self._take_pairs, self._write_judgements)

    async def model(self, request: Request) -> Response:
        """Answer `MODEL`."""
        return _json_response(self._about)

    async def livez(self, request: Request) -> Response:
        """Answer `LIVEZ`."""
        return _json_response(StatusAnswer("alive"))

    async def readyz(self, request: Request) -> Response:
        """Answer `READYZ`: the model is asked only where it has failed lately."""
        self._refuse_in_trouble()
        if self.health.suspect and not await self._works():
            raise not_ready("the model fails even on a sentence of one word")
        return _json_response(StatusAnswer("ready"))

    async def numbers(self, request: Request) -> Response:
        """Answer `METRICS`."""
        return Response(self.metrics.render(self.batcher, self.health), media_type=MEDIA_TYPE)

    async def _works(self) -> bool:
        """Try the model on next to nothing: one poisonous request does not make a service sick."""
        try:
            probe = self.batcher.submit(PROBE, [None], [1])
            await asyncio.wait_for(asyncio.wrap_future(probe), _PROBE_SECONDS)
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

    async def _do(
        self,
        request: Request,
        verb: Verb[Body],
        take: Callable[[bytes, str], Awaitable[_Work]],
        write: Callable[[str, _Work, Sequence[Any], _Clock], Response],
    ) -> Response:
        """Do what a verb promises: a form of its answers, its body checked and taken, the model's results written."""
        form = choose_form(request.headers.get("accept"), tuple(verb.answers))
        with self._admitted() as clock:
            content = await read_body(request, self.settings.max_body_bytes)
            work = await take(content, form)
            results = await self._run(request, work, clock)
            return await self._beside(sum(work.prepared.tokens), write, form, work, results, clock)

    @contextmanager
    def _admitted(self) -> Iterator[_Clock]:
        """Take a request in, where there is room for it: before its body is read."""
        if not self.health.draining:  # what comes while the service ends is still answered, as far as it can be
            self._refuse_in_trouble()
        if self.under_way >= self.settings.max_requests:
            self.metrics.on_rejected("requests")
            raise overloaded(1.0)
        self.under_way += 1
        try:
            yield _Clock(time.perf_counter())
        except (ClientLeft, ClientDisconnect):
            # Nobody reads this: it stands in the log and in the numbers only.
            raise Problem("client_left", "the client has closed the connection") from None
        finally:
            self.under_way -= 1

    async def _beside(self, size: int, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        """Do work at once where it is small, and on a thread of its own where it is not."""
        if size <= _AT_ONCE:
            return work(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self.preparing, work, *arguments)

    async def _take_texts(self, content: bytes, form: str) -> _Work:
        """Check a request to annotate; where it is small, its texts are split with those of others."""
        if len(content) > _AT_ONCE:
            return await self._beside(len(content), self._all_taken, content, form)
        body = check_body(content, AnnotateRequest)
        return self._texts_taken(body, form, await self._together.split(body.texts) if body.texts else iter(()))

    def _all_taken(self, content: bytes, form: str) -> _Work:
        body = check_body(content, AnnotateRequest)
        return self._texts_taken(body, form, self.annotator.segment_each(body.texts or []))

    def _texts_taken(self, body: AnnotateRequest, form: str, split: Iterator[Document]) -> _Work:
        if body.confidences and form == CONLLU:
            raise at("/confidences", "invalid_request", "CoNLL-U has no place for confidences; ask for JSON")
        token_tasks, pair_tasks = self.annotator.token_tasks, self.annotator.pair_tasks
        tasks = choose_tasks(body.tasks, token_tasks, splits=not token_tasks and not pair_tasks)
        if body.texts is not None:
            prepared = prepare_texts(body.texts, split, self.settings)
        else:
            prepared = prepare_tokens(body.tokens or [], self.settings)
        prepared.payloads = [(sentence, tasks) for sentence in prepared.payloads]
        return _Work(WITH_CONFIDENCES if body.confidences else PLAIN, tasks, prepared)

    async def _take_pairs(self, content: bytes, form: str) -> _Work:
        return await self._beside(len(content), self._pairs_taken, content)

    def _pairs_taken(self, content: bytes) -> _Work:
        body = check_body(content, CompareRequest)
        tasks = choose_tasks(body.tasks, self.annotator.pair_tasks)
        return _Work(tasks, tasks, prepare_pairs(body.pairs, self.annotator, self.settings))

    async def _run(self, request: Request, work: _Work, clock: _Clock) -> list[Any]:
        """Wait for the results of a request, all of them or a problem."""
        prepared = work.prepared
        request.scope["sizes"] = {"items": len(prepared.payloads), "tokens": sum(prepared.tokens)}
        clock.prepared = time.perf_counter()
        if not work.tasks:  # split and nothing else, which is done
            return []
        try:
            job = self.batcher.submit_job(work.group, prepared.payloads, prepared.tokens)
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

    def _write_documents(self, form: str, work: _Work, results: Sequence[Any], clock: _Clock) -> Response:
        """Write all documents, whose sentences the model has written into."""
        prepared, tasks, ran = work.prepared, work.tasks, self._run_for(work.tasks)
        if form == CONLLU:
            return self._write_conllu(work, clock)
        documents = [document.to_dict() for document in prepared.documents]
        usage = TextUsage(len(prepared.documents), len(prepared.payloads), sum(prepared.tokens))
        return _json_response(AnnotateAnswer(self._model, tasks, ran, documents, usage), _headers(clock))

    def _write_conllu(self, work: _Work, clock: _Clock) -> Response:
        """Write all documents as CoNLL-U, each under its number; what JSON says around them is in headers."""
        text = "".join(_conllu_of(document, number) for number, document in enumerate(work.prepared.documents, start=1))
        headers = {
            "X-JMT-Model": f"{self._model.name}@{self._model.revision}",
            "X-JMT-Tasks": ",".join(work.tasks),
            "X-JMT-Ran": ",".join(self._run_for(work.tasks)),
            **_headers(clock),
        }
        return Response(text.encode(), media_type=f"{CONLLU}; charset=utf-8", headers=headers)

    def _write_judgements(self, form: str, work: _Work, results: Sequence[Any], clock: _Clock) -> Response:
        judgements = [judgement.to_dict() for judgement in results]
        usage = PairUsage(len(judgements), 2 * len(judgements), sum(work.prepared.tokens))
        answer = CompareAnswer(self._model, work.tasks, self._run_for(work.tasks), judgements, usage)
        return _json_response(answer, _headers(clock))


@dataclass(slots=True)
class _Clock:
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


def _headers(clock: _Clock) -> dict[str, str]:
    return {"Server-Timing": clock.timing(), "Vary": "Accept"}


def _conllu_of(document: Document, number: int) -> str:
    """Write one document as CoNLL-U with its number as its name; one without sentences is nothing there."""
    document.name = str(number)
    return document.to_conllu()


def _json_response(content: Any, headers: dict[str, str] | None = None) -> Response:
    """Write an answer as JSON."""
    return Response(orjson.dumps(content), media_type=JSON, headers=headers)
