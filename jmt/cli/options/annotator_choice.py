"""What annotates: the model that `--model` names, loaded here, or the service that `--url` names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jmt.cli.options.model_choice import chosen_model
from jmt.cli.options.service_choice import open_client, refuse_model_beside_url
from jmt.cli.options.task_list import named_tasks
from jmt.errors import ConfigError

if TYPE_CHECKING:
    from jmt.annotate import Annotator
    from jmt.annotate.annotating import Annotating


def choose_model_or_service(arguments: argparse.Namespace) -> None:
    """Find out which model is meant, unless a service is."""
    if arguments.url is None:
        arguments.model = chosen_model(arguments)
    else:
        refuse_model_beside_url(arguments)
        if arguments.engine != "auto":
            raise ConfigError(f"--engine {arguments.engine} and --url: the service has its engine; give one")
        if arguments.segmenter != "auto":
            raise ConfigError(f"--segmenter {arguments.segmenter} and --url: the service has its segmenter; give one")


@contextmanager
def opened_annotator(arguments: argparse.Namespace) -> Iterator[Annotating]:
    """Load the model, or get ready to ask the service, whose connections are closed at the end."""
    tasks = named_tasks(arguments.tasks)
    if arguments.url is None:
        yield _load_annotator(arguments, tasks)
    else:
        with open_client(arguments.url, tasks) as client:
            yield client


def _load_annotator(arguments: argparse.Namespace, tasks: Sequence[str] | None) -> Annotator:
    """Load the model."""
    import gc

    import jmt

    annotator = jmt.load(
        arguments.model,
        device=arguments.device,
        tasks=tasks,
        segmenter=arguments.segmenter,
        engine=arguments.engine,
    )
    annotator.predictor.engine.limit_threads(arguments.threads)
    gc.set_threshold(100_000, 10, 10)  # what is made of a text has no cycles: the collector need not look often
    return annotator
