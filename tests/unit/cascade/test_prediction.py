"""The predictor: order, budgets, who climbs how far, what it refuses; whatever the engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from jmt.cascade.climb import rows_at
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.errors import InputError
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from tests.assets.tiny_model import SENTENCES, tiny_model
from tests.assets.tiny_transformer import TASKS, tiny_transformer

pytestmark = pytest.mark.numbers

WORDS = [word for sentence in SENTENCES for word in sentence]
PAIRS = [(WORDS[:length], WORDS[length : 2 * length - 1]) for length in (4, 2, 9, 3, 7, 2)]


@pytest.mark.parametrize("budget", [1, 12, 10_000])
def test_answers_stand_in_the_order_of_the_questions_whatever_the_budget(budget: int):
    model = tiny_model()
    sentences = [first for first, _ in PAIRS]
    alone, many = Predictor(TorchEngine(model)), Predictor(TorchEngine(model), batch_tokens=budget)

    found = many.annotate(sentences, ["xpos", "dep"])
    assert [answer["xpos"].labels for answer in found] == [
        alone.annotate([words], ["xpos"])[0]["xpos"].labels for words in sentences
    ]
    assert [len(answer["dep"].tree.head_ids) for answer in found] == [len(words) for words in sentences]
    assert [answer["relatedness"].score for answer in many.compare(PAIRS, ["relatedness"])] == pytest.approx(
        [Predictor(TorchEngine(model)).compare([pair], ["relatedness"])[0]["relatedness"].score for pair in PAIRS],
        abs=1e-5,
    )


def test_a_batch_pads_to_no_more_tokens_than_the_budget(monkeypatch: pytest.MonkeyPatch):
    shapes: list[tuple[int, ...]] = []
    forward = JointModel.forward

    def watched(self: JointModel, batch, tasks, tops):
        shapes.append(tuple(batch.mask.shape))
        return forward(self, batch, tasks, tops)

    monkeypatch.setattr(JointModel, "forward", watched)
    predictor = Predictor(TorchEngine(tiny_model()), batch_tokens=16)
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
    predictor = Predictor(TorchEngine(tiny_model()))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda words: predictor.annotate([words], ["xpos"])[0]["xpos"], SENTENCES * 4))

    assert most == [1]
    assert answers == [answer["xpos"] for answer in predictor.annotate(SENTENCES, ["xpos"])] * 4


def test_what_cannot_be_predicted_is_refused():
    predictor = Predictor(TorchEngine(tiny_model()))

    with pytest.raises(InputError, match="no such task here: `entailment`; it has xpos, chunk, dep"):
        predictor.annotate(SENTENCES, ["entailment"])
    with pytest.raises(InputError, match="no such task here: `dep`; it has relatedness, entailment"):
        predictor.compare(PAIRS, ["dep"])
    with pytest.raises(InputError, match="pair 2: the second sentence has no words"):
        predictor.compare([PAIRS[0], (["a"], [])], ["relatedness"])


class Echo:
    """An engine without arithmetic: every word's label is the word itself; it writes down what it is asked."""

    def __init__(self) -> None:
        self.cascade = tiny_model().cascade
        self.asked: list[tuple[list[str], list[str], list[int] | None]] = []

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> dict[str, list[Tagged]]:
        self.asked.append((["".join(words) for words in rows], list(tasks), None if tops is None else list(tops)))
        level_of = {task: self.cascade.config.tasks[task].level for task in tasks}
        reached = {task: len(rows) if tops is None else rows_at(level_of[task], tops) for task in tasks}
        return {task: [Tagged(list(words)) for words in rows[: reached[task]]] for task in tasks}


def test_any_engine_will_do_and_whoever_climbs_furthest_stands_first():
    engine = Echo()
    sentences, tasks = [["a"], ["b"], [], ["c"]], [["xpos"], ["chunk", "xpos"], ["dep"], ["xpos"]]

    found = Predictor(engine).annotate_each(sentences, tasks)

    assert engine.asked == [(["b", "a", "c"], ["chunk", "xpos"], [2, 1, 1])]
    assert found == [
        {"xpos": Tagged(["a"])},
        {"chunk": Tagged(["b"]), "xpos": Tagged(["b"])},
        {"dep": Parsed(Tree([], []), [])},
        {"xpos": Tagged(["c"])},
    ]


