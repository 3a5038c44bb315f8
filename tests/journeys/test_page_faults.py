"""The page where something goes wrong, or is strange: in Chromium, over the real service with a fake model."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.assets.browser import Visit, what_is_missing
from tests.assets.page_inputs import CROWDED, ONE_TAG, PAIRED, REFUSALS

if reason := what_is_missing():
    pytest.skip(reason, allow_module_level=True)


@pytest.mark.parametrize("view", ["Across", "Down"])
def test_short_words_under_long_labels_move_apart(visit: Visit, view: str):
    visit.fake(**CROWDED)
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
def test_a_refusal_is_told_in_words_and_what_was_drawn_stays_dimmed(
    visit: Visit, status: int, answer: Any, headers: dict[str, str], words: str
):
    visit.text("a question")
    visit.refusals_expected = True
    body = "<html>proxy</html>" if answer is None else json.dumps(answer)
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(status=status, body=body, headers=headers))
    visit.fill(["Other words."])
    visit.send()

    alert = visit.page.get_by_role("alert")
    alert.wait_for()
    assert re.search(words, alert.inner_text()), alert.inner_text()
    assert visit.page.locator("#text .result.stale figure svg").count() == 1
    if headers:
        again = alert.get_by_role("button", name=re.compile("Try again in 1 s"))
        assert again.is_disabled()
    if status == 429:  # one wait is enough
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


def test_a_double_click_asks_once_however_fast_the_answer_is(visit: Visit):
    visit.count_requests()
    visit.fill(["She reads a book."])
    visit.page.get_by_role("button", name="Annotate").dblclick()
    visit.wait_for_answer("text")
    visit.send()  # the second click, where the first was answered before it
    visit.page.locator("#text-input").press("Control+Enter")
    assert visit.requests() == ["v1/annotate"]
    visit.page.get_by_role("button", name="a question").dblclick()
    visit.wait_for_answer("text")
    visit.page.get_by_role("button", name="a question").click()
    assert visit.requests() == ["v1/annotate"] * 2
    visit.fill(["She reads books."])  # something else is asked, of course
    visit.send()
    visit.wait_for_answer("text")
    assert visit.requests() == ["v1/annotate"] * 3


def test_a_key_given_twice_asks_for_the_model_once(visit: Visit):
    visit.refusals_expected = True
    visit.page.route("**/v1/model", lambda route: route.fulfill(status=401, json={}))
    visit.page.reload()
    visit.page.locator("#text .key").wait_for()
    visit.count_requests()
    visit.page.unroute_all()
    held = visit.hold("**/v1/model")
    visit.page.locator("#text .key input").fill("secret")
    visit.page.locator("#text .key button").dblclick()
    visit.fill(["Words."])
    visit.send()
    visit.send()
    assert visit.requests() == ["v1/model"]
    visit.let_go(held)
    visit.wait_for_answer("text")
    assert visit.requests() == ["v1/model", "v1/annotate"]


def draw(visit: Visit, panel: str) -> str:
    """Have a text or a pair drawn by a made-up answer; gives the address that was asked."""
    visit.fake(**PAIRED)
    visit.refusals_expected = True
    visit.page.locator(f"#tab-{panel}").click()
    visit.fill(["Drawn."] * fields_of(panel), panel)
    visit.send(panel)
    visit.wait_for_answer(panel)
    return "**/v1/annotate" if panel == "text" else "**/v1/compare"


def fields_of(panel: str) -> int:
    return 1 if panel == "text" else 2


def is_marked(visit: Visit, panel: str) -> bool:
    """Whether the drawing is told to answer other words than those that stand in the form: everywhere or nowhere."""
    marks = [
        visit.page.locator(f"#{panel} .result.stale").count() == 1,
        f"another {panel}, not to this one" in visit.page.inner_text(f"#{panel} .status"),
        f"Answer to another {panel}" == visit.page.locator(f"#{panel} .result").get_attribute("aria-label"),
    ]
    assert len(set(marks)) == 1
    return all(marks)


@pytest.mark.parametrize("panel", ["text", "pair"])
def test_a_drawing_that_answers_other_words_is_dimmed_and_says_so(visit: Visit, panel: str):
    address, count = draw(visit, panel), fields_of(panel)
    assert not is_marked(visit, panel)
    visit.fill(["Other."] * count, panel)  # written, not asked yet
    assert is_marked(visit, panel)
    assert visit.ask(f"() => getComputedStyle(document.querySelector('#{panel} .result')).opacity") == "0.5"
    visit.fill(["Drawn."] * count, panel)
    assert not is_marked(visit, panel)
    for end in (
        lambda route: route.abort("connectionrefused"),
        lambda route: route.fulfill(status=429, headers={"Retry-After": "9"}, json={}),
        lambda route: route.fulfill(status=503, json={}),
        lambda route: route.fulfill(status=401, json={}),
    ):
        visit.page.route(address, end)
        visit.fill(["Other."] * count, panel)
        visit.send(panel)
        visit.page.locator(f"#{panel} .alert").wait_for()
        assert is_marked(visit, panel)
        visit.fill(["Drawn."] * count, panel)
        visit.send(panel)  # known already
        visit.page.locator(f"#{panel} .alert").wait_for(state="hidden")
        assert not is_marked(visit, panel)
        visit.page.unroute(address, end)


@pytest.mark.parametrize("panel", ["text", "pair"])
def test_a_drawing_stays_dimmed_until_what_is_written_has_its_answer(visit: Visit, panel: str):
    address, count = draw(visit, panel), fields_of(panel)
    visit.fill([" "] * count, panel)
    visit.send(panel)
    assert is_marked(visit, panel)
    visit.hold(address)
    visit.fill(["Waits for ever."] * count, panel)
    visit.send(panel)
    assert visit.page.locator(f"#{panel} .result.stale").count() == 1
    answer = PAIRED["answer" if panel == "text" else "judgement"]
    visit.page.route(address, lambda route: route.fulfill(json=answer))
    visit.fill(["Overtakes."] * count, panel)  # the one that waits is cancelled
    visit.send(panel)
    visit.wait_for_answer(panel)
    assert not is_marked(visit, panel)


def test_the_page_opens_with_an_example_that_is_asked_once(visit: Visit):
    assert visit.texts("#text .form")[:3] == ["The", "old", "man"]
    assert visit.page.input_value("#text-input") == ""
    visit.fake(**PAIRED)
    assert visit.page.inner_text("#text .status").startswith("For example: 1 sentence")
    assert visit.page.locator(".stale, .alert:visible, .hint:visible").count() == 0
    visit.count_requests()
    visit.page.locator("#tab-pair").click()
    visit.wait_for_answer("pair")
    visit.page.locator("#tab-text").click()
    visit.page.locator("#tab-pair").click()
    assert visit.requests() == ["v1/compare"]
    visit.page.locator("#tab-text").click()
    visit.fill(["W"])
    assert visit.page.locator("#text .stale").count() == 1


def test_the_example_stays_away_where_it_is_not_welcome(visit: Visit):
    visit.refusals_expected = True
    posted: list[str] = []
    visit.page.on("request", lambda request: request.method == "POST" and posted.append(request.url))
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(status=503, json={}))
    visit.page.reload()
    visit.page.wait_for_selector(".level", state="attached")
    visit.page.wait_for_selector("#text form:not([aria-busy])")
    assert visit.page.locator("#text .hint").is_visible()
    assert visit.page.locator("#text .alert").is_hidden()
    for tab in ("pair", "text"):
        visit.page.locator(f"#tab-{tab}").click()
    assert len(posted) == 1  # refused, it is not asked again
    visit.page.unroute_all()
    held = visit.hold("**/v1/annotate")
    visit.page.reload()
    visit.page.wait_for_selector("#text form[aria-busy]")
    visit.fill(["Mine."])
    visit.let_go(held)
    visit.page.wait_for_selector("#text form:not([aria-busy])")
    assert visit.page.locator("#text .result > *").count() == 0  # somebody writes already
    visit.page.unroute_all()
    posted.clear()
    visit.page.route("**/v1/model", lambda route: route.fulfill(status=401, json={}))
    visit.page.reload()
    visit.page.locator("#text .key").wait_for()
    visit.page.unroute_all()
    assert visit.page.locator("#text .hint").is_visible()
    visit.page.locator("#text .key input").fill("secret")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".level")
    assert visit.page.locator("#text .hint").is_visible()
    assert posted == []  # what a key pays for is asked by its owner alone
