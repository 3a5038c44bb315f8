"""A browser and a page of the service with a fake model, for the tests that look at the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.assets.browser import Visit, chromium, visiting
from tests.assets.live_service import live


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
