"""Puts the service together: an annotator and settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from jmt import __version__
from jmt.serve.answering.problems import on_problem
from jmt.serve.answering.request_ids import RequestIds
from jmt.serve.asking.access import PUBLIC, Access
from jmt.serve.asking.keys import Keys
from jmt.serve.batching.batcher import Batcher, BatcherLimits
from jmt.serve.batching.inference import WARM_UP, Annotates, Inference
from jmt.serve.batching.jobs import Closed, ItemFailed
from jmt.serve.direct import DirectApplication, DirectRoute
from jmt.serve.endpoints import ROUTES, Service
from jmt.serve.openapi import add_schemas, describe_answers, describe_request, request_schemas
from jmt.serve.page import add_page
from jmt.serve.settings import Settings
from jmt.serve.watching.health import Health
from jmt.serve.watching.logs import log_event, log_fault
from jmt.serve.watching.metrics import Metrics
from jmt.serve.watching.watchdog import watch

LAST_BATCH_SECONDS = 1.0
"""All requests are answered when the application ends; a batch may still run for those whose clients left."""


def create_app(
    annotator: Annotates,
    settings: Settings,
    *,
    keys: Keys | None = None,
    log_requests: bool = False,
    warm_first: bool = False,
    on_warm: Callable[[], None] | None = None,
    on_fatal: Callable[[str], None] | None = None,
) -> FastAPI:
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
    calls = Calls(on_warm or _nothing, on_fatal or _nothing_about)
    app = DirectApplication(
        title="jmt",
        version=__version__,
        lifespan=lambda app: _lifespan(service, calls, warm_first=warm_first),
        docs_url=None,  # FastAPI's page loads its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: on_problem},
    )
    app.state.settings = settings
    app.state.service = service
    app.router.route_class = DirectRoute
    _add_routes(app, service, closed=keys is not None)
    add_page(app)

    def on_request(route: str, method: str, status: int, seconds: float) -> None:
        metrics.on_request(route, method, status, seconds)
        if metrics.shared:
            metrics.refresh(batcher, health)

    app.add_middleware(Access, keys=keys)
    paths = {*PUBLIC, *(route.path for route in ROUTES)}
    app.add_middleware(RequestIds, paths=paths, on_request=on_request, log_all=log_requests)
    add_schemas(app, request_schemas(annotator.token_tasks, annotator.pair_tasks, settings), closed=keys is not None)
    return app


def _add_routes(app: FastAPI, service: Service, *, closed: bool) -> None:
    for route in ROUTES:
        app.add_api_route(
            route.path,
            route.handler.__get__(service),  # the method bound to its service
            methods=[route.method],
            response_model=None,
            responses=describe_answers(route.path, route.answer, route.problems, closed=closed),
            openapi_extra=describe_request(route.path, route.body, closed=closed),
        )


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to tell what becomes of the service."""

    on_warm: Callable[[], None]
    on_fatal: Callable[[str], None]


def _nothing() -> None:
    pass


def _nothing_about(reason: str) -> None:
    pass


@asynccontextmanager
async def _lifespan(service: Service, calls: Calls, *, warm_first: bool) -> AsyncIterator[None]:
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
        await asyncio.to_thread(service.batcher.close, LAST_BATCH_SECONDS)
        service.preparing.shutdown(wait=False, cancel_futures=True)
        with suppress(asyncio.CancelledError):
            await warming


async def _warm_up(service: Service, calls: Calls) -> None:
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
