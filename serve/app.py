"""Puts the service together: an annotator and settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache

import orjson
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from jmt.serve.answering.accept import JSON
from jmt.serve.answering.request_ids import RequestIds
from jmt.serve.asking.access import OPENAPI, PUBLIC, Access
from jmt.serve.asking.keys import Keys
from jmt.serve.batching.batcher import Batcher, BatcherLimits
from jmt.serve.batching.inference import WARM_UP, Annotates, Inference
from jmt.serve.batching.jobs import Closed, ItemFailed
from jmt.serve.contract.endpoints import ANNOTATE, COMPARE, ENDPOINTS, LIVEZ, METRICS, MODEL, READYZ
from jmt.serve.contract.openapi import build_document
from jmt.serve.contract.requests import PAIR_TASKS, TOKEN_TASKS
from jmt.serve.page import page_routes
from jmt.serve.routing import Answers, answer_elsewhere
from jmt.serve.service import Service
from jmt.serve.settings import Settings
from jmt.serve.watching.health import Health
from jmt.serve.watching.logs import log_event, log_fault
from jmt.serve.watching.metrics import Metrics
from jmt.serve.watching.watchdog import watch

_LAST_BATCH_SECONDS = 1.0
"""All requests are answered when the application ends; a batch may still run for those whose clients left."""


@dataclass(frozen=True, slots=True)
class Application:
    """An ASGI application, and the service that answers in it."""

    service: Service
    router: Router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end."""
        await self.router(scope, receive, send)


def create_app(
    annotator: Annotates,
    settings: Settings,
    *,
    keys: Keys | None = None,
    log_requests: bool = False,
    warm_first: bool = False,
    on_warm: Callable[[], None] | None = None,
    on_fatal: Callable[[str], None] | None = None,
) -> Application:
    """Build the application; it is ready once its lifespan has begun and the model is warm.

    Every application has one batcher with one inference thread, which ends with the lifespan.  With `keys`, whoever has
    none of them is refused.  With `warm_first`, the lifespan does not begin before the model is warm.  `on_warm`
    is called when it is, `on_fatal` with a reason when the process can only be ended.
    """
    metrics = Metrics()
    limits = BatcherLimits(
        settings.max_batch_tokens, settings.max_batch_items, settings.max_waiting_tokens, settings.queue_seconds
    )
    batcher = Batcher(Inference(annotator, settings).run, limits, watcher=metrics)
    health = Health(batcher, settings.watchdog_seconds)
    service = Service(annotator, batcher, settings, health, metrics)
    calls = _Calls(on_warm or _nothing, on_fatal or _nothing_about)

    def on_request(route: str, method: str, status: int, seconds: float) -> None:
        metrics.on_request(route, method, status, seconds)
        if metrics.shared:
            metrics.refresh(batcher, health)

    paths = {*PUBLIC, *(endpoint.path for endpoint in ENDPOINTS)}
    router = Router(
        [*_routes(service), _openapi_route(service, closed=keys is not None), *page_routes()],
        redirect_slashes=False,
        default=answer_elsewhere,
        lifespan=lambda _: _lifespan(service, calls, warm_first=warm_first),
        middleware=[
            Middleware(RequestIds, paths=paths, on_request=on_request, log_all=log_requests),
            Middleware(Access, keys=keys),
        ],
    )
    return Application(service, router)


def _routes(service: Service) -> list[Route]:
    handlers = {
        ANNOTATE: service.annotate,
        COMPARE: service.compare,
        MODEL: service.model,
        LIVEZ: service.livez,
        READYZ: service.readyz,
        METRICS: service.numbers,
    }
    return [Route(endpoint.path, Answers(endpoint.method, handlers[endpoint])) for endpoint in ENDPOINTS]


def _openapi_route(service: Service, *, closed: bool) -> Route:
    """Give the route of the service's description, which is written when it is first asked for."""

    @cache
    def written() -> bytes:
        tasks = {TOKEN_TASKS: service.annotator.token_tasks, PAIR_TASKS: service.annotator.pair_tasks}
        return orjson.dumps(build_document({**service.settings.limits(), **tasks}, closed=closed))

    async def describe(request: Request) -> Response:
        return Response(written(), media_type=JSON)

    return Route(OPENAPI, Answers("GET", describe))


@dataclass(frozen=True, slots=True)
class _Calls:
    """Whom to tell what becomes of the service."""

    on_warm: Callable[[], None]
    on_fatal: Callable[[str], None]


def _nothing() -> None:
    pass


def _nothing_about(reason: str) -> None:
    pass


@asynccontextmanager
async def _lifespan(service: Service, calls: _Calls, *, warm_first: bool) -> AsyncIterator[None]:
    """Start the inference thread and warm the model up; at the end finish what is under way."""
    service.batcher.start()
    warming = asyncio.create_task(_warm_up(service, calls))
    if warm_first:
        await warming
    watching = asyncio.create_task(watch(service.health, calls.on_fatal))
    try:
        yield
    finally:
        watching.cancel()
        warming.cancel()
        service.health.draining = True
        await asyncio.to_thread(service.batcher.close, _LAST_BATCH_SECONDS)
        service.preparing.shutdown(wait=False, cancel_futures=True)
        with suppress(asyncio.CancelledError):
            await warming


async def _warm_up(service: Service, calls: _Calls) -> None:
    try:
        ((overhead, padding),) = await asyncio.wrap_future(service.batcher.submit(WARM_UP, [None], [1]))
    except (ItemFailed, Closed) as error:
        log_fault("warm-up", error.__cause__ or error)
        if not service.health.draining:
            calls.on_fatal("the model failed on the largest batch allowed, see --max-batch-tokens")
        return
    service.batcher.set_costs(overhead, padding)
    service.health.warm = True
    log_event(logging.INFO, "ready", {"overhead_tokens": round(overhead), "padding_cost": round(padding, 2)})
    calls.on_warm()
