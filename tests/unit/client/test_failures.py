"""What a client makes of each failure: which it waits out, which it raises, and what it says."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

import jmt
from jmt.cli.options.service_choice import open_client
from jmt.errors import ConfigError, InputError, JmtError, ServiceError
from tests.unit.client.fake_service import FakeService, problem, right


def failing(*failures: httpx2.Response | Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    """Fail in these ways, one after the other, then answer."""
    left = iter(failures)

    def respond(request: httpx2.Request) -> httpx2.Response:
        failure = next(left, None)
        if isinstance(failure, Exception):
            raise failure
        return right(request) if failure is None else failure

    return respond


BUSY = {"retry-after": "1"}


@pytest.mark.parametrize(
    "failure",
    [
        problem(429, "overloaded"),
        problem(503, "not_ready"),
        httpx2.ConnectError("Connection refused"),
        httpx2.ConnectTimeout("timed out"),
        httpx2.ReadError("Connection reset by peer"),
        httpx2.RemoteProtocolError("Server disconnected without sending a response."),
        httpx2.Response(503, text="<html>from a proxy</html>"),
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again_with_growing_waits(failure: httpx2.Response | Exception):
    service = FakeService(failing(failure, failure, failure))

    assert service.client()("The cat").text == "The cat"
    assert len(service.requests) == 4
    assert 0.125 <= service.waits[0] <= 0.25 <= service.waits[1] <= 0.5 <= service.waits[2] <= 1


def test_the_same_request_is_sent_again():
    service = FakeService(failing(problem(429, "overloaded"), problem(429, "overloaded")))
    service.client()("The cat")

    assert len({request.content for request in service.requests}) == 1


def test_retry_after_is_waited_out_with_chance_on_top():
    service = FakeService(failing(*[problem(429, "overloaded", headers={"retry-after": "3"})] * 4))
    service.client()("The cat")

    assert all(3 <= wait <= 5 for wait in service.waits)
    assert len({wait % 1 for wait in service.waits}) > 1


def test_a_retry_after_that_is_too_long_is_not_waited_for():
    service = FakeService(failing(problem(503, "not_ready", headers={"retry-after": "61"})))

    with pytest.raises(ServiceError, match="a sentence on it"):
        service.client()("The cat")
    assert service.waits == []
    patient = FakeService(failing(problem(503, "not_ready", headers={"retry-after": "60"})))
    assert patient.client()("The cat").text == "The cat"
    assert 60 <= patient.waits[0] <= 61


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_a_client_gives_up_after_its_retries_and_says_what_the_service_said(retries: int):
    service = FakeService(lambda _: problem(429, "overloaded", "too much is waiting", headers=BUSY))

    with pytest.raises(ServiceError, match="too much is waiting") as caught:
        service.client(retries=retries)("The cat")
    assert len(service.requests) == retries + 1
    assert (caught.value.status, caught.value.code, caught.value.request_id) == (429, "overloaded", "r1")
    assert ("given up after" in str(caught.value)) == (retries > 0)


def test_a_service_that_is_not_there_is_named_with_its_address():
    service = FakeService(failing(*[httpx2.ConnectError("Connection refused")] * 9))

    with pytest.raises(ServiceError, match=r"http://there:8000/v1/annotate cannot be reached: Connection refused"):
        service.client()("The cat")


def refused() -> httpx2.ConnectError:
    fault = httpx2.ConnectError("Connection refused")
    fault.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return fault


class Late(FakeService):
    """A service that refuses the first connections."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.left -= 1
        if self.left >= 0:
            raise refused()
        return super().__call__(request)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_a_service_that_does_not_run_on_this_machine_is_not_waited_for(url: str):
    service = Late(1)

    with pytest.raises(ServiceError, match="nothing listens there: is `jmt serve` running, on this port"):
        service.client(url=url)("The cat")
    assert service.waits == []


def test_a_service_on_this_machine_that_was_there_may_be_starting_anew_and_is_waited_for():
    service = FakeService(failing())
    client = service.client(url="http://127.0.0.1:8000")
    client("The cat")
    service.respond = failing(refused(), refused())

    assert client("The cat").text == "The cat"
    assert len(service.waits) == 2


def test_a_service_on_another_machine_is_waited_for_from_the_first():
    service = Late(1)

    assert service.client()("The cat").text == "The cat"
    assert len(service.waits) == 1


