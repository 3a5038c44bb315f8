"""How probable a parser finds trees: predicted and given, against sums over all that it could choose."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from jmt.annotate import Annotator
from jmt.errors import InputError, ScoreError
from jmt.network.checkpoint import weights_of
from jmt.network.engine import TorchEngine
from jmt.runtime.engine import RuntimeEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.all_trees import all_trees
from tests.assets.tiny_model import LABELS, SENTENCES, tiny_model


@pytest.fixture(scope="module", params=["torch", "runtime"])
def annotator(request: pytest.FixtureRequest) -> Annotator:
    model = tiny_model()
    engine: Any = TorchEngine(model) if request.param == "torch" else RuntimeEngine(model.cascade, weights_of(model))
    return Annotator(engine.at_temperatures({"dep": 1.7}), RuleSegmenter("en"), batch_tokens=10)


def scored(annotator: Annotator, words: list[str], heads: tuple[int, ...], deprels: list[str]) -> Any:
    document = annotator.annotate_tokens([words])
    document.sentences[0].write_tree(heads, deprels)
    return annotator.score_trees(document.sentences)[0]


def test_the_probabilities_of_all_heads_and_of_all_relations_of_a_word_sum_up_to_one(annotator: Annotator):
    words = ["cat", "sat", "."]
    choices = [[head for head in range(4) if head != word] for word in (1, 2, 3)]
    every = list(itertools.product(*choices))
    heads = sum(math.exp(scored(annotator, words, heads, ["det"] * 3).head_total) for heads in every)
    relations = sum(math.exp(scored(annotator, words, (2, 0, 2), [name] * 3).deprels[0]) for name in LABELS["dep"])

    assert heads == pytest.approx(1, abs=1e-5)
    assert relations == pytest.approx(1, abs=1e-5)


def test_no_tree_is_more_probable_than_the_predicted_one_without_its_labels(annotator: Annotator):
    words = ["The", "cat", "sat", "."]
    best = annotator.score_trees(annotator.annotate_tokens([words]).sentences)[0].head_total
    others = [scored(annotator, words, heads, ["det"] * 4).head_total for heads in all_trees(4)]

    assert max(others) == pytest.approx(best, abs=1e-5)
    assert sum(map(math.exp, others)) < 1


def test_heads_are_as_probable_as_their_confidences_say(annotator: Annotator):
    document = annotator.annotate_tokens(SENTENCES, confidences=True)
    scores = annotator.score_trees(document.sentences)

    for sentence, score in zip(document.sentences, scores, strict=True):
        sure = [token.confidences["dep"] for token in sentence.tokens]
        assert np.exp(score.heads) == pytest.approx(sure, abs=1e-5)
        assert score.total == pytest.approx(sum(score.heads) + sum(score.deprels))
        assert len(score.deprels) == len(sentence.tokens)


def test_a_tree_scores_the_same_alone_and_in_any_batch_and_stays_as_it_was(annotator: Annotator):
    document = annotator.annotate_tokens([*SENTENCES, ["cat"]])
    before = document.to_dict()
    scores = annotator.score_trees(document.sentences)

    assert document.to_dict() == before
    for sentence, score in zip(document.sentences, scores, strict=True):
        (alone,) = annotator.score_trees([sentence])
        assert alone.heads == pytest.approx(score.heads, abs=1e-5)
        assert alone.deprels == pytest.approx(score.deprels, abs=1e-5)
    assert scores[-1].heads == [pytest.approx(0, abs=1e-6)]  # one word has no choice


def test_what_the_parser_rules_out_is_minus_infinity(annotator: Annotator):
    unknown = scored(annotator, ["cat", "sat"], (2, 0), ["det", "nonsense"])
    itself = scored(annotator, ["cat", "sat"], (1, 0), ["det", "root"])

    assert (unknown.deprels[1], unknown.total) == (-math.inf, -math.inf)
    assert math.isfinite(unknown.head_total)
    assert itself.heads[0] == -math.inf


@pytest.mark.parametrize("head", [3, -1, "1", 1.0])
def test_a_head_that_is_no_word_is_refused_with_its_place(annotator: Annotator, head: Any):
    document = annotator.annotate_tokens([["cat"], ["dog", "ran"]])
    document.sentences[1].tokens[1].head = head

    with pytest.raises(InputError, match=r"sentence 2, word 2: head .* is no word; a head is 0, the root, or 1 to 2"):
        annotator.score_trees(document.sentences)


def test_a_sentence_without_a_tree_and_a_model_without_a_parser_are_refused(annotator: Annotator):
    document = annotator.annotate_tokens([["cat"]], tasks=["xpos"])
    with pytest.raises(InputError, match=r"sentence 1, word 1 \('cat'\) has no head: annotate it first"):
        annotator.score_trees(document.sentences)
    with pytest.raises(InputError, match="no task `xpos` to run here; this model has dep"):
        annotator.score_trees([], task="xpos")
    tagger = Annotator(TorchEngine(tiny_model(("xpos",))), RuleSegmenter("en"))
    with pytest.raises(InputError, match="this model has no parser, only xpos"):
        tagger.score_trees([])


def test_weights_that_are_no_numbers_are_refused_by_the_name_of_the_task():
    model = tiny_model()
    weights = {**weights_of(model), "heads.dep.root": np.full(16, np.nan, np.float32)}
    annotator = Annotator(RuntimeEngine(model.cascade, weights), RuleSegmenter("en"))
    document = annotator.annotate_tokens([["cat"]], tasks=["xpos"])
    document.sentences[0].write_tree([0], ["root"])

    with pytest.raises(ScoreError, match="task `dep`"):
        annotator.score_trees(document.sentences)


def test_heads_may_be_whole_numbers_of_numpy(annotator: Annotator):
    document = annotator("She reads a book.")
    expected = annotator.score_trees(document.sentences)
    sentence = document.sentences[0]
    sentence.write_tree(
        np.array([token.head for token in sentence.tokens]), [token.deprel for token in sentence.tokens]
    )
    assert annotator.score_trees(document.sentences) == expected


def test_a_tree_of_too_few_words_is_refused(annotator: Annotator):
    sentence = annotator("She reads a book.").sentences[0]
    with pytest.raises(InputError, match="5 tokens need as many heads and relations, found 2 and 2"):
        sentence.write_tree([2, 0], ["nsubj", "root"])
