"""What a client sent becomes items, or is refused with a pointer."""

from __future__ import annotations

import pytest

from jmt.annotate.annotator import Annotator
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from jmt.serve.answering.problems import Problem
from jmt.serve.asking.prepare import prepare_pairs, prepare_texts, prepare_tokens
from jmt.serve.contract.requests import Pair
from jmt.serve.settings import Settings
from tests.assets.tiny_model import tiny_model


def test_a_text_in_a_language_without_rules_is_the_clients_mistake_and_words_are_taken():
    annotator = Annotator(TorchEngine(tiny_model(language="yue")), RuleSegmenter("yue"))
    texts = ["", "A cat sat."]

    for prepare, pointer in (
        (lambda: prepare_texts(texts, annotator.segment_each(texts), Settings()), "/texts/1"),
        (lambda: prepare_pairs([Pair(first="a cat", second="a dog")], annotator, Settings()), "/pairs/0/first"),
    ):
        with pytest.raises(Problem) as refused:
            prepare()
        assert (refused.value.status, refused.value.faults[0].pointer) == (422, pointer)
        assert "no rules that split a text" in refused.value.detail

    assert prepare_tokens([["a", "cat"]], Settings()).tokens == [2]
