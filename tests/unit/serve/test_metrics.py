"""What Prometheus and the log get: every name of the promise, our own labels only, and no word of a text."""

from __future__ import annotations

import json
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from jmt.serve.app import create_app
from jmt.serve.logs import JsonLines, PlainLines
from jmt.serve.settings import Settings
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
    assert found["jmt_inference_seconds_count", (("level", "chunk"),)] == 3
    assert found["jmt_batch_sentences_sum", ()] >= 3
    assert (found["jmt_ready", ()], found["jmt_queue_tokens", ()], found["jmt_queue_requests", ()]) == (1, 0, 0)
    assert found["jmt_model_info", (("name", "fake"), ("revision", "sha256:0"))] == 1


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


def test_a_log_line_of_another_library_comes_without_its_arguments():
    record = logging.LogRecord("other", logging.ERROR, "file", 1, "failed on %s", (SECRET,), None)

    assert SECRET not in JsonLines().format(record) + PlainLines().format(record)
