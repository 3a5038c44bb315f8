"""How the page writes what is written strangely, or at length: in Chromium, with answers of the tests' own."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from tests.assets.browser import Visit, what_is_missing
from tests.assets.page_inputs import CROWDED, DIRECTIONS, NAMED, PAIRED, SHAPED, answer_of, sentence_of

if reason := what_is_missing():
    pytest.skip(reason, allow_module_level=True)


def fulfil(answer: Any, route: Any) -> None:
    """Answer a request."""
    route.fulfill(json=answer)


def test_what_cannot_be_seen_is_shown_by_its_name_and_turns_nothing_round(visit: Visit):
    words = [*NAMED, *SHAPED]
    expected = [*NAMED.values(), *SHAPED]
    label = "\u202etoor"
    model = {**CROWDED["model"], "name": "\u202emodel", "revision": "\u2066"}
    visit.fake(model, {**answer_of(sentence_of(words, label=label)), "ran": ["\u202enar"]})

    assert visit.texts("tbody th") == [word.strip() for word in expected]
    for view in ("Across", "Down"):
        visit.choose(view)
        assert visit.texts("svg .form") == expected
        assert visit.texts(".arc text")[1] == "[RLO]toor"
        assert visit.probe("overlapsInDrawings") == []
        assert {word["runs"] for word in visit.probe("words")[0] if word["text"] == "[RLO]evil"} == {"ltr"}
    assert visit.page.inner_text("#model").startswith("[RLO]model")
    assert "ran [RLO]nar" in visit.page.inner_text("#text .status")
    assert visit.page.get_by_role("table").get_by_role("img", name="zero width joiner U+200D").count() > 0
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", visit.page.content())
    assert visit.too_faint() == []


def test_a_refusal_and_the_form_name_what_cannot_be_seen_and_the_request_escapes_it(visit: Visit):
    visit.refusals_expected = True
    detail = "a word \u202eevil\u200b"
    visit.page.route("**/v1/annotate", lambda route: route.fulfill(status=422, json={"title": "No", "detail": detail}))
    visit.fill(["\u202eevil \U000e0068 שלום\n\u00a0👩\u200d👧"])
    visit.send()

    visit.page.get_by_role("alert").wait_for()
    assert visit.page.inner_text("#text .alert p") == "No: a word [RLO]evil[ZWSP]."
    assert visit.page.inner_text("#text-input-hidden") == "Invisible in this text: [RLO], [TAG h]"
    curl, python = visit.texts("#text code")
    assert r'{"texts":["\u202eevil \udb40\udc68 שלום\n\u00a0👩' + "\u200d👧" in curl
    assert r'client("\u202eevil \U000e0068 שלום\n\u00a0👩' in python
    visit.fill(["plain\nwords"])
    assert visit.page.locator("#text-input-hidden").inner_text() == ""


def test_a_sentence_is_drawn_from_where_it_is_read(visit: Visit):
    visit.fake(CROWDED["model"], answer_of(*(sentence_of(words.split()) for words in DIRECTIONS)))

    boxes = visit.page.locator(".scroll")
    assert [boxes.nth(at).get_attribute("dir") for at in range(boxes.count())] == list(DIRECTIONS.values())
    assert visit.texts("tbody th")[: len("החתול ישב על".split())] == "החתול ישב על".split()
    for view in ("Across", "Down"):
        visit.choose(view)
        assert visit.probe("overlapsInDrawings") == []
        assert [one["off"] for one in visit.probe("arcs")] == [[]] * len(DIRECTIONS)
        brackets = visit.probe("brackets")
        for words, way, bracket in zip(visit.probe("words"), DIRECTIONS.values(), brackets, strict=True):
            lefts, rights = ([word[side] for word in words] for side in ("left", "right"))
            if view == "Down":
                assert len(set(lefts if way == "ltr" else rights)) == 1
                assert (bracket[0] > max(rights)) if way == "ltr" else (bracket[1] < min(lefts))
            else:
                assert lefts == sorted(lefts, reverse=way == "rtl")
                assert bracket == pytest.approx([min(lefts[:2]) + 1, max(rights[:2]) - 1], abs=1)
            assert {word["text"]: word["runs"] for word in words}.get("C++", "ltr") == "ltr"
            assert {word["text"]: word["runs"] for word in words}.get("פועל", "rtl") == "rtl"


def test_a_sentence_too_long_or_too_deep_to_be_seen_across_runs_down(visit: Visit):
    short = sentence_of(["a", "short", "one"])
    deep = sentence_of(["w"] * 24, [0, *[1] * 23])  # every arc over the one before
    long = sentence_of(["word"] * 70)
    wide = sentence_of(["a" * 30] * 14)
    sentences = {"short": short, "deep": deep, "long": long, "wide": wide}
    visit.fake(CROWDED["model"], answer_of(short))
    shown = {}
    for name, sentence in sentences.items():
        for number in (1, 2):  # also where it stands among others
            answers = answer_of(*[short] * (number - 1), sentence)
            visit.page.route("**/v1/annotate", partial(fulfil, answers))
            visit.fill([f"{name} {number}"])
            visit.send()
            visit.wait_for_answer("text")
            shown[name, number] = visit.page.locator("[name=view]:checked").get_attribute("value")
    assert shown == {(name, at): "across" if name == "short" else "down" for name in sentences for at in (1, 2)}
    visit.choose("Across")  # what somebody chose stays
    visit.fill(["again"])
    visit.send()
    visit.wait_for_answer("text")
    assert visit.page.get_by_label("Across").is_checked()


def test_a_long_text_is_drawn_in_parts(visit: Visit):
    visit.fake(CROWDED["model"], {**answer_of(*[sentence_of(["word"] * 30)] * 26), "tasks": ["xpos"]})
    assert visit.page.locator("figure").count() == 20
    visit.page.get_by_role("button", name="Draw more: 6 sentences left").click()
    assert visit.page.locator("figure").count() == 26


def test_what_goes_on_beyond_the_edge_fades_has_a_bar_and_is_reached_by_the_keyboard(visit: Visit):
    visit.fake(CROWDED["model"], answer_of(sentence_of(["rather"] * 11)))
    nothing = {"more": "", "fades": ["0", "0"], "bar": 0, "reached": False}
    assert visit.probe("edges", ".scroll") == nothing
    visit.look("light", 700)
    visit.page.wait_for_selector(".scroll[data-more=right]")
    assert visit.probe("edges", ".scroll") == {"more": "right", "fades": ["0", "1"], "bar": 14, "reached": True}
    visit.page.locator(".scroll").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_selector(".scroll[data-more='left right']")
    visit.ask("() => document.querySelector('.scroll').scrollTo(9999, 0)")
    visit.page.wait_for_selector(".scroll[data-more=left]")
    assert visit.probe("edges", ".scroll")["fades"] == ["1", "0"]
    visit.look("light", 1120)
    visit.page.wait_for_selector(".scroll[data-more='']")
    assert visit.probe("edges", ".scroll") == nothing
    visit.look("light", 700)
    visit.fake(CROWDED["model"], answer_of(sentence_of(["שלום"] * 16, label="a-long-label")))
    visit.page.wait_for_selector(".scroll[data-more=left]")  # it begins at the right
    visit.choose("Table")
    visit.look("light", 240)
    visit.page.wait_for_selector(".table[data-more=right]")
    assert visit.probe("edges", ".table") == {"more": "right", "fades": ["0", "1"], "bar": 14, "reached": True}


@pytest.mark.parametrize(("width", "height"), [(1120, 900), (390, 800), (560, 450)])  # a desktop, a phone, 200 %
def test_a_field_grows_with_its_text_and_cuts_no_line(visit: Visit, width: int, height: int):
    visit.fake(**PAIRED)
    visit.page.set_viewport_size({"width": width, "height": height})
    before = visit.probe("field", "#text-input")
    assert before["isWhole"]
    assert before["lines"] in (2, 3)  # it shows an example
    few = "Some words that fill a line or two of a phone and go on."
    visit.page.fill("#text-input", few * 2 + "\n" + few)
    assert visit.probe("field", "#text-input") == {"isWhole": True, "lines": pytest.approx(5, abs=2), "cut": 0}
    visit.page.fill("#text-input", "line\n" * 60)
    grown = visit.probe("field", "#text-input")
    assert grown == {"isWhole": False, "lines": int(0.4 * height / 29), "cut": 0}
    visit.page.fill("#text-input", "")
    assert visit.probe("field", "#text-input") == before
    visit.page.locator("#tab-pair").click()
    visit.page.fill("#first", few * 2)
    assert visit.probe("field", "#first")["isWhole"]
    assert visit.probe("overlapsOnThePage") == []


def test_what_is_said_of_a_sentence_stands_on_chips_above_it(visit: Visit):
    own = [
        {"name": "genre", "kind": "classifier", "level": 4, "reads": [], "labels": ["blog"]},
        {"name": "ease", "kind": "regressor", "level": 4, "reads": [], "labels": ["1", "2"]},
    ]
    model = {**CROWDED["model"], "tasks": [*CROWDED["model"]["tasks"], *own]}
    said = {"labels": {"genre": "<b>\u202eblog"}, "scores": {"ease": 2.5}}
    answer = answer_of({**sentence_of(["a", "b"]), **said}, sentence_of(["c"]))
    visit.fake(model, {**answer, "tasks": [*answer["tasks"], "genre", "ease"]})

    for view in ("Across", "Down", "Table"):
        visit.choose(view)
        assert visit.texts(".said li") == ["genre <b>[RLO]blog", "ease 2.50"]
        assert visit.page.locator(".said").is_visible()
        assert visit.page.locator("figure").nth(1).locator(".said").count() == 0
        assert visit.too_faint() == []
    visit.page.get_by_role("switch", name="Genre").uncheck(force=True)
    assert visit.page.locator(".said").count() == 0
