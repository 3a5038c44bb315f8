"""What Prometheus and the log get: every name of the promise, our own labels only, and no word of a text."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from jmt.serve.app import create_app
from jmt.serve.asking.keys import Keys, make_key
from jmt.serve.batching.jobs import Item, Job
from jmt.serve.settings import Settings
from jmt.serve.watching.logs import JsonLines, LogFormat, PlainLines, log_to_stderr
from jmt.serve.watching.metrics import SHARED, Metrics, level_of
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import served, wait_until_ready

NAMES = """jmt_http_requests jmt_http_request_seconds jmt_queue_tokens jmt_queue_requests jmt_queue_wait_seconds
    jmt_batch_sentences jmt_batch_tokens jmt_batch_padding_ratio jmt_inference_seconds jmt_rejected jmt_cancelled
    jmt_item_failures jmt_ready jmt_model_info""".split()
SECRET = "Zanzibar"


def samples(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_every_name_is_there_from_the_first_scrape():
    with served() as client:
        answer = client.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert set(NAMES) <= {family.name for family in text_string_to_metric_families(answer.text)}


def test_requests_and_batches_are_counted():
    with served() as client:
        for _ in range(3):
            client.post("/v1/annotate", json={"texts": ["a b c."], "tasks": ["chunk"]})
        client.post("/v1/annotate", json={})
        client.get("/nowhere")
        found = samples(client)

    done = ("method", "POST"), ("route", "/v1/annotate"), ("status", "200")
    assert found["jmt_http_requests_total", done] == 3
    assert found["jmt_http_requests_total", (*done[:2], ("status", "422"))] == 1
    assert found["jmt_http_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert found["jmt_http_request_seconds_count", (("route", "/v1/annotate"),)] == 4
    assert found["jmt_inference_seconds_count", (("level", "chunk"),)] == 3
    assert found["jmt_batch_sentences_sum", ()] >= 3
    assert (found["jmt_ready", ()], found["jmt_queue_tokens", ()], found["jmt_queue_requests", ()]) == (1, 0, 0)
    assert found["jmt_model_info", (("name", "fake"), ("revision", "sha256:0"))] == 1


def test_the_time_of_a_batch_is_counted_under_its_level_also_where_confidences_are_asked_for():
    with served() as client:
        client.post("/v1/annotate", json={"texts": ["a b."], "tasks": ["xpos", "chunk"], "confidences": True})
        client.post("/v1/compare", json={"pairs": [{"first": "a", "second": "b"}], "tasks": ["relatedness"]})
        found = samples(client)

    assert found["jmt_inference_seconds_count", (("level", "chunk"),)] == 1
    assert found["jmt_inference_seconds_count", (("level", "relatedness"),)] == 1


def test_the_level_of_a_mixed_batch_is_its_highest_task_however_many_tasks_others_asked_for():
    heights = {"xpos": 0, "chunk": 1, "dep": 2}
    job = Job(1, submitted=0, deadline=1)
    batch = [Item("annotate", (None, tasks), 1, job, 0) for tasks in (("xpos", "chunk"), ("dep",), ("xpos",))]

    assert level_of(batch, heights) == "dep"
    assert level_of([Item("warm up", None, 1, job, 0)], heights) == "none"


def test_the_numbers_of_a_batch_are_its_size_its_padding_and_the_wait_of_its_oldest():
    metrics = Metrics()
    job = Job(2, submitted=0, deadline=1)
    metrics.on_batch([Item(("relatedness",), None, tokens, job, 0) for tokens in (2, 8)], 0.5, 0.25)
    sums = {s.name: s.value for family in metrics._registry.collect() for s in family.samples if "_sum" in s.name}

    assert (sums["jmt_batch_sentences_sum"], sums["jmt_batch_tokens_sum"]) == (2, 10)
    assert sums["jmt_batch_padding_ratio_sum"] == 1 - 10 / 16
    assert (sums["jmt_queue_wait_seconds_sum"], sums["jmt_inference_seconds_sum"]) == (0.5, 0.25)


def test_prometheus_is_told_when_requests_are_not_welcome():
    with served() as client:
        assert samples(client)["jmt_ready", ()] == 1
        client.app.service.health.draining = True  # type: ignore[attr-defined]
        assert samples(client)["jmt_ready", ()] == 0


def test_where_numbers_are_shared_every_answer_brings_the_gauges_up_to_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv(SHARED, str(tmp_path))
    with served() as client:
        service: Any = client.app.service  # type: ignore[attr-defined]
        service.metrics.ready.set(0)
        client.get("/livez")
        assert service.metrics.ready._value.get() == 1


def test_the_log_names_the_holder_of_a_key_and_never_the_key(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "jmt.serve")
    key, line = make_key("anna")
    keys = Keys((("anna", bytes.fromhex(line.partition(":")[2])),))
    app = create_app(FakeAnnotator(), Settings(), keys=keys, log_requests=True)
    with TestClient(app) as client:
        client.get("/v1/model", headers={"Authorization": f"Bearer {key}"})
        client.get("/v1/model", headers={"Authorization": f"Bearer {key}x"})
    lines = [form.format(record) for record in caplog.records for form in (JsonLines(), PlainLines())]

    assert sum('"key":"anna"' in line for line in lines) == 1
    assert key not in "".join(lines)


def test_labels_and_log_lines_hold_nothing_that_a_client_sent(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "jmt.serve")
    app = create_app(FakeAnnotator(), Settings(), log_requests=True)
    with TestClient(app, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        client.get(f"/{SECRET}?{SECRET}={SECRET}", headers={SECRET: SECRET, "User-Agent": SECRET, "Cookie": SECRET})
        client.request("GET", "/livez", headers={"X-Request-ID": f"<{SECRET}>"})
        client.post("/v1/annotate", json={"texts": [f"{SECRET}. poison {SECRET}"]})
        client.post("/v1/annotate", json={"texts": [f"{SECRET}."], "tasks": [SECRET]})
        client.post("/v1/annotate", content=f'{{"{SECRET}"', headers={"Content-Type": "application/json"})
        client.post("/v1/compare", json={"pairs": [{"first": SECRET, "second": SECRET}]})
        numbers = client.get("/metrics").text
    lines = [form.format(record) for record in caplog.records for form in (JsonLines(), PlainLines())]

    assert len(lines) >= 14
    assert SECRET not in numbers
    assert SECRET not in "".join(lines)


def test_a_line_of_the_log_is_json_with_the_facts_of_the_request(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "jmt.serve")
    app = create_app(FakeAnnotator(), Settings(), log_requests=True)
    with TestClient(app) as client:
        wait_until_ready(client)
        client.post("/v1/annotate", json={"texts": ["a b. c."]}, headers={"X-Request-ID": "mine"})
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "jmt.serve"]
    (line,) = [line for line in lines if line["event"] == "request" and line["route"] == "/v1/annotate"]

    assert (line["level"], line["request_id"], line["method"], line["status"]) == ("INFO", "mine", "POST", 200)
    assert (line["items"], line["tokens"]) == (2, 5)
    assert line["ms"] >= 0
    assert line["time"].endswith("Z")


def test_requests_are_logged_only_where_that_was_asked_for(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "jmt.serve")
    with served() as client:
        client.post("/v1/annotate", json={"texts": ["a b. c."]})

    assert {record.msg for record in caplog.records if record.name == "jmt.serve"} == {"ready"}


@pytest.mark.parametrize(
    ("form", "is_terminal", "lines"),
    [("auto", False, JsonLines), ("auto", True, PlainLines), ("json", True, JsonLines), ("text", False, PlainLines)],
)
def test_the_log_is_json_but_on_a_terminal_unless_it_is_chosen(
    monkeypatch: pytest.MonkeyPatch, form: LogFormat, is_terminal: bool, lines: type[logging.Formatter]
):
    chosen: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", chosen.update)
    monkeypatch.setattr(logging.Logger, "setLevel", lambda *_: None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    log_to_stderr(form)

    assert [type(handler.formatter) for handler in chosen["handlers"]] == [lines]


def test_a_log_line_of_another_library_comes_without_its_arguments():
    record = logging.LogRecord("other", logging.ERROR, "file", 1, "failed on %s", (SECRET,), None)

    assert SECRET not in JsonLines().format(record) + PlainLines().format(record)
