"""Links as a column writes them."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.examples import GoldLinks, word_gold
from jmt.cascade.symbols.links import read_links, write_links


@pytest.mark.parametrize(("label", "places"), [("_", []), ("1", [0]), ("2|5", [1, 4]), ("5", [4])])
def test_what_is_written_is_read_again(label: str, places: list[int]):
    assert read_links(label, 5) == places
    assert write_links(places) == label


@pytest.mark.parametrize("label", ["", "0", "6", "-1", "2|", "5|2", "2|2", "two", "1,2", "²", "1 |2", "٣"])
def test_what_names_no_words_of_the_sentence_is_refused(label: str):
    with pytest.raises(ValueError, match="numbers from 1 to 5 that rise"):
        read_links(label, 5)


def test_gold_links_know_their_targets_and_are_checked_when_they_are_read():
    gold = word_gold("linker", ["a", "b", "c"], ["_", "1|2", "3"])
    assert isinstance(gold, GoldLinks)
    assert gold.targets == [[], [0, 1], [2]]
    assert gold.choices == ["none", "some", "some"]
    with pytest.raises(ValueError, match="sentence of 3"):
        word_gold("linker", ["a", "b", "c"], ["_", "4", "_"])
