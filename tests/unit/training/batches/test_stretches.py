"""Paragraphs are cut so that nothing is said twice or left out, and every atom sees what it would see in the whole."""

from __future__ import annotations

import itertools

import pytest
import torch

from jmt.cascade.symbols.examples import TaskExamples
from jmt.segmentation.labels import NOT_SAID
from jmt.segmentation.stretches import WHITE, parted
from jmt.training.batches import stretches
from jmt.training.batches.stretches import stretches_of
from tests.assets.tiny_segmenter import tiny_segmenter


def paragraphs(*sizes: int) -> TaskExamples:
    inputs = [["\n\nw0", *(f" w{place}" for place in range(1, size))] for size in sizes]
    return TaskExamples("s", "segmenter", inputs, [["S", *["T"] * (size - 1)] for size in sizes])


@pytest.fixture
def as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out no stretch anew."""
    monkeypatch.setattr(stretches, "_LINES", 0)
    monkeypatch.setattr(stretches, "_WRAPPED", 0)


@pytest.mark.parametrize("size", [1, 159, 160, 161, 320, 500])
def test_every_label_is_said_once(size: int, as_they_are: None):
    found = stretches_of(paragraphs(size), 15, seed=1)
    said = [
        (item, label)
        for row, labels in zip(found.inputs, found.gold, strict=True)
        for item, label in zip(row, labels, strict=True)
        if label != NOT_SAID
    ]

    whole = paragraphs(size)
    assert said == list(zip(whole.inputs[0], whole.gold[0], strict=True))


def test_an_atom_of_which_something_is_said_scores_as_in_the_whole(as_they_are: None):
    network, whole = tiny_segmenter(), paragraphs(500)
    found = stretches_of(whole, sum(network.config.dilations), seed=1)
    with torch.no_grad():
        expected = network(network.build_batch(whole.inputs), ["s"])["s"][0]
        parts = network(network.build_batch(found.inputs), ["s"])["s"]
    scores = [
        parts[row, place]
        for row, labels in enumerate(found.gold)
        for place, label in enumerate(labels)
        if label != NOT_SAID
    ]

    assert torch.allclose(torch.stack(scores), expected, atol=1e-5)


def test_lines_are_set_where_sentences_begin_or_words_do_and_nothing_else_changes():
    sizes = [40] * 300
    whole, found = paragraphs(*sizes), stretches_of(paragraphs(*sizes), 15, seed=1)
    changed = 0
    for row, other in zip(whole.inputs, found.inputs, strict=True):
        assert [parted(item)[1] for item in row] == [parted(item)[1] for item in other]
        different = [(one, new) for one, new in zip(row, other, strict=True) if one != new]
        changed += bool(different)
        assert all(one.startswith(" ") and new.startswith("\n") for one, new in different)

    assert 0 < changed < 0.2 * len(sizes)
    assert stretches_of(paragraphs(*sizes), 15, seed=1) == found
    assert stretches_of(paragraphs(*sizes), 15, seed=2) != found
    assert set(WHITE.values()) == {"", " ", "\n", "  ", "\n\n"}


def laid_out(monkeypatch: pytest.MonkeyPatch, lines: float, wrapped: float, gold: list[str]) -> list[bool]:
    """Whether a line begins at each of the atoms of a stretch with this gold."""
    monkeypatch.setattr(stretches, "_LINES", lines)
    monkeypatch.setattr(stretches, "_WRAPPED", wrapped)
    whole = paragraphs(len(gold))
    found = stretches_of(TaskExamples("s", "segmenter", whole.inputs, [gold]), 15, seed=1)
    return [str(item).startswith("\n") and not str(item).startswith("\n\n") for item in found.inputs[0]]


def test_a_stretch_in_lines_has_one_for_every_sentence(monkeypatch: pytest.MonkeyPatch):
    gold = ["S", "T", "T", "S / cut 1+*", "I", "S", "T"]

    assert laid_out(monkeypatch, 1, 0, gold) == [False, False, False, True, False, True, False]


def test_a_wrapped_stretch_has_lines_of_about_a_dozen_atoms(monkeypatch: pytest.MonkeyPatch):
    begins = laid_out(monkeypatch, 0, 1, ["S", *["T"] * 149])
    places = [place for place, line in enumerate(begins) if line]

    assert len(places) > 8
    assert places[0] < 12
    assert {second - first for first, second in itertools.pairwise(places)} <= set(range(10, 15))


def test_no_line_ends_inside_of_a_token():
    whole = paragraphs(*[40] * 100)
    inside = TaskExamples("s", "segmenter", whole.inputs, [["S", *["I"] * 39] for _ in whole.inputs])

    assert stretches_of(inside, 15, seed=1).inputs == whole.inputs
    assert stretches_of(whole, 15, seed=1).inputs != whole.inputs
