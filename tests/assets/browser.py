"""Chromium driven by Playwright, or a plain reason why not, and the questions that tests ask of a page by script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# What a browser needs to run as root in a container, and what keeps it from talking to anybody else.
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync"""

PROBES = Path(__file__).with_name("page_probes.js")


def what_is_missing() -> str | None:
    """Say why no browser can be started here; None where one can."""
    missing = "" if find_spec("playwright") else "playwright is not installed"
    if shutil.which("chromium") is None:
        missing = "there is no chromium on the PATH"
    return f"the page is not tested: {missing} (CONTRIBUTING.md, Change the page)" if missing else None


@contextmanager
def chromium() -> Iterator[Any]:
    """Start Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page in a browser, and what it complained of."""

    page: Any
    faults: list[str] = field(default_factory=list)
    refusals_expected: bool = False
    """A browser logs every answer that says no as an error; a test that provokes one says so."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note errors of the console, exceptions and dialogs."""
        listeners = {
            "console": lambda said: said.type in ("error", "warning") and self.faults.append(said.text),
            "pageerror": lambda error: self.faults.append(str(error)),
            "dialog": lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()),
        }
        for event, listener in listeners.items():
            self.page.on(event, listener)
        try:
            yield
        finally:
            for event, listener in listeners.items():
                self.page.remove_listener(event, listener)

    def look(self, scheme: str, width: int) -> None:
        """Let the page be shown in a colour scheme, on a screen so many CSS pixels wide."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": 900})

    def choose(self, view: str) -> None:
        """Show the result in another view, and wait until it is laid out."""
        self.page.get_by_label(view).check(force=True)
        self.ask("() => document.body.offsetHeight")

    def check(self) -> None:
        """Fail where the page complained of anything that the test did not provoke."""
        provoked = "Failed to load resource"
        assert [fault for fault in self.faults if not (self.refusals_expected and fault.startswith(provoked))] == []

    def text(self, example: str) -> None:
        """Annotate an example and wait for its drawing."""
        self.page.get_by_role("button", name=example).click()
        self.wait_for_answer("text")

    def write(self, words: str) -> None:
        """Annotate words of the test's own."""
        self.page.fill("#text-input", words)
        self.page.get_by_role("button", name="Annotate").click()
        self.wait_for_answer("text")

    def pair(self, example: str) -> None:
        """Compare a pair of the examples."""
        self.page.get_by_role("tab", name="Pair").click()
        self.page.get_by_role("button", name=example).click()
        self.wait_for_answer("pair")

    def wait_for_answer(self, panel: str) -> None:
        """Wait until a request is answered and drawn."""
        self.page.wait_for_selector(f"#{panel} form:not([aria-busy])")
        self.page.wait_for_selector(f"#{panel} .result > *", state="attached")

    def texts(self, selector: str) -> list[str]:
        """Read what stands in every element of a kind."""
        return [text.strip() for text in self.page.locator(selector).all_text_contents()]

    def ask(self, script: str) -> Any:
        """Evaluate a function in the page."""
        return self.page.evaluate(script)

    def probe(self, name: str, about: str = "") -> Any:
        """Ask one of the questions of `page_probes.js`."""
        return self.page.evaluate(f"(about) => {PROBES.read_text(encoding='utf-8')}.{name}(about)", about)

    def too_faint(self) -> list[Any]:
        """List the texts and lines that stand out too little from what is behind them."""
        measured = self.probe("contrasts")
        assert len(measured) > 20
        return [one for one in measured if not one["enough"]]


@contextmanager
def visiting(tab: Any, url: str) -> Iterator[Visit]:
    """Load the page anew in a tab; at the end it has complained of nothing that was not provoked."""
    visit = Visit(tab)
    visit.look("light", 1120)
    with visit.listening():
        tab.goto(url)
        tab.wait_for_selector(".level", state="attached")
        yield visit
        tab.unroute_all()
    visit.check()
