"""Links among the words of a sentence, and how sure they are, against a loop over all words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jmt.cascade.decoding.linking import LinkDecoder
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.links import read_links
from jmt.cascade.task_config import LinkerConfig

LENGTHS = [3, 1, 4]
SCORES = np.random.default_rng(2).normal(scale=2.0, size=(3, 4, 4)).astype(np.float32)


def decoder(temperature: float = 1.0) -> LinkDecoder:
    return LinkDecoder(LinkerConfig(level=1), LabelSet(["0", "1"]), temperature)


def test_a_word_is_linked_to_all_words_of_its_sentence_that_are_likelier_than_not():
    for found, scores, length in zip(decoder().decode(SCORES, np.array(LENGTHS)), SCORES, LENGTHS, strict=True):
        assert found.confidences is None
        links = [read_links(label, length) for label in found.labels]
        assert links == [[to for to in range(length) if scores[word, to] > 0] for word in range(length)]


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_a_word_is_as_sure_as_all_that_is_said_of_the_links_that_leave_it(temperature: float):
    decoded = decoder(temperature).decode(SCORES, np.array(LENGTHS), confidences=True)
    for found, scores, length in zip(decoded, SCORES, LENGTHS, strict=True):
        expected = []
        for word in range(length):
            sure = 1.0
            for to in range(length):
                linked = 1 / (1 + math.exp(-float(scores[word, to]) / temperature))
                sure *= max(linked, 1 - linked)
            expected.append(sure)
        assert found.confidences == pytest.approx(expected)
