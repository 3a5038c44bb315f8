"""What becomes of a request at the model: departed clients, deadlines, scarce memory, lost devices, a stuck thread."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jmt.document import Sentence
from jmt.errors import DeviceError, ScoreError
from jmt.serve.app import create_app
from jmt.serve.batching.jobs import Overloaded
from jmt.serve.settings import Settings
from tests.assets.live_service import live, read_answer, request
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import problem_of, served

TEXTS = {"texts": ["a b."]}


class Failing(FakeAnnotator):
    """Raises what its test chose, on the word `poison`."""

    error: BaseException = ValueError("secret text")

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        good = [sentence for sentence in sentences if sentence.tokens[0].text != "bad"]
        super().annotate_each(good, tasks_of[: len(good)], confidences=confidences)
        if any(sentence.tokens[0].text == "bad" for sentence in sentences):
            raise self.error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValueError("secret text"), 500, "internal_error"),
        (ScoreError("secret text"), 500, "non_finite"),
        (MemoryError("secret text"), 413, "resource_exhausted"),
    ],
)
def test_only_the_culprit_fails_and_is_told_why(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
):
    annotator = Failing()
    annotator.error = error
    with served(annotator) as client, ThreadPoolExecutor(12) as pool:
        annotator.may_run.clear()
        good = [pool.submit(client.post, "/v1/annotate", json={"texts": [f"fine {n}."] * 3}) for n in range(10)]
        bad = pool.submit(client.post, "/v1/annotate", json={"texts": ["fine.", "bad one."]})
        while client.app.service.under_way < 11:
            time.sleep(0.001)
        annotator.may_run.set()
        problem = problem_of(bad.result(), status, code)
        assert [error["pointer"] for error in problem["errors"]] == ["/texts/1"]
        for number, answer in enumerate(good):
            documents = answer.result().json()["documents"]
            assert [[t["xpos"] for t in d["sentences"][0]["tokens"]] for d in documents] == [
                ["L4", f"L{len(str(number))}", "L1"]
            ] * 3
        metrics = client.get("/metrics").text
    reason = {"internal_error": "error"}.get(code, code)
    assert f'jmt_item_failures_total{{reason="{reason}"}} 1.0' in metrics
    assert "secret" not in caplog.text


def test_after_a_failure_the_model_is_tried_before_the_service_calls_itself_ready():
    annotator = Failing()
    with served(annotator) as client:
        client.post("/v1/annotate", json={"texts": ["bad one."]})
        assert client.get("/readyz").status_code == 200  # poison in one request makes no service sick
        client.post("/v1/annotate", json={"texts": ["bad one."]})
        annotator.annotate_each = lambda *_: 1 / 0  # type: ignore[method-assign]
        problem_of(client.get("/readyz"), 503, "not_ready")
        del annotator.annotate_each
        assert client.get("/readyz").status_code == 200


def test_a_client_that_leaves_while_it_waits_never_reaches_the_model_and_frees_its_room_at_once():
    annotator = FakeAnnotator()
    with live(annotator) as service:
        annotator.may_run.clear()
        first = service.connect()
        first.sendall(request("/v1/annotate", TEXTS))
        service.wait_until(lambda: service.service.batcher.running_seconds > 0)
        leaving = [service.connect() for _ in range(20)]
        for connection in leaving:
            connection.sendall(request("/v1/annotate", {"texts": ["gone gone gone."]}))
        service.wait_until(lambda: service.service.batcher.waiting_tokens == 80)
        began = time.monotonic()
        for connection in leaving:
            connection.close()
        service.wait_until(lambda: service.service.batcher.waiting_tokens == 0)
        assert time.monotonic() - began < 1
        service.wait_until(lambda: service.service.under_way == 1)
        batches = len(annotator.batches)
        annotator.may_run.set()
        assert read_answer(first)[0] == 200
        first.close()
        assert sum(annotator.batches[batches:]) == 1
        assert service.service.metrics.cancelled.labels("waiting")._value.get() == 20


def test_a_client_that_leaves_while_the_model_runs_harms_nobody():
    annotator = FakeAnnotator()
    with live(annotator) as service:
        annotator.may_run.clear()
        with service.connect() as connection:
            connection.sendall(request("/v1/annotate", TEXTS))
            service.wait_until(lambda: service.service.batcher.running_seconds > 0)
        service.wait_until(lambda: service.service.under_way == 0)
        annotator.may_run.set()
        assert service.ask("/v1/annotate", TEXTS)[0] == 200
        assert service.service.metrics.cancelled.labels("running")._value.get() == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [(Settings(queue_seconds=1, request_seconds=5), "queue_timeout"), (Settings(request_seconds=1), "timeout")],
)
def test_who_waits_too_long_is_told_so(settings: Settings, code: str):
    annotator = FakeAnnotator()
    with served(annotator, settings) as client, ThreadPoolExecutor(2) as pool:
        annotator.may_run.clear()
        first = pool.submit(client.post, "/v1/annotate", json=TEXTS)
        while not client.app.service.batcher.running_seconds:
            time.sleep(0.001)
        second = pool.submit(client.post, "/v1/annotate", json=TEXTS)
        if code == "queue_timeout":
            time.sleep(1.2)
            annotator.may_run.set()
            assert first.result(10).status_code == 200
        problem_of(second.result(10), 504, code)
        annotator.may_run.set()
        first.result(10)
        assert client.app.service.under_way == 0
        metrics = client.app.service.metrics
    reason = {"queue_timeout": "queue_deadline", "timeout": "deadline"}[code]
    assert metrics.rejected.labels(reason)._value.get() >= 1
    # Nobody left: who waits too long is no client that gave up.
    assert [metrics.cancelled.labels(where)._value.get() for where in ("waiting", "running")] == [0, 0]


def test_a_refusal_for_want_of_time_says_when_the_queue_will_be_done():
    with served() as client:
        service = client.app.service

        def refuse(*_: Any) -> Any:
            raise Overloaded(69.2)

        service.batcher.submit_job = refuse
        refused = client.post("/v1/annotate", json=TEXTS)
        problem_of(refused, 429, "overloaded")
        assert refused.headers["retry-after"] == "70"
        assert service.metrics.rejected.labels("queue")._value.get() == 1
        assert service.under_way == 0


def test_a_fault_outside_the_model_is_opaque_and_stands_in_the_log_under_its_id(caplog: pytest.LogCaptureFixture):
    class Faulty(FakeAnnotator):
        def segment(self, text: str) -> Any:
            raise RuntimeError(f"cannot split {text}")

    with served(Faulty()) as client:
        problem = problem_of(client.post("/v1/annotate", json={"texts": ["secret"]}), 500, "internal_error")
        assert client.app.service.under_way == 0
    assert "errors" not in problem
    assert "secret" not in str(problem)
    (fault,) = [record.facts for record in caplog.records if record.msg == "fault"]
    assert (fault["request_id"], fault["error"]) == (problem["request_id"], "RuntimeError")
    assert "secret" not in caplog.text


def test_no_batch_is_larger_than_the_settings_allow():
    annotator = FakeAnnotator()
    with served(annotator, Settings(max_batch_items=3)) as client:
        annotator.batches.clear()
        assert client.post("/v1/annotate", json={"texts": ["a."] * 10}).status_code == 200
        assert (sum(annotator.batches), max(annotator.batches)) == (10, 3)
    with served(annotator, Settings(max_batch_tokens=8)) as client:
        annotator.batches.clear()
        assert client.post("/v1/annotate", json={"texts": ["a b c."] * 6}).status_code == 200
        assert annotator.batches == [2, 2, 2]  # four tokens each


def test_one_request_too_many_is_refused_before_its_body_is_read():
    annotator = FakeAnnotator()
    with live(annotator, Settings(max_requests=2)) as service:
        annotator.may_run.clear()
        waiting = [service.connect() for _ in range(2)]
        for connection in waiting:
            connection.sendall(request("/v1/annotate", TEXTS))
        service.wait_until(lambda: service.service.under_way == 2)
        with service.connect() as connection:
            connection.sendall(b"POST /v1/annotate HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n")
            status, answer = read_answer(connection)
        assert (status, json.loads(answer)["type"]) == (429, "urn:jmt:problem:overloaded")
        annotator.may_run.set()
        assert [read_answer(connection)[0] for connection in waiting] == [200, 200]
        for connection in waiting:
            connection.close()


def test_a_stuck_model_makes_the_service_unready_and_then_asks_for_a_new_process():
    annotator, reasons = FakeAnnotator(), []
    from starlette.testclient import TestClient

    from tests.unit.serve.served import wait_until_ready

    fatal = threading.Event()
    app = create_app(
        annotator, Settings(watchdog_seconds=1), on_fatal=lambda reason: (reasons.append(reason), fatal.set())
    )
    with TestClient(app) as client, ThreadPoolExecutor(1) as pool:
        wait_until_ready(client)
        annotator.may_run.clear()
        began = time.monotonic()
        stuck = pool.submit(client.post, "/v1/annotate", json=TEXTS)
        deadline = began + 10
        while client.get("/readyz").status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert client.get("/livez").status_code == 200
        assert fatal.wait(10)
        assert time.monotonic() - began > 2  # twice the watchdog's time
        problem_of(stuck.result(10), 503, "not_ready")
        problem_of(client.post("/v1/annotate", json=TEXTS), 503, "not_ready")
        annotator.may_run.set()
    assert reasons == ["the model has not answered for too long"]


def test_a_device_that_is_lost_ends_the_process():
    annotator, reasons = Failing(), []
    annotator.error = DeviceError("the device has failed for good")
    from starlette.testclient import TestClient

    from tests.unit.serve.served import wait_until_ready

    fatal = threading.Event()
    app = create_app(
        annotator, Settings(watchdog_seconds=1), on_fatal=lambda reason: (reasons.append(reason), fatal.set())
    )
    with TestClient(app) as client:
        wait_until_ready(client)
        problem_of(client.post("/v1/annotate", json={"texts": ["bad."]}), 503, "not_ready")
        assert client.get("/livez").status_code == 200
        problem_of(client.get("/readyz"), 503, "not_ready")
        assert fatal.wait(10)
    assert reasons == ["the inference thread has ended"]


def test_requests_for_tags_and_for_trees_share_a_batch_and_get_what_they_asked_for():
    annotator = FakeAnnotator()
    with served(annotator) as client, ThreadPoolExecutor(8) as pool:
        annotator.batches.clear()
        annotator.may_run.clear()

        def ask(tasks: list[str]) -> Any:
            return client.post("/v1/annotate", json={"texts": ["a cat sat."], "tasks": tasks})

        asked = [(tasks, pool.submit(ask, tasks)) for tasks in [["xpos"], ["dep"], ["chunk"], ["xpos", "dep"]] * 2]
        while client.app.service.under_way < 8:
            time.sleep(0.001)
        time.sleep(0.05)
        annotator.may_run.set()
        keys = {"xpos": {"xpos"}, "chunk": {"chunk"}, "dep": {"head", "deprel"}}
        for tasks, answer in asked:
            (token, *_) = answer.result(10).json()["documents"][0]["sentences"][0]["tokens"]
            assert set(token) == {"id", "text", "start", "end"}.union(*(keys[task] for task in tasks))
    assert len(annotator.batches) <= 3


def test_pairs_share_a_batch_where_they_ask_for_the_same_tasks():
    annotator = FakeAnnotator()
    with served(annotator) as client, ThreadPoolExecutor(8) as pool:
        annotator.batches.clear()
        annotator.may_run.clear()

        def ask(tasks: list[str]) -> Any:
            return client.post("/v1/compare", json={"pairs": [{"first": "a b.", "second": "c."}], "tasks": tasks})

        asked = [(tasks, pool.submit(ask, tasks)) for tasks in [["relatedness"], ["entailment"]] * 4]
        while client.app.service.batcher.waiting_requests < 8:
            time.sleep(0.001)
        annotator.may_run.set()
        for tasks, answer in asked:
            (judgement,) = answer.result(10).json()["judgements"]
            assert {"relatedness", "entailment"} & set(judgement) == set(tasks)
    assert len(annotator.batches) <= 3  # the one that ran alone, and one for each choice of tasks
    assert sum(annotator.batches) == 8