@pytest.mark.parametrize("fault", [httpx2.ReadTimeout("slow"), httpx2.WriteTimeout("slow")])
def test_a_service_that_is_too_slow_is_not_asked_again(fault: Exception):
    service = FakeService(failing(fault))

    with pytest.raises(ServiceError, match=r"does not answer within 7 s; allow more by Client\(url, timeout"):
        service.client(timeout=7)("The cat")
    assert len(service.requests) == 1


@pytest.mark.parametrize(("status", "code"), [(400, "malformed_json"), (413, "text_too_long"), (422, "unknown_task")])
def test_a_mistake_of_the_user_is_raised_at_once_with_what_the_problem_says(status: int, code: str):
    service = FakeService(failing(problem(status, code, "no more than 7 characters", pointer="/texts/0")))

    with pytest.raises(InputError) as caught:
        service.client()("The cat")
    assert str(caught.value) == f"text 1: no more than 7 characters (HTTP {status}, {code}, request r1)"
    assert len(service.requests) == 1


def test_an_item_of_a_stream_is_named_by_its_number_in_the_stream():
    def respond(request: httpx2.Request) -> httpx2.Response:
        texts = json.loads(request.content)["texts"]
        if "bad" in texts:
            return problem(422, "sentence_too_long", "limit 512", pointer=f"/texts/{texts.index('bad')}")
        return right(request)

    texts = ["good"] * 41 + ["bad"] + ["good"] * 5
    found: list[jmt.Document] = []
    with pytest.raises(InputError, match=r"^text 42: limit 512"):
        found.extend(FakeService(respond).client().pipe(texts))
    assert len(found) == 31  # all requests before it: 1, 2, 4, 8 and 16 texts


@pytest.mark.parametrize(
    ("pointer", "name"),
    [("/pairs/0/first", "pair 1: "), ("/tokens/2/1", "sentence 3: "), ("/tasks/0", ""), ("/texts/x", ""), (7, "")],
)
def test_every_kind_of_pointer_leads_to_the_item(pointer: Any, name: str):
    with pytest.raises(InputError, match=f"^{name}on it") as caught:
        FakeService(failing(problem(422, "code", "on it", pointer=pointer))).client()("The cat")
    assert str(caught.value).startswith(f"{name}on it (")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_about_the_key_and_the_key_is_not_repeated(status: int):
    service = FakeService(failing(problem(status, "unauthorized")))

    with pytest.raises(ServiceError, match=r"asks for a key that it knows: .* api_key=") as caught:
        service.client(api_key="secret-key")("The cat")
    assert "secret-key" not in str(caught.value)
    assert service.requests[0].headers["authorization"] == "Bearer secret-key"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_fault_of_the_service_is_raised_at_once_with_the_id_that_finds_it_in_the_log(status: int):
    service = FakeService(failing(problem(status, "internal_error", "the model failed", pointer="/texts/0")))

    with pytest.raises(ServiceError, match=rf"text 1: the model failed \(HTTP {status}, internal_error, request r1\)"):
        service.client()("The cat")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx2.Response(200, text="<html>hello</html>"), "not as `jmt serve` does"),
        (httpx2.Response(200, json=[1]), "not as `jmt serve` does"),
        (httpx2.Response(404, text="nothing"), "nothing there; is the address right"),
        (httpx2.Response(405), "nothing there; is the address right"),
        (httpx2.Response(301, headers={"location": "http://elsewhere/"}), r"points elsewhere \(http://elsewhere/\)"),
        (httpx2.Response(502, text="<html>bad gateway</html>"), r"cannot answer \(HTTP 502\)"),
        (httpx2.Response(418, content=b"{", headers={"content-type": "application/problem+json"}), "cannot answer"),
        (httpx2.Response(418, content=b"[]", headers={"content-type": "application/problem+json"}), "cannot answer"),
        (httpx2.Response(200, json={}), "was sent 1 texts, and answers none"),
        (httpx2.Response(200, json={"documents": []}), "was sent 1 texts, and answers 0"),
        (httpx2.Response(200, json={"documents": [3]}), "answers what was not asked: not an annotated document"),
        (httpx2.Response(200, json={"documents": [{"text": "x", "sentences": []}]}), "another one than was sent"),
    ],
)
def test_an_answer_that_is_none_is_never_taken_for_one(answer: httpx2.Response, said: str):
    with pytest.raises(ServiceError, match=said) as caught:
        FakeService(failing(answer)).client()("The cat")
    assert "html" not in str(caught.value)


