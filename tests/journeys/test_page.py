"""The page as a user sees it: in Chromium, over the real service with the model that ships."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import jmt
from jmt.serve.settings import Settings
from tests.assets.browser import Visit, what_is_missing
from tests.assets.live_service import live
from tests.assets.page_inputs import HOSTILE, LOOKS, ONE_TAG, THREE

if reason := what_is_missing():
    pytest.skip(reason, allow_module_level=True)


WITHOUT_TREES = ["xpos", "upos", "chunk", "feats"]
"""What the model has below the level of trees."""


@pytest.fixture(scope="module")
def annotator(tab: Any) -> jmt.Annotator:
    return jmt.load("en_jmt_md", device="cpu")


@pytest.fixture(scope="module")
def url(annotator: jmt.Annotator) -> Iterator[str]:
    with live(annotator, Settings(max_batch_tokens=512), warm=False) as service:  # it warms up with the largest batch
        service.wait_until(lambda: service.service.health.warm, seconds=120)
        yield service.url


def test_sentences_are_drawn_as_the_annotator_sees_them(visit: Visit, annotator: jmt.Annotator):
    visit.write(THREE)

    sentences = annotator(THREE).to_dict()["sentences"]
    tokens = [token for sentence in sentences for token in sentence["tokens"]]
    assert visit.texts("svg .form") == [token["text"] for token in tokens]
    assert visit.texts("svg .tag:not(.second):not(.lemma)") == [token["xpos"] for token in tokens]
    assert visit.texts("svg .tag.second") == [token["upos"] for token in tokens]
    assert visit.texts("svg .span") == [span["label"] for one in sentences for span in one["spans"]["chunk"]]
    assert sorted(visit.texts("svg .arc text")) == sorted(token["deprel"] for token in tokens)
    assert visit.page.locator("figure svg").count() == 3
    assert "3 sentences, 21 tokens" in visit.page.inner_text("#text .status")


def test_the_table_says_the_same_and_is_there_for_screen_readers_at_all_times(visit: Visit, annotator: jmt.Annotator):
    visit.write(THREE)

    tables = visit.page.get_by_role("table")
    assert tables.count() == 3
    assert visit.page.locator("svg:not([aria-hidden=true])").count() == 0
    expected = annotator(THREE).to_dict()["sentences"][1]["tokens"]
    rows = [row.locator("th, td").all_text_contents() for row in tables.nth(1).locator("tbody tr").all()]
    assert [[*row[:6], row[7]] for row in rows] == [
        [str(token["id"]), *(token[name] for name in ("text", "lemma", "xpos", "upos", "chunk", "deprel"))]
        for token in expected
    ]
    assert rows[0][6] == f"cellar ({expected[0]['head']})"
    visit.page.get_by_label("Table").check(force=True)
    assert visit.page.locator(".scroll").first.is_hidden()
    assert tables.first.bounding_box()["width"] > 500


def test_a_switch_per_level_decides_what_is_asked_and_drawn(visit: Visit):
    visit.text("a question")
    sent: list[Any] = []
    visit.page.on("request", lambda request: sent.append(request.post_data_json))

    visit.page.get_by_role("switch", name="Dependencies").uncheck(force=True)
    assert visit.page.locator(".arc").count() == 0
    assert visit.page.locator("th", has_text="relation").count() == 0
    assert sent == []  # nothing new is needed for less
    visit.page.get_by_role("button", name="Annotate").click()
    visit.page.wait_for_selector("#text .status:has-text('ran xpos, upos, chunk'):not(:has-text('dep'))")
    assert sent[-1]["tasks"] == WITHOUT_TREES
    visit.page.get_by_role("switch", name="Dependencies").check(force=True)
    visit.page.wait_for_selector(".arc")
    visit.page.get_by_role("switch", name="Tags").uncheck(force=True)
    assert visit.page.locator(".tag:not(.lemma)").count() == 0
    assert visit.page.locator(".word.plain").count() == visit.page.locator(".word").count()


def test_no_level_and_no_text_are_answered_without_asking(visit: Visit):
    visit.page.get_by_role("button", name="Annotate").click()
    assert "write something" in visit.page.inner_text("#text .alert")
    visit.page.fill("#text-input", "Words.")
    for level in visit.page.locator("#text .level input").all():
        level.uncheck(force=True)
    visit.page.get_by_role("button", name="Annotate").click()
    assert "switch on at least one" in visit.page.inner_text("#text .alert")


def test_a_pair_is_judged_as_the_annotator_judges_it(visit: Visit, annotator: jmt.Annotator):
    visit.pair("more general")

    first, second = (visit.page.input_value(f"#{name}") for name in ("first", "second"))
    judgement = annotator.compare(first, second)
    assert visit.page.get_by_role("img").get_attribute("aria-label") == (
        f"{judgement.relatedness:.2f} on a scale from 1 to 5"
    )
    shown = dict(zip(visit.texts(".chance .class"), visit.texts(".chance .number"), strict=True))
    assert shown == {name: f"{100 * share:.1f} %" for name, share in (judgement.probabilities or {}).items()}
    assert visit.texts(".chance.best .class") == [judgement.entailment]
    boxes = [visit.page.locator(f".bin:nth-child({at}) .tick").bounding_box() for at in (1, 5)]
    ends = [box["x"] + box["width"] / 2 for box in boxes]
    mark = visit.page.locator(".mark").bounding_box()
    share = (mark["x"] + mark["width"] / 2 - ends[0]) / (ends[1] - ends[0])
    assert 1 + 4 * share == pytest.approx(judgement.relatedness, abs=0.02)


def test_every_example_is_answered(visit: Visit):
    for panel in ("text", "pair"):
        visit.page.locator(f"#tab-{panel}").click()
        for example in visit.page.locator(f"#{panel} .examples button").all():
            example.click()
            visit.wait_for_answer(panel)
            assert visit.page.locator(f"#{panel} .alert").is_hidden()


def test_hostile_input_is_inert(visit: Visit):
    words = " ".join(HOSTILE)
    visit.write(words)
    visit.page.fill("#text-input", "")
    visit.page.locator("#text summary").click()
    visit.write(words)

    shown = "".join(visit.texts("tbody th"))
    named = words.replace("\u202e", "[RLO]").replace("\u202c", "[PDF]")  # the joined emoji is one word
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", named)
    assert visit.ask("() => window.hacked") is None
    assert visit.page.locator("main img, main script, main svg [onload]").count() == 0
    assert visit.ask("() => document.documentElement.scrollWidth <= innerWidth")
    for view in ("Across", "Down"):
        visit.page.get_by_label(view).check(force=True)
        assert visit.page.locator("main img").count() == 0


def test_a_sentence_of_300_tokens_is_drawn_within_half_a_second(visit: Visit):
    visit.write(" ".join(("the old dog that she saw near the river did not bark , " * 25).split()[:299]) + ".")
    assert visit.page.locator(".word").count() == visit.page.locator(".arc").count() == 300
    visit.probe("drawn", "across")  # it ran down by itself

    rounds = [{view: visit.work(view) for view in ("table", "down", "across")} for _ in range(2)]
    for view in rounds[0]:
        assert min(seconds[view] for seconds in rounds) <= 0.5


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_overlaps_arcs_end_at_word_centres_and_everything_can_be_read(visit: Visit, look: str):
    scheme, width = LOOKS[look]
    visit.look(scheme, width)
    visit.refusals_expected = True
    visit.write(THREE)
    visit.text("long and nested")
    visit.page.locator("#text summary").click()
    for view in ("Across", "Down", "Table"):
        visit.choose(view)
        assert visit.probe("overlapsInDrawings") == []
        assert visit.probe("overlapsOnThePage") == []
        assert visit.too_faint() == []
        if view != "Table":
            assert visit.probe("arcs") == [{"words": 36, "arcs": 36, "off": []}]
            visit.page.locator(".word .form").nth(2).hover()
            assert visit.page.locator(".arc.lit").count() == 3
            assert visit.too_faint() == []
    visit.page.get_by_role("switch", name="Chunks").uncheck(force=True)
    visit.page.route("**/v1/*", lambda route: route.fulfill(status=429, headers={"Retry-After": "60"}, json={}))
    visit.page.get_by_role("button", name="Annotate").click()
    visit.page.get_by_role("alert").wait_for()
    assert visit.probe("overlapsOnThePage") == []
    assert visit.too_faint() == []
    visit.page.unroute_all()
    visit.pair("opposite")
    assert visit.probe("overlapsOnThePage") == []
    assert visit.too_faint() == []


def test_a_phone_shows_a_sentence_without_scrolling_sideways(visit: Visit):
    visit.look("light", 390)
    visit.text("a relative clause")
    assert visit.page.get_by_label("Down").is_checked()
    assert visit.ask(
        "() => { const box = document.querySelector('.scroll'); return box.scrollWidth <= box.clientWidth; }"
    )


def test_the_keyboard_alone_is_enough(visit: Visit):
    press, focus = visit.page.keyboard.press, "() => document.activeElement.id || document.activeElement.textContent"
    press("Tab")
    assert visit.ask(focus) == "tab-text"
    press("ArrowRight")
    assert visit.ask(focus) == "tab-pair"
    press("ArrowLeft")
    press("Tab")
    assert visit.ask(focus) == "text-input"
    visit.page.keyboard.type("She reads a book.")
    press("Tab")
    press("Tab")
    press("Space")  # the second level: chunks
    assert visit.ask("() => document.activeElement.closest('.level').matches(':has(:focus-visible)')")
    press("Shift+Tab")
    press("Shift+Tab")
    press("Control+Enter")
    visit.wait_for_answer("text")
    assert visit.page.locator(".span").count() == 0
    for _ in range(4):
        press("Tab")
    assert visit.ask(focus) == "Annotate"
    press("Enter")
    visit.wait_for_answer("text")
    for _ in range(6):
        press("Tab")
    press("ArrowRight")
    press("ArrowRight")
    assert visit.ask("() => document.activeElement.value") == "table"
    assert visit.page.locator(".scroll").is_hidden()


def test_everything_that_takes_the_focus_shows_it(visit: Visit):
    visit.text("a question")
    unseen = []
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        name, is_marked = visit.probe("focus")
        if not is_marked:
            unseen.append(name)

    assert unseen == []


@pytest.mark.parametrize("kinds", ["pairs alone", "texts alone", "one unknown tagger"])
def test_a_model_that_lacks_tasks_gets_a_page_without_them(visit: Visit, annotator: jmt.Annotator, kinds: str):
    model = annotator.describe()
    is_pair = {"pairs alone": True, "texts alone": False}.get(kinds)
    tasks = [task for task in model["tasks"] if task["kind"].startswith("pair") == is_pair] or [ONE_TAG]
    visit.page.route("**/v1/model", lambda route: route.fulfill(json={**model, "tasks": tasks}))
    visit.page.reload()
    visit.page.wait_for_selector(".level", state="attached")
    if is_pair:
        assert visit.page.locator("#pair form").is_visible()
        visit.page.get_by_role("button", name="opposite").click()
        visit.wait_for_answer("pair")
    visit.page.locator("#tab-text" if is_pair else "#tab-pair").click()
    lacking = visit.page.locator("#text" if is_pair else "#pair")
    assert re.search("This model has no tasks about", lacking.inner_text())
    assert lacking.locator("form").is_hidden()
    if kinds == "one unknown tagger":
        tokens = [{"id": at, "text": label, "colour": label} for at, label in enumerate(ONE_TAG["labels"], start=1)]
        answer = {
            "tasks": ["colour"],
            "ran": ["colour"],
            "documents": [{"sentences": [{"tokens": tokens, "spans": {}}]}],
        }
        visit.page.route("**/v1/annotate", lambda route: route.fulfill(json=answer))
        visit.page.locator("#tab-text").click()
        visit.write("red blue")
        assert visit.texts(".tag") == ONE_TAG["labels"]


def test_the_request_shown_as_curl_and_python_is_the_one_that_was_sent(visit: Visit, annotator: jmt.Annotator):
    words = " ".join(HOSTILE[:5]) + ' \\ "quoted" \n$HOME `id` it\'s\ttabbed.'
    visit.page.get_by_role("switch", name="Dependencies").uncheck(force=True)
    visit.page.fill("#text-input", words)
    curl, python = (visit.page.locator("#text code").nth(at).text_content() or "" for at in (0, 1))

    listing = subprocess.run(
        ["bash", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}\n{curl}"], capture_output=True, text=True
    )
    arguments = listing.stdout.split("\0")
    assert json.loads(arguments[arguments.index("-d") + 1]) == {"texts": [words], "tasks": WITHOUT_TREES}
    assert arguments[0] == f"{visit.page.url.rstrip('/')}/v1/annotate"
    ran = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True)
    assert ran.stdout == annotator(words, tasks=WITHOUT_TREES).to_conllu(), ran.stderr
