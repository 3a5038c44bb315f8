"""The predictor: which sentence of a pair is which, order, budgets, and what it refuses."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.errors import InputError
from jmt.network.batches.batching import build_batch
from jmt.network.model import JointModel
from jmt.network.prediction import Predictor
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
    found = Predictor(model).compare(PAIRS, ["entailment"])
    turned = Predictor(model).compare([(second, first) for first, second in PAIRS], ["entailment"])

    for (first, second), answer, other in zip(PAIRS, found, turned, strict=True):
        grades = model.heads["relatedness"].score(*as_words(model, 4, first, second), [])
        embedded = grades.softmax(-1) @ model.label_embeddings["relatedness"].table
        scores = model.heads["entailment"].score(*as_words(model, 5, first, second), [embedded])
        expected = scores.softmax(-1)[0].tolist()
        assert list(answer["entailment"].probabilities.values()) == pytest.approx(expected, abs=1e-5)
        assert list(other["entailment"].probabilities.values()) != pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("budget", [1, 12, 10_000])
def test_answers_stand_in_the_order_of_the_questions_whatever_the_budget(budget: int):
    model = tiny_model()
    sentences = [first for first, _ in PAIRS]
    many = Predictor(model, batch_tokens=budget)

    found = many.annotate(sentences, ["xpos", "dep"])
    assert [answer["xpos"].labels for answer in found] == [
        Predictor(model).annotate([words], ["xpos"])[0]["xpos"].labels for words in sentences
    ]
    assert [len(answer["dep"].tree.head_ids) for answer in found] == [len(words) for words in sentences]
    assert [answer["relatedness"].score for answer in many.compare(PAIRS, ["relatedness"])] == pytest.approx(
        [Predictor(model).compare([pair], ["relatedness"])[0]["relatedness"].score for pair in PAIRS], abs=1e-5
    )


def test_a_batch_pads_to_no_more_tokens_than_the_budget(monkeypatch: pytest.MonkeyPatch):
    shapes: list[tuple[int, ...]] = []
    forward = JointModel.forward

    def watched(self: JointModel, batch, tasks):
        shapes.append(tuple(batch.mask.shape))
        return forward(self, batch, tasks)

    monkeypatch.setattr(JointModel, "forward", watched)
    predictor = Predictor(tiny_model(), batch_tokens=16)
    predictor.annotate([first for first, _ in PAIRS], ["xpos"])
    predictor.compare(PAIRS, ["relatedness"])

    assert len(shapes) > 4
    assert all(rows * width <= 16 or rows in (1, 2) for rows, width in shapes)


def test_one_thread_at_a_time_looks_words_up_and_runs_the_model(monkeypatch: pytest.MonkeyPatch):
    """The table of forms grows while it is read, so that two threads in it at once would mix up words."""
    inside, most = [0], [0]

    def alone(method):
        def watched(*arguments):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.002)
            try:
                return method(*arguments)
            finally:
                inside[0] -= 1

        return watched

    monkeypatch.setattr(Lexicon, "look_up", alone(Lexicon.look_up))
    monkeypatch.setattr(JointModel, "score", alone(JointModel.score))
    predictor = Predictor(tiny_model())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda words: predictor.annotate([words], ["xpos"])[0]["xpos"], SENTENCES * 4))

    assert most == [1]
    assert answers == [answer["xpos"] for answer in predictor.annotate(SENTENCES, ["xpos"])] * 4


def test_a_model_that_was_being_trained_predicts_without_dropout():
    model = tiny_model().train()
    first, second = (Predictor(model).annotate(SENTENCES, ["xpos"], confidences=True) for _ in range(2))

    assert not model.training
    assert first == second


def test_what_cannot_be_predicted_is_refused():
    predictor = Predictor(tiny_model())

    with pytest.raises(InputError, match="no such task here: `entailment`; it has xpos, chunk, dep"):
        predictor.annotate(SENTENCES, ["entailment"])
    with pytest.raises(InputError, match="no such task here: `dep`; it has relatedness, entailment"):
        predictor.compare(PAIRS, ["dep"])
    with pytest.raises(InputError, match="pair 2: the second sentence has no words"):
        predictor.compare([PAIRS[0], (["a"], [])], ["relatedness"])
