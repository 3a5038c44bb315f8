"""Runs the application on a socket until a signal: SIGTERM and Ctrl-C finish what is under way and end cleanly."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from jmt.errors import InputError
from jmt.serve.app import Application
from jmt.serve.batching.batcher import INFERENCE_THREAD
from jmt.serve.service import Service
from jmt.serve.transport.door import Door
from jmt.serve.transport.hosts import ANY_HOST, Hosts, hosts_of
from jmt.serve.transport.slow_clients import PatientProtocol
from jmt.serve.watching.logs import log_event

FATAL = 70
"""Exit code of a service that can only be started anew (EX_SOFTWARE of sysexits.h)."""

_TURN = 0.001
"""Seconds that one thread may keep the interpreter while the other waits: Python's 5 ms make every request wait longer
for the event loop than for the network."""

_LAST_WORDS = 1  # seconds to send answers that say "no" once the time to drain is over, or nobody wants to wait for it


def bind(host: str, port: int) -> socket.socket:
    """Reserve an address before anything slow is done; port 0 takes a free one.

    Raises `InputError` where the address is taken or is none of this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with ExitStack() as until_bound:
            listener = until_bound.enter_context(socket.socket(family))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            until_bound.pop_all()
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that DNS cannot have
        reason = f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or 'no name of a host'}"
        raise InputError(f"{reason}; choose others by --host and --port") from None
    return listener


def url_of(listener: socket.socket) -> str:
    """Give the address of a bound socket as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Tell whether only this machine reaches a bound socket."""
    host = str(listener.getsockname()[0])
    return host == "::1" or host.startswith("127.")


class DrainingServer(uvicorn.Server):
    """uvicorn's server with our own end: `/readyz` says no first, then nothing new is taken, then time is up."""

    def __init__(self, config: uvicorn.Config, service: Service, door: Door) -> None:
        super().__init__(config)
        self._service, self._door = service, door
        self._loop: asyncio.AbstractEventLoop | None = None
        self.reason: str | None = None
        """Why the process has to be started anew; None where it ended as it should."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._door.make_room()

    async def on_tick(self, counter: int) -> bool:
        """Look after things ten times a second; uvicorn asks whether to end."""
        self._door.look_for_descriptors()
        return await super().on_tick(counter)

    def give_up(self, reason: str) -> None:
        """End at once, for good: called on the event loop."""
        self.reason = reason
        log_event(logging.CRITICAL, "fatal", {"reason": reason})
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain on the first signal, end at once on the second.

        uvicorn raises again the signals that its own method has noted; the command has an exit code of its own.
        """
        if self._loop is None:
            self.should_exit = True
        elif self._service.health.draining:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._end_at_once)
        else:
            self._service.health.draining = True
            self._loop.call_soon_threadsafe(self._drain, sig)

    def _drain(self, sig: int) -> None:
        settings = self._service.settings
        log_event(logging.INFO, "draining", {"under_way": self._service.under_way})
        delay = 0 if sig == signal.SIGINT else settings.drain_delay_seconds
        loop = asyncio.get_running_loop()
        loop.call_later(delay, setattr, self, "should_exit", True)
        # Who is not done by then is told so; the connection stays open just long enough for that.
        loop.call_later(delay + settings.drain_seconds, self._service.batcher.abandon)

    def _end_at_once(self) -> None:
        """Wait for nothing more: requests at the model are told so, all others are cut off a little later."""
        self._service.batcher.abandon()
        self.should_exit = True
        asyncio.get_running_loop().call_later(_LAST_WORDS, self._cut_off)

    def _cut_off(self) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()


def serve(
    listener: socket.socket, build: Callable[[Callable[[str], None]], Application], hosts: Hosts | None = None
) -> int:
    """Answer requests until SIGTERM or SIGINT; then refuse new connections and finish what is under way.

    `build` takes what to call when the process has to be given up, and gives the application, which answers to `hosts`:
    where these are not given, to this machine's own names on its own address, to any name elsewhere.  A second signal,
    or the settings' `drain_seconds`, ends the waiting.  Gives the exit code: 0, or 70 where a new process is needed.
    """
    _raise_file_limit()
    sys.setswitchinterval(_TURN)
    servers: list[DrainingServer] = []
    known = hosts or hosts_of(str(listener.getsockname()[0]), (), only_here=is_loopback(listener))
    server = build_server(build(lambda reason: servers[0].give_up(reason)), known)
    servers.append(server)
    _keep_for_good()
    server.run(sockets=[listener])
    return 0 if server.reason is None else FATAL


def _keep_for_good() -> None:
    """Tell the garbage collector that all there is by now stays: the libraries and the model.

    It would look through their 300,000 objects again and again, on whichever thread it happens to run.
    """
    gc.collect()
    gc.freeze()


def build_server(app: Application, hosts: Hosts = ANY_HOST) -> DrainingServer:
    """Build the server of an application of `create_app`, with the deadlines of its settings; it answers to `hosts`."""
    service = app.service
    settings = service.settings
    door = Door(settings, hosts, service.metrics.on_rejected)
    protocol: Any = partial(PatientProtocol, door=door)
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,  # logging is set up by the command, on stderr
        access_log=False,  # its lines hold the path as it was sent; ours do not
        server_header=False,
        proxy_headers=False,  # nothing asks who the client is
        backlog=settings.max_connections,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.drain_seconds + _LAST_WORDS,
    )
    return DrainingServer(config, service, door)


def _raise_file_limit() -> None:
    """Allow as many open connections as the system lets us: the usual limit of 1,024 files is soon reached."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def must_leave(code: int) -> bool:
    """Tell whether this process cannot end in the usual way.

    Its inference thread may still be in the model: stopped in its warm-up, or at work for clients that have left.
    Python would take the ground from under it, and torch would abort.
    """
    return code == FATAL or any(thread.name == INFERENCE_THREAD for thread in threading.enumerate())


def leave(code: int) -> None:
    """End this process at once, whatever its threads do."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)
