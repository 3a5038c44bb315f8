"""The page where something goes wrong, or is strange: in Chromium, over the real service with a fake model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.assets.browser import Visit, chromium, visiting, what_is_missing
from tests.assets.live_service import live
from tests.assets.page_inputs import CROWDED, ONE_TAG, REFUSALS

if reason := what_is_missing():
    pytest.skip(reason, allow_module_level=True)


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


@pytest.mark.parametrize("view", ["Across", "Down"])
def test_short_words_under_long_labels_move_apart(visit: Visit, view: str):
    visit.page.route("**/v1/model", lambda route: route.fulfill(json=CROWDED["model"]))
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(json=CROWDED["answer"]))
    visit.page.reload()
    visit.page.get_by_role("switch", name="Dependencies").wait_for(state="attached")
    visit.write("a b c")
    visit.choose(view)

    assert visit.probe("overlapsInDrawings") == []
    assert visit.probe("arcs") == [{"words": 12, "arcs": 12, "off": []}]
    assert len(visit.texts(".span text")) == 8
    for level in ("Tags", "Dependencies"):  # what is left is as narrow as can be
        visit.page.get_by_role("switch", name=level).uncheck(force=True)
    assert visit.probe("overlapsInDrawings") == []


def test_a_hostile_model_is_inert(visit: Visit):
    attack = "<img src=x onerror=alert(1)>"
    model = {"name": attack, "language": attack, "revision": attack, "tasks": [{**ONE_TAG, "name": attack}]}
    token = {"id": 1, "text": attack, attack: attack, "head": 99, "deprel": attack}
    answer = {"documents": [{"text": "", "sentences": [{"tokens": [token], "spans": {attack: []}}]}]}
    visit.page.route("**/v1/model", lambda route: route.fulfill(json=model))
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(json={**answer, "tasks": [attack], "ran": [attack]}))
    visit.page.reload()
    visit.page.wait_for_selector(f".level:has-text('{attack[:8]}')")
    visit.write("Words.")

    assert visit.page.locator("img").count() == 0
    assert visit.texts("tbody tr:first-child th") == [attack]


def test_the_policy_stops_markup_and_scripts_that_a_fault_would_let_in(visit: Visit):
    with pytest.raises(Exception, match="TrustedHTML"):
        visit.ask("() => { document.body.innerHTML = '<b>in</b>'; }")
    visit.faults.clear()


@pytest.mark.parametrize(
    ("status", "answer", "headers", "words"),
    REFUSALS,
)
def test_a_refusal_is_told_in_words_and_what_was_drawn_stays(
    visit: Visit, status: int, answer: Any, headers: dict[str, str], words: str
):
    visit.text("a question")
    visit.refusals_expected = True
    body = "<html>proxy</html>" if answer is None else json.dumps(answer)
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(status=status, body=body, headers=headers))
    visit.page.get_by_role("button", name="Annotate").click()

    alert = visit.page.get_by_role("alert")
    alert.wait_for()
    assert re.search(words, alert.inner_text()), alert.inner_text()
    assert visit.page.locator("figure svg").count() == 1
    if headers:
        again = alert.get_by_role("button", name=re.compile("Try again in 1 s"))
        assert again.is_disabled()
        visit.page.unroute("**/v1/annotate")
        alert.get_by_role("button", name="Try again", exact=True).click()
        alert.wait_for(state="hidden")


def test_a_lost_connection_is_told_and_trying_again_goes_on(visit: Visit):
    visit.refusals_expected = True
    visit.page.route("**/v1/annotate", lambda route: route.abort("connectionrefused"))
    visit.page.fill("#text-input", "She reads.")
    visit.page.get_by_role("button", name="Annotate").click()
    visit.page.wait_for_selector("text=No connection to the service")
    assert visit.page.input_value("#text-input") == "She reads."
    visit.page.unroute("**/v1/annotate")
    visit.page.get_by_role("button", name="Try again").click()
    visit.wait_for_answer("text")


def test_the_service_s_own_refusal_is_told(visit: Visit):
    visit.refusals_expected = True
    visit.page.fill("#text-input", "word " * 2100)
    visit.page.get_by_role("button", name="Annotate").click()
    visit.page.wait_for_selector("text=/Sentence too long: .*2100 tokens.*2048/")


def test_a_service_with_keys_is_given_one(visit: Visit):
    visit.refusals_expected = True
    given: list[str | None] = []

    def guard(route: Any) -> None:
        given.append(route.request.headers.get("authorization"))
        route.continue_() if given[-1] else route.fulfill(status=401, json={"title": "Unauthorized", "detail": "no"})

    visit.page.route("**/v1/*", guard)
    visit.page.reload()
    visit.page.locator("#text").get_by_label("Key").fill("secret")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".level")
    visit.text("a question")
    assert given[-1] == "Bearer secret"
    assert "secret" not in visit.page.inner_text("body")
    assert visit.ask("() => localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert "JMT_API_KEY" in (visit.page.locator("#text code").first.text_content() or "")


def test_a_double_click_asks_once(visit: Visit):
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.fill("#text-input", "She reads a book.")
    visit.page.get_by_role("button", name="Annotate").dblclick()
    visit.wait_for_answer("text")

    assert len(asked) == 1
