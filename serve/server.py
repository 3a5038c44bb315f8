"""Runs the application on a socket until a signal: SIGTERM and Ctrl-C finish what is under way and end cleanly."""

from __future__ import annotations

import signal
import socket
from contextlib import ExitStack

import uvicorn
from fastapi import FastAPI

from jmt.errors import InputError


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
    except OSError as error:
        reason = f"cannot listen on {host} port {port}: {error.strerror}"
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


def serve(app: FastAPI, listener: socket.socket, *, drain_seconds: int, access_log: bool) -> None:
    """Answer requests until SIGTERM or SIGINT; then refuse new connections and finish what is under way.

    A second signal, or `drain_seconds`, ends the waiting.
    """
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,  # logging is set up by the command, on stderr
        access_log=access_log,
        server_header=False,
        timeout_graceful_shutdown=drain_seconds,
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal again once it has drained; with its own handler in place that does nothing more, and
    # the command ends with its own exit code instead of a stack trace.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    server.run(sockets=[listener])