def test_a_sentence_without_words_never_reaches_the_engine():
    engine = Echo()

    assert Predictor(engine).annotate([[], []], ["xpos"]) == [{"xpos": Tagged([], [])}] * 2
    assert engine.asked == []


def test_a_sentence_that_is_asked_for_nothing_gets_nothing_and_never_reaches_the_engine():
    engine = Echo()

    assert Predictor(engine).annotate_each([["a"], ["b"]], [[], ["xpos"]]) == [{}, {"xpos": Tagged(["b"])}]
    assert engine.asked == [(["b"], ["xpos"], [1])]


def test_pairs_are_budgeted_by_the_longer_of_their_sentences():
    engine = Echo()
    pairs = [(["a"], ["b"] * 8), (["c"], ["d"] * 8), (["e"] * 8, ["f"])]

    Predictor(engine, batch_tokens=16).compare(pairs, ["relatedness"])

    assert [len(rows) for rows, *_ in engine.asked] == [2, 2, 2]


def test_a_grade_of_both_orders_is_their_mean_and_the_same_in_both(monkeypatch: pytest.MonkeyPatch):
    graded_twice = {**TASKS, "relatedness": {**TASKS["relatedness"], "orders": "both"}}
    models = [tiny_transformer(pairs="together", tasks=tasks) for tasks in (TASKS, graded_twice)]
    given, turned = (Predictor(TorchEngine(model), batch_tokens=24) for model in models)
    tasks = ["relatedness", "entailment"]
    one, other = given.compare(PAIRS, tasks), given.compare([pair[::-1] for pair in PAIRS], tasks)
    found, back = turned.compare(PAIRS, tasks), turned.compare([pair[::-1] for pair in PAIRS], tasks)

    assert max(abs(a["relatedness"].score - b["relatedness"].score) for a, b in zip(one, other, strict=True)) > 0.01
    for first, second, mean, turned_mean in zip(one, other, found, back, strict=True):
        grades = [of["relatedness"] for of in (first, second, mean, turned_mean)]
        assert grades[2].score == pytest.approx((grades[0].score + grades[1].score) / 2, abs=1e-5)
        assert grades[3].score == pytest.approx(grades[2].score, abs=1e-5)
        assert sum(grades[2].distribution) == pytest.approx(1, abs=1e-5)
        assert mean["entailment"].label == first["entailment"].label  # a class is one of the order
    asked = []
    run = turned.engine.run
    monkeypatch.setattr(
        turned.engine, "run", lambda rows, tasks, **more: asked.append(tasks) or run(rows, tasks, **more)
    )
    turned.compare(PAIRS[:1], ["entailment"])
    assert asked == [["entailment"]]  # nothing is computed twice where no grade is asked for


def test_one_thread_at_a_time_compares():
    inside, most = [0], [0]

    class Watched(Echo):
        def run(self, rows: Sequence[Words], tasks: Sequence[str], *, pairs: bool = False) -> dict[str, list[Tagged]]:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.002)
            inside[0] -= 1
            return super().run(rows, tasks, pairs=pairs)

    predictor = Predictor(Watched())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: predictor.compare([pair], ["relatedness"]), PAIRS * 2))

    assert most == [1]


def test_predictors_of_two_corpora_take_turns_since_they_share_the_table_of_forms(monkeypatch: pytest.MonkeyPatch):
    inside, most = [0], [0]

    def watched(lexicon: Lexicon, forms: Sequence[str]):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.002)
        inside[0] -= 1
        return look_up(lexicon, forms)

    look_up = Lexicon.look_up
    monkeypatch.setattr(Lexicon, "look_up", watched)
    plain = Predictor(TorchEngine(tiny_model(corpus_vectors=["gum", "lines"])))
    predictors = [plain, plain.of_corpus("gum"), plain.of_corpus("gum").of_corpus("lines")]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda predictor: predictor.annotate(SENTENCES, ["xpos"]), predictors * 6))

    assert most == [1]
