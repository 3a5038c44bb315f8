"""What we reach into is uvicorn's own, of the version that was tested; the wire itself is tested by the journeys."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("library", ["uvicorn", "httptools"])
def test_the_minor_that_may_be_installed_is_the_one_that_is_tested(library: str):
    """A later minor is let in by changing three things at once: the bound, the constraint, and what is installed."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (bound,) = [entry for entry in wanted["project"]["optional-dependencies"]["serve"] if entry.startswith(library)]
    (pinned,) = re.findall(rf"^{library}==(.*)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    major, minor = map(int, pinned.split(".")[:2])
    assert bound == f"{library}>={major}.{minor},<{major}.{minor + 1}"
    assert version(library) == pinned


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        *((HttpToolsProtocol, name) for name in ("data_received", "on_header", "on_headers_complete", "on_body")),
        *((HttpToolsProtocol, name) for name in ("on_message_begin", "on_message_complete", "on_response_complete")),
        *((HttpToolsProtocol, name) for name in ("_start_asgi_task", "_unset_keepalive_if_required", "shutdown")),
        *((HttpToolsProtocol, name) for name in ("send_400_response", "timeout_keep_alive_handler", "eof_received")),
        (RequestResponseCycle, "run_asgi"),
    ],
)
def test_what_we_replace_in_uvicorn_is_there_to_be_replaced(owner: type, name: str):
    assert callable(getattr(owner, name))
