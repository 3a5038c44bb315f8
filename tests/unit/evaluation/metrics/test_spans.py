"""Span scores against a scorer written here after conlleval.pl's rules, on odd sequences."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from seqeval.metrics import f1_score, precision_score, recall_score

from jmt.cascade.symbols.labels import spans_of
from jmt.evaluation.metrics.spans import NO_SPAN, Spans


def parts(label: str) -> tuple[str, str]:
    return (label[0], label[2:]) if label != "O" else ("O", "")


def ends_before(previous: str, label: str) -> bool:
    """conlleval's endOfChunk for the codes B, I and O (and E, S, which it knows too)."""
    (code, kind), (next_code, next_kind) = parts(previous), parts(label)
    if code in "ES":
        return True
    if code in "BI" and next_code in "BSO":
        return True
    return code != "O" and kind != next_kind


def starts_at(previous: str, label: str) -> bool:
    """conlleval's startOfChunk."""
    (code, kind), (next_code, next_kind) = parts(previous), parts(label)
    if next_code in "BS":
        return True
    if code in "ESO" and next_code in "EI":
        return True
    return next_code != "O" and kind != next_kind


def conlleval(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, float]:
    """Walk through both columns at once, as the script does: a chunk is right if both start, agree and end together."""
    found: Counter[str] = Counter()
    for gold_labels, predicted_labels in zip(gold, predicted, strict=True):
        inside = False
        last_gold, last_predicted = "O", "O"
        for label, guess in zip([*gold_labels, "O"], [*predicted_labels, "O"], strict=True):
            gold_ends, predicted_ends = ends_before(last_gold, label), ends_before(last_predicted, guess)
            if inside and (gold_ends or predicted_ends):
                found["correct"] += gold_ends and predicted_ends and parts(last_gold)[1] == parts(last_predicted)[1]
                inside = False
            gold_starts, predicted_starts = starts_at(last_gold, label), starts_at(last_predicted, guess)
            found["gold"] += gold_starts
            found["predicted"] += predicted_starts
            inside = inside or (gold_starts and predicted_starts and parts(label)[1] == parts(guess)[1])
            if inside and parts(label)[1] != parts(guess)[1]:
                inside = False
            last_gold, last_predicted = label, guess
    precision = found["correct"] / found["predicted"] if found["predicted"] else 0.0
    recall = found["correct"] / found["gold"] if found["gold"] else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"f1": f1, "precision": precision, "recall": recall, "count": found["gold"]}


def score(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, float]:
    metric = Spans()
    for labels, guesses in zip(gold, predicted, strict=True):
        metric.update(labels, guesses)
    return metric.result()


@pytest.mark.parametrize(
    ("gold", "predicted", "correct"),
    [
        ("I-NP I-NP O", "B-NP I-NP O", 1),  # an I after nothing starts a chunk
        ("B-NP I-VP", "B-NP B-VP", 2),  # an I of another type starts one
        ("B-NP B-NP", "B-NP I-NP", 0),  # neighbours of one type are not one chunk
        ("O I-NP B-NP", "O B-NP B-NP", 2),
        ("B-NP I-NP I-NP", "B-NP I-NP O", 0),  # a wrong end
        ("B-NP I-NP", "B-VP I-VP", 0),  # a wrong type
        ("B-NP I-VP I-NP", "B-NP I-VP I-NP", 3),
        ("O O", "O O", 0),
    ],
)
def test_odd_sequences_are_counted_as_conlleval_counts_them(gold: str, predicted: str, correct: int) -> None:
    result = score([gold.split()], [predicted.split()])
    assert result == pytest.approx(conlleval([gold.split()], [predicted.split()]))
    assert round(result["recall"] * result["count"]) == correct


def test_random_odd_sequences_are_counted_as_conlleval_counts_them() -> None:
    draw = random.Random(4)
    labels = ["O", "B-NP", "I-NP", "B-VP", "I-VP", "I-ADJP"]
    scores = set()
    for _ in range(400):
        gold = [draw.choices(labels, k=draw.randint(0, 9)) for _ in range(draw.randint(1, 4))]
        predicted = [[draw.choice([label, label, draw.choice(labels)]) for label in row] for row in gold]
        result = score(gold, predicted)
        assert result == pytest.approx(conlleval(gold, predicted))
        scores.add(result["f1"])
    assert len(scores) > 100


@pytest.mark.filterwarnings("ignore")  # seqeval and numpy warn about types that are never predicted
def test_the_totals_are_those_of_seqeval_in_its_default_mode() -> None:
    draw = random.Random(5)
    labels = ["O", "B-NP", "I-NP", "B-VP", "I-VP"]
    gold = [draw.choices(labels, k=12) for _ in range(40)]
    predicted = [[draw.choice([label, draw.choice(labels)]) for label in row] for row in gold]
    result = score(gold, predicted)
    assert result["f1"] == pytest.approx(f1_score(gold, predicted))
    assert result["precision"] == pytest.approx(precision_score(gold, predicted))
    assert result["recall"] == pytest.approx(recall_score(gold, predicted))


def test_our_own_span_rules_find_the_spans_that_seqeval_finds() -> None:
    draw = random.Random(6)
    for _ in range(300):
        labels = draw.choices(["O", "B-NP", "I-NP", "B-VP", "I-VP"], k=draw.randint(0, 8))
        metric = Spans()
        metric.update(labels, labels)
        assert metric.result()["count"] == len(spans_of(labels))
        assert metric.labels.gold == Counter(kind for kind, _, _ in spans_of(labels))


def test_confusion_pairs_spans_of_the_same_words() -> None:
    metric = Spans()
    metric.update(["B-NP", "I-NP", "O", "B-VP", "B-PP"], ["B-VP", "I-VP", "B-NP", "B-VP", "I-VP"])
    assert metric.confusion == {("NP", "VP"): 1, (NO_SPAN, "NP"): 1, ("VP", NO_SPAN): 1, ("PP", NO_SPAN): 1,
                                (NO_SPAN, "VP"): 1}  # fmt: skip


def test_scores_per_type_name_types_on_either_side() -> None:
    metric = Spans()
    metric.update(["B-NP", "O", "B-PP"], ["B-NP", "B-VP", "O"])
    table = metric.labels.scores()
    assert {name: (row.precision, row.recall, row.count) for name, row in table.items()} == {
        "NP": (1.0, 1.0, 1),
        "PP": (0.0, 0.0, 1),
        "VP": (0.0, 0.0, 0),
    }


def test_sentences_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 gold words were answered by 1"):
        Spans().update(["O", "O"], ["O"])
