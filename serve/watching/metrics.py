"""What Prometheus may know: requests, queue, batches, failures; labels are our own names, never what a client sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from jmt.errors import ScoreError
from jmt.serve.batching.batcher import Batcher, Watcher
from jmt.serve.batching.inference import ANNOTATE, WITH_CONFIDENCES
from jmt.serve.batching.jobs import Item
from jmt.serve.watching.health import Health

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep their numbers: prometheus-client reads this variable when it is imported."""

_COLLECT_ALL: Callable[[CollectorRegistry], object] = MultiProcessCollector  # the library says no types
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_TOKENS = (16, 64, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768)


class Metrics(Watcher):
    """Counts what happens; one per application, with a registry of its own."""

    def __init__(self) -> None:
        self.shared = SHARED in os.environ
        """True where other processes write these numbers, too: they see the gauges as they were set last."""
        self._registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self._registry}
        self.requests = Counter("jmt_http_requests", "Answers.", ["route", "method", "status"], **own)
        self.seconds = Histogram("jmt_http_request_seconds", "Time of a request.", ["route"], buckets=_SECONDS, **own)
        self.queue_tokens = _gauge("jmt_queue_tokens", "Tokens that wait for a batch.", own)
        self.queue_requests = _gauge("jmt_queue_requests", "Requests at the model or waiting for it.", own)
        self.queue_wait = Histogram("jmt_queue_wait_seconds", "Wait of a batch's oldest item.", buckets=_SECONDS, **own)
        self.batch_sentences = Histogram("jmt_batch_sentences", "Items in a batch.", buckets=_COUNTS, **own)
        self.batch_tokens = Histogram("jmt_batch_tokens", "Tokens in a batch, without padding.", buckets=_TOKENS, **own)
        ratios = tuple(step / 10 for step in range(1, 11))
        self.padding = Histogram("jmt_batch_padding_ratio", "Padding's share of a batch.", buckets=ratios, **own)
        self.inference = Histogram("jmt_inference_seconds", "Time of a batch.", ["level"], buckets=_SECONDS, **own)
        self.rejected = Counter("jmt_rejected", "Requests refused for want of room or time.", ["reason"], **own)
        self.cancelled = Counter("jmt_cancelled", "Requests whose client left.", ["where"], **own)
        self.failures = Counter("jmt_item_failures", "Sentences or pairs that the model failed on.", ["reason"], **own)
        self.ready = Gauge("jmt_ready", "1 while requests are welcome.", multiprocess_mode="livemin", **own)
        # The mode keeps one line for all workers; an Info metric cannot be shared between processes.
        labels = ["name", "revision"]
        self.model = Gauge("jmt_model_info", "The model that answers.", labels, multiprocess_mode="livemax", **own)
        self._heights: dict[str, int] = {}

    def describe_model(self, description: dict[str, Any]) -> None:
        """Note which model answers, and in which order its tasks stand."""
        self._heights = {task["name"]: height for height, task in enumerate(description["tasks"])}
        self.model.labels(str(description["name"]), str(description["revision"])).set(1)

    def render(self, batcher: Batcher, health: Health) -> bytes:
        """Write all numbers in Prometheus's text format, those of all workers added up where there are several."""
        self.refresh(batcher, health)
        if not self.shared:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        _COLLECT_ALL(together)
        return generate_latest(together)

    def refresh(self, batcher: Batcher, health: Health) -> None:
        """Bring the gauges up to date."""
        self.queue_tokens.set(batcher.waiting_tokens)
        self.queue_requests.set(batcher.waiting_requests)
        self.ready.set(health.trouble() is None)

    def on_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(route, method, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def on_rejected(self, reason: str) -> None:
        """Count one request that was refused for want of room or time, or for its slowness."""
        self.rejected.labels(reason).inc()

    def on_batch(self, items: Sequence[Item], waited: float, seconds: float) -> None:
        """Count one batch."""
        lengths = [item.tokens for item in items]
        self.queue_wait.observe(max(0.0, waited))
        self.batch_sentences.observe(len(items))
        self.batch_tokens.observe(sum(lengths))
        self.padding.observe(1 - sum(lengths) / (max(lengths) * len(lengths) or 1))
        self.inference.labels(level_of(items, self._heights)).observe(seconds)

    def on_failure(self, error: BaseException) -> None:
        """Count one item that the model failed on."""
        reason = "non_finite" if isinstance(error, ScoreError) else "error"
        self.failures.labels("resource_exhausted" if isinstance(error, MemoryError) else reason).inc()

    def on_cancelled(self, where: str) -> None:
        """Count one job that nobody waits for any more."""
        self.cancelled.labels(where).inc()


def level_of(items: Sequence[Item], heights: Mapping[str, int]) -> str:
    """Name what a batch climbed for: the highest task among its items' tasks, by the places of all tasks in the model.

    Gives `none` for a batch that nobody asked for: the warm-up, a probe.
    """
    asked: set[str] = set()
    for item in items:
        tasks = item.payload[1] if item.group in (ANNOTATE, WITH_CONFIDENCES) else item.group
        if isinstance(tasks, tuple):
            asked.update(tasks)
    return max(asked, key=lambda task: heights.get(task, -1), default="none")


def _gauge(name: str, meaning: str, own: dict[str, Any]) -> Gauge:
    return Gauge(name, meaning, multiprocess_mode="livesum", **own)
