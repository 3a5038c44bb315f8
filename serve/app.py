"""Puts the service together: an annotator and settings in, an ASGI application out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from jmt import __version__
from jmt.serve.batcher import Batcher
from jmt.serve.endpoints import ROUTES, Service
from jmt.serve.inference import WARM_UP, Annotates, Inference
from jmt.serve.openapi import add_schemas, describe_answers
from jmt.serve.problems import on_invalid_request, on_problem
from jmt.serve.request_ids import RequestIds, log_fault
from jmt.serve.settings import Settings
from jmt.serve.strict_json import StrictRoute

logger = logging.getLogger("jmt.serve")


def create_app(annotator: Annotates, settings: Settings) -> FastAPI:
    """Build the application; it is ready once its lifespan has begun and the model is warm.

    Every application has one batcher with one inference thread, which ends with the lifespan.
    """
    batcher = Batcher(
        Inference(annotator).run,
        max_batch_tokens=settings.max_batch_tokens,
        max_waiting_tokens=settings.max_waiting_tokens,
    )
    service = Service(annotator, batcher, settings)
    app = FastAPI(
        title="jmt",
        version=__version__,
        lifespan=lambda app: _lifespan(service),
        docs_url=None,  # FastAPI's page loads its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: on_problem, RequestValidationError: on_invalid_request},
    )
    app.state.settings = settings
    app.state.service = service
    app.router.route_class = StrictRoute
    for route in ROUTES:
        app.add_api_route(
            route.path,
            route.handler.__get__(service),  # the method bound to its service
            methods=[route.method],
            response_model=None,
            responses=describe_answers(route.answer, route.problems),
        )
    app.add_middleware(RequestIds)
    add_schemas(app)
    return app


@asynccontextmanager
async def _lifespan(service: Service) -> AsyncIterator[None]:
    """Start the inference thread and warm the model up; at the end finish what is under way."""
    service.batcher.start()
    warming = service.batcher.submit((WARM_UP, ()), [service.settings.max_sentence_tokens], [1])
    warming.add_done_callback(partial(_note_warm, service))
    try:
        yield
    finally:
        service.batcher.close(service.settings.drain_seconds)
        service.preparing.shutdown(wait=False, cancel_futures=True)


def _note_warm(service: Service, warming: Future[list[Any]]) -> None:
    error = warming.exception()
    if error is None:
        service.warm = True
        logger.info("the model is warm: ready")
    else:
        log_fault("warm-up", error.__cause__ or error)
