"""Chromium driven by Playwright, or a plain reason why not, and the questions that tests ask of a page by script."""

from __future__ import annotations

import shutil
import time
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
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS.split(), ignore_default_args=["--hide-scrollbars"]
        )
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
        """Let the page be shown in a colour scheme, on a screen so many CSS pixels wide, and without motion."""
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
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

    def fill(self, words: list[str], panel: str = "text") -> None:
        """Write words into the fields of a tab, and send nothing."""
        for box, text in zip(self.page.locator(f"#{panel} textarea").all(), words, strict=True):
            box.fill(text)

    def send(self, panel: str = "text") -> None:
        """Press the button of a tab."""
        self.page.locator(f"#{panel} .go").click()

    def fake(self, model: Any, answer: Any, judgement: Any = None) -> None:
        """Open the page with a model and answers of the test's own."""
        self.page.route("**/v1/model", lambda route: route.fulfill(json=model))
        self.page.route("**/v1/annotate", lambda route: route.fulfill(json=answer))
        self.page.route("**/v1/compare", lambda route: route.fulfill(json=judgement))
        self.page.reload()
        self.wait_for_answer("text")

    def hold(self, address: str) -> list[Any]:
        """Let requests wait until the test goes on with them."""
        held: list[Any] = []
        self.page.route(address, lambda route: held.append(route))
        return held

    def let_go(self, held: list[Any], seconds: float = 60) -> None:
        """Let the first request that waits go on, once it has come."""
        deadline = time.monotonic() + seconds
        while not held:
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(10)
        held.pop(0).continue_()

    def count_requests(self) -> None:
        """Note from now on, inside the page, every request at the moment when it is made; `requests` tells them."""
        self.ask(
            """() => {
              const real = window.fetch;
              window.asked = [];
              window.fetch = (path, more) => { window.asked.push(path); return real(path, more); };
            }"""
        )

    def requests(self) -> list[str]:
        """Tell what the page asked for since `count_requests`."""
        return list(self.ask("() => window.asked"))

    def texts(self, selector: str) -> list[str]:
        """Read what stands in every element of a kind."""
        return [text.strip() for text in self.page.locator(selector).all_text_contents()]

    def ask(self, script: str) -> Any:
        """Evaluate a function in the page."""
        return self.page.evaluate(script)

    def probe(self, name: str, about: str = "") -> Any:
        """Ask one of the questions of `page_probes.js`."""
        return self.page.evaluate(f"(about) => {PROBES.read_text(encoding='utf-8')}.{name}(about)", about)

    def work(self, view: str) -> float:
        """Show the result in another view; give the seconds of work that it cost the page, whatever else is running."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def busy() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

        before = busy()
        self.probe("drawn", view)
        spent = busy() - before
        session.detach()
        return spent

    def too_faint(self) -> list[Any]:
        """List the texts and lines that stand out too little from what is behind them."""
        measured = self.probe("contrasts")
        assert len(measured) > 20
        return [one for one in measured if not one["enough"]]


@contextmanager
def visiting(tab: Any, url: str) -> Iterator[Visit]:
    """Load the page anew in a tab, until its example is drawn; at the end it has complained of nothing unprovoked."""
    visit = Visit(tab)
    visit.look("light", 1120)
    with visit.listening():
        tab.goto(url)
        visit.wait_for_answer("text")
        yield visit
        tab.unroute_all()
    visit.check()
