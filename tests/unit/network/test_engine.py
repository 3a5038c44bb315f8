"""The torch engine: which sentence of a pair is which, and that nothing is dropped out."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.prediction import Predictor
from jmt.network.batches.batching import build_batch
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from tests.assets.tiny_model import SENTENCES, tiny_model

pytestmark = pytest.mark.numbers

WORDS = [word for sentence in SENTENCES for word in sentence]
PAIRS = [(WORDS[:length], WORDS[length : 2 * length - 1]) for length in (4, 2, 9, 3, 7, 2)]


def pooled(model: JointModel, level: int, words: list[str]) -> torch.Tensor:
    """The largest hidden states of one sentence alone, (1, 2H)."""
    seen: list[torch.Tensor] = []
    handle = model.encoder.levels[level - 1].register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.inference_mode():
        model(build_batch([words, words], model.lexicon), ["relatedness", "entailment"])
    handle.remove()
    return seen[0][:1].amax(dim=1)


def as_words(model: JointModel, level: int, first: list[str], second: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Two sentences of one word each, whose states are the pooled ones of the given sentences; with their mask."""
    hidden = torch.stack([pooled(model, level, first), pooled(model, level, second)])
    return hidden, torch.ones(2, 1, dtype=torch.bool)


def test_the_first_sentence_of_a_pair_is_the_one_that_entails():
    model = tiny_model()
    found = Predictor(TorchEngine(model)).compare(PAIRS, ["entailment"])
    turned = Predictor(TorchEngine(model)).compare([(second, first) for first, second in PAIRS], ["entailment"])

    for (first, second), answer, other in zip(PAIRS, found, turned, strict=True):
        grades = model.heads["relatedness"].score(*as_words(model, 4, first, second), [])
        embedded = grades.softmax(-1) @ model.label_embeddings["relatedness"].table
        scores = model.heads["entailment"].score(*as_words(model, 5, first, second), [embedded])
        expected = scores.softmax(-1)[0].tolist()
        assert list(answer["entailment"].probabilities.values()) == pytest.approx(expected, abs=1e-5)
        assert list(other["entailment"].probabilities.values()) != pytest.approx(expected, abs=1e-3)


def test_a_model_that_was_being_trained_predicts_without_dropout():
    model = tiny_model().train()
    first, second = (Predictor(TorchEngine(model)).annotate(SENTENCES, ["xpos"], confidences=True) for _ in range(2))

    assert not model.training
    assert first == second
