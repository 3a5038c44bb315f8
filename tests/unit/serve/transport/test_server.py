"""Addresses: what can be bound, what only this machine reaches, how it is written; and how a server ends."""

from __future__ import annotations

import gc
import socket
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from jmt.document import Sentence
from jmt.errors import DeviceError, InputError
from jmt.serve.app import create_app
from jmt.serve.settings import Settings
from jmt.serve.transport.server import FATAL, DrainingServer, bind, is_loopback, serve, url_of
from tests.assets.live_service import live, request
from tests.unit.serve.fake import FakeAnnotator


def test_port_0_takes_a_free_port_and_the_url_names_it():
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert url_of(listener) == f"http://127.0.0.1:{port}"
        assert is_loopback(listener)


def test_an_ipv6_address_stands_in_brackets():
    try:
        listener = bind("::1", 0)
    except InputError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert url_of(listener).startswith("http://[::1]:")
        assert is_loopback(listener)


def test_an_address_for_everybody_is_no_loopback():
    with bind("0.0.0.0", 0) as listener:
        assert not is_loopback(listener)


def test_a_taken_port_is_refused_with_the_address():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(InputError, match=r"127\.0\.0\.1 port \d+: Address already in use"),
    ):
        bind("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a" * 64, "..", "\x1b\u202e"])
def test_an_address_of_somebody_else_is_refused(host: str):
    with pytest.raises(InputError, match="cannot listen on"):
        bind(host, 0)


def test_what_is_there_before_the_first_request_is_never_looked_through_for_garbage_again(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    kept: list[int] = []
    monkeypatch.setattr(DrainingServer, "run", lambda *_, **__: kept.append(gc.get_freeze_count()))
    try:
        with bind("127.0.0.1", 0) as listener:
            assert serve(listener, lambda _: create_app(FakeAnnotator(), Settings())) == 0
    finally:
        gc.unfreeze()
    assert kept[0] > 10_000


def test_garbage_of_the_start_is_not_kept_for_good(monkeypatch: pytest.MonkeyPatch):
    class Knot:
        """Holds itself."""

    gone: list[weakref.ref[Knot]] = []

    def build(_: Any) -> Any:
        knot = Knot()
        knot.itself = knot  # type: ignore[attr-defined]
        gone.append(weakref.ref(knot))
        return create_app(FakeAnnotator(), Settings())

    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    monkeypatch.setattr(DrainingServer, "run", lambda *_, **__: None)
    gc.disable()  # but for the one collection that is asked for
    try:
        with bind("127.0.0.1", 0) as listener:
            serve(listener, build)
        assert gone[0]() is None
    finally:
        gc.enable()
        gc.unfreeze()


class Lost(FakeAnnotator):
    """Its device fails for good on the first request."""

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        if sentences[0].tokens[0].text == "lost":
            raise DeviceError("the device has failed for good")
        super().annotate_each(sentences, tasks_of, confidences=confidences)


def test_the_exit_code_asks_for_a_new_process_where_only_that_helps(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    warm = threading.Event()
    with bind("127.0.0.1", 0) as listener, ThreadPoolExecutor(1) as pool:
        listener.listen()
        url = url_of(listener)
        settings = Settings(watchdog_seconds=1)
        code = pool.submit(
            serve, listener, lambda on_fatal: create_app(Lost(), settings, on_warm=warm.set, on_fatal=on_fatal)
        )
        assert warm.wait(20)
        assert httpx.get(f"{url}/readyz", timeout=20).status_code == 200
        assert httpx.post(f"{url}/v1/annotate", json={"texts": ["lost"]}, timeout=20).status_code == 503
        assert code.result(20) == FATAL == 70


def test_a_second_signal_waits_for_nobody():
    annotator = FakeAnnotator()
    with live(annotator, Settings(drain_seconds=30)) as service:
        annotator.may_run.clear()
        with service.connect() as connection:
            connection.sendall(request("/v1/annotate", {"texts": ["a b."]}))
            service.wait_until(lambda: service.service.under_way == 1)
            began = time.monotonic()
            service.server.handle_exit(15, None)
            time.sleep(0.3)
            assert service.thread.is_alive()  # the first one does wait
            service.server.handle_exit(15, None)
            service.thread.join(8)
            assert not service.thread.is_alive()
            assert time.monotonic() - began < 8
        annotator.may_run.set()
