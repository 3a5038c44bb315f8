"""Room for connections, and what the log says when there is none."""

from __future__ import annotations

import builtins
import errno
import logging
import os
import resource

import pytest

from jmt.serve.settings import Settings
from jmt.serve.transport import door as module
from jmt.serve.transport.door import SPARE, Door
from jmt.serve.transport.hosts import ANY_HOST


@pytest.fixture
def door(caplog: pytest.LogCaptureFixture) -> Door:
    caplog.set_level(logging.INFO, logger="jmt.serve")
    return Door(Settings(), ANY_HOST, lambda _: None)


def test_connections_leave_descriptors_to_the_rest(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(module, "_in_use", lambda: 20)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (65_536, 65_536))
    door.make_room()
    assert (door.room, caplog.messages) == (2_048, [])
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    door.make_room()
    assert (door.room, caplog.messages) == (64 - 20 - SPARE, ["few descriptors"])
    monkeypatch.setattr(resource, "getrlimit", lambda _: (24, 24))
    door.make_room()
    assert door.room == 1


def test_the_log_says_once_a_minute_that_there_are_no_descriptors(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    now = [1_000.0]
    monkeypatch.setattr("jmt.serve.watching.logs.time.monotonic", lambda: now[0])
    door.look_for_descriptors()
    assert caplog.messages == []

    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(builtins, "open", fail)
    for _ in range(500):
        door.look_for_descriptors()
    assert caplog.messages == ["no descriptors left"]
    now[0] += 61
    door.look_for_descriptors()
    assert [record.facts["times"] for record in caplog.records] == [1, 500]  # type: ignore[attr-defined]
