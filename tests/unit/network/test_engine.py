"""The torch engine: which sentence of a pair is which, and that nothing is dropped out."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.prediction import Predictor
from jmt.errors import InputError
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


def test_an_engine_reads_all_sentences_as_of_its_corpus():
    model = tiny_model(corpus_vectors=["gum", "lines"])
    plain, gum, lines = (Predictor(TorchEngine(model, corpus=name)) for name in ("", "gum", "lines"))
    found = [one.annotate(SENTENCES, ["xpos"], confidences=True) for one in (plain, gum, lines)]

    assert found[0] != found[1] != found[2] != found[0]
    assert plain.of_corpus("lines").annotate(SENTENCES, ["xpos"], confidences=True) == found[2]
    assert lines.of_corpus("").annotate(SENTENCES, ["xpos"], confidences=True) == found[0]
    assert gum.compare(PAIRS, ["relatedness"]) != plain.compare(PAIRS, ["relatedness"])


def test_a_corpus_that_a_model_does_not_tell_apart_is_refused_with_those_that_it_does():
    with pytest.raises(InputError, match=r"tells no corpus 'ewt' from others; those that it does: gum, lines"):
        TorchEngine(tiny_model(corpus_vectors=["gum", "lines"]), corpus="ewt")
    with pytest.raises(InputError, match=r"'gum' from others; it tells none: leave it out"):
        TorchEngine(tiny_model(), corpus="gum")
