"""What journeys share: a browser and a page of the service with a fake model, and torch as it was before a training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.assets.browser import Visit, chromium, visiting
from tests.assets.live_service import live


@pytest.fixture(scope="module")
def torch_as_before() -> Iterator[None]:
    """A run in this process sets torch's threads and determinism, which other tests must not notice."""
    import torch

    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live() as service:
        yield service.url


@pytest.fixture
def visit(tab: Any, url: str) -> Iterator[Visit]:
    with visiting(tab, url) as visit:
        yield visit