def test_answers_about_other_words_or_sentences_than_were_sent_are_refused():
    other = {"text": "The dog", "sentences": [{"tokens": [{"id": 1, "text": "dog"}], "spans": {}}]}
    with pytest.raises(ServiceError, match="words are others"):
        FakeService(lambda _: httpx2.Response(200, json={"documents": [other]})).client().annotate_tokens([["cat"]])
    judgement = {"first": "a", "second": "c", "relatedness": 1.0}
    with pytest.raises(ServiceError, match="sentences are others"):
        FakeService(lambda _: httpx2.Response(200, json={"judgements": [judgement]})).client().compare("a", "b")


@pytest.mark.parametrize("model", [{"tasks": 3}, {"limits": {}}, {"limits": {"max_texts": "many"}}, {"tasks": [{}]}])
def test_a_model_that_is_described_otherwise_is_another_kind_of_service(model: dict[str, Any]):
    with pytest.raises(ServiceError, match="not as `jmt serve` of this version does"):
        FakeService(**model).client()("The cat")


def test_a_stream_is_never_answered_by_two_models():
    revisions = itertools.chain(["sha256:0"] * 2, itertools.repeat("sha256:1"))

    def respond(request: httpx2.Request) -> httpx2.Response:
        answer = right(request).json()
        return httpx2.Response(200, json={**answer, "model": {"revision": next(revisions)}})

    client = FakeService(respond).client(in_flight=1)
    found: list[jmt.Document] = []
    with pytest.raises(ServiceError, match="changed its model midway, from sha256:0 to sha256:1"):
        found.extend(client.pipe(["text"] * 20))
    assert len(found) == 3
    assert client("text").text == "text"


def test_nothing_is_sent_again_for_a_stream_that_nobody_reads_any_more():
    service = FakeService(lambda request: right(request) if len(service.requests) == 1 else problem(429, "overloaded"))
    client = service.client(in_flight=2, retries=50)
    client.connection.pause = lambda abandoned, _: abandoned.wait(0.02)
    stream = client.pipe(["text"] * 20)
    next(stream)
    while len(service.requests) < 2:
        time.sleep(0.001)
    stream.close()  # type: ignore[attr-defined]
    sent = len(service.requests)
    time.sleep(0.3)

    assert len(service.requests) <= sent + 2  # those that were on their way


@pytest.mark.parametrize(
    "url",
    [
        "",
        "there:8000",
        "ftp://there",
        "http://",
        "http://there/?a=1",
        "http://there/#a",
        "http://there:port",
        "http://there:65536",
        "http://..",
        f"http://{'a' * 64}.example",
        None,
        8000,
    ],
)
def test_what_is_no_address_is_refused(url: Any):
    with pytest.raises(InputError, match="no address of a service"):
        jmt.Client(url)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "SSL_CERT_FILE"])
def test_a_proxy_or_certificates_of_the_environment_that_cannot_be_used_are_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, "gopher://there")
    with pytest.raises(InputError, match=r"what the environment says of HTTP .*cannot be used: "):
        jmt.Client("http://there")


@pytest.mark.parametrize("key", ["", "two words", "sk-1\n", "schlüssel"])
def test_what_can_be_no_key_is_refused_and_not_repeated(key: str):
    with pytest.raises(InputError, match="the key holds") as caught:
        jmt.Client("http://there", api_key=key)
    assert not key or key.strip() not in str(caught.value)


def test_an_empty_variable_holds_no_key_and_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JMT_API_KEY", "")
    open_client("http://there", None).close()

    monkeypatch.setenv("JMT_API_KEY", "sk-1\n")
    with pytest.raises(InputError, match="the variable JMT_API_KEY: the key holds white space") as caught:
        open_client("http://there", None)
    assert "sk-1" not in str(caught.value)


@pytest.mark.parametrize(
    "settings", [{"timeout": 0}, {"timeout": float("inf")}, {"retries": -1}, {"in_flight": 0}, {"in_flight": 1000}]
)
def test_settings_that_mean_nothing_are_refused_by_name(settings: dict[str, Any]):
    with pytest.raises(ConfigError, match=next(iter(settings))):
        jmt.Client("http://there", **settings)


def test_without_the_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "httpx2", None)

    with pytest.raises(JmtError, match=r"pip install 'jmt\[client\]'"):
        jmt.Client("http://there")


def test_an_address_with_a_path_is_kept_and_its_last_slash_does_not_matter():
    service = FakeService()
    http = httpx2.Client(transport=httpx2.MockTransport(service))
    jmt.Client("https://there/models/one/", http=http)("The cat")

    assert str(service.requests[0].url) == "https://there/models/one/v1/annotate"
