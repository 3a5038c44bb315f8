"""Sentences with tasks of their own in one batch: each gets what it gets alone, and climbs no higher than it needs."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import torch

from jmt.annotate import Annotator
from jmt.document import Sentence, Token
from jmt.errors import InputError, ScoreError
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import SENTENCES, tiny_model

pytestmark = pytest.mark.numbers

TOKEN_TASKS = ["xpos", "chunk", "dep"]
SHARING = {"level2": {"kind": "soft"}}


def sentence_of(words: list[str]) -> Sentence:
    return Sentence([Token(position, word) for position, word in enumerate(words, start=1)])


def bilstm() -> Annotator:
    return Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))


def columns() -> Annotator:
    return Annotator(TorchEngine(tiny_model(sharing=SHARING)), RuleSegmenter("en"))


def transformer() -> Annotator:
    from tests.assets.tiny_transformer import tiny_transformer

    return Annotator(
        TorchEngine(tiny_transformer(longest=16)), RuleSegmenter("en")
    )  # long sentences need several windows


@pytest.mark.parametrize("build", [bilstm, columns, transformer])
def test_each_sentence_gets_what_it_gets_alone(build: Callable[[], Annotator]):
    annotator, dice = build(), random.Random(1)
    words = [word for sentence in SENTENCES for word in sentence]
    texts = [dice.choices(words, k=dice.randrange(1, 25)) for _ in range(60)]
    tasks_of = [dice.sample(TOKEN_TASKS, dice.randrange(1, 4)) for _ in texts]
    together = [sentence_of(text) for text in texts]

    annotator.annotate_each(together, tasks_of)

    for text, tasks, found in zip(texts, tasks_of, together, strict=True):
        alone = sentence_of(text)
        annotator.annotate_sentences([alone], tasks)
        assert found.to_dict() == alone.to_dict()


def test_a_sentence_climbs_no_higher_than_its_tasks_need():
    annotator = bilstm()
    rows: list[int] = []
    annotator.predictor.engine.model.hidden.register_forward_hook(lambda _, __, hidden: rows.append(len(hidden)))
    sentences = [sentence_of(["a", "b"]) for _ in range(6)]

    annotator.annotate_each(sentences, [["xpos"], ["dep"], ["xpos"], ["chunk"], ["xpos"], ["dep"]])

    assert rows == [6, 3, 2]


def test_an_unknown_task_of_one_sentence_is_refused():
    with pytest.raises(InputError, match="magic"):
        bilstm().annotate_each([sentence_of(["a"])] * 2, [["xpos"], ["magic"]])


def test_a_model_with_damaged_weights_says_so():
    annotator = bilstm()
    with torch.no_grad():
        annotator.predictor.engine.model.heads["xpos"].classifier[-1].bias[0] = float("nan")

    with pytest.raises(ScoreError, match="`xpos`"):
        annotator.annotate_each([sentence_of(["a"])], [["xpos"]])


def test_without_bfloat16_the_same_is_annotated_as_in_float32(processor_without_bfloat16):
    reduced = Annotator(TorchEngine(tiny_model(), precision="bfloat16"), RuleSegmenter("en"))
    assert reduced.predictor.engine.precision == "float32"
    text = "The small cat sat on the mat."
    assert reduced(text, confidences=True).to_dict() == bilstm()(text, confidences=True).to_dict()


def test_bfloat16_gives_whole_documents_and_probabilities_that_add_up():
    annotator = Annotator(TorchEngine(tiny_model(), precision="bfloat16"), RuleSegmenter("en"))
    document = annotator("The small cat sat on the mat.")
    judgement = annotator.compare("A cat sat.", "The dog ran.")

    assert all(token.head is not None and token.xpos for token in document.tokens)
    assert judgement.probabilities is not None
    assert sum(judgement.probabilities.values()) == pytest.approx(1, abs=1e-5)
