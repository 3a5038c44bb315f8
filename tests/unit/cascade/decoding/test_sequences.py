"""Label sequences against every sequence there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from jmt.cascade.decoding import sequences
from jmt.cascade.decoding.rules import Rules
from jmt.cascade.decoding.sequences import best_allowed, breaks_rules, pad, viterbi


def draw_rules(generator: np.random.Generator, labels: int, share: float) -> Rules:
    draw = generator.random((labels + 2, labels)) < share
    return Rules(draw[:labels], draw[labels], draw[labels + 1])


EVERYTHING = Rules(np.ones((3, 3), np.bool_), np.ones(3, np.bool_), np.ones(3, np.bool_))
NO_I_FIRST = Rules(np.array([[True, False], [True, True]]), np.array([True, False]), np.array([True, True]))
"""Labels O and I: I may neither come first nor follow O."""


def breaches(path: tuple[int, ...], rules: Rules) -> int:
    pairs = sum(not rules.allowed[a, b] for a, b in itertools.pairwise(path))
    return pairs + (not rules.start[path[0]]) + (not rules.end[path[-1]])


def draw_batch(seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """Scores of the words of four sentences of up to four words, three labels; and their lengths."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(1, 5, 4)
    return generator, generator.normal(size=(lengths.sum(), 3)), lengths


def each(values: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    """What belongs to each sentence."""
    return np.split(values, np.cumsum(lengths)[:-1])


def test_constrained_labels_are_the_best_of_all_sequences_with_fewest_breaches() -> None:
    with_choice, without_choice = 0, 0
    for seed in range(120):
        generator, scores, lengths = draw_batch(seed)
        rules = draw_rules(generator, 3, 0.6)
        found = best_allowed(scores, lengths, rules)
        for labels, own in zip(each(found, lengths), each(scores, lengths), strict=True):
            ranked = {}
            for path in itertools.product(range(3), repeat=len(own)):
                score = sum(float(own[t, label]) for t, label in enumerate(path))
                ranked[path] = (-breaches(path, rules), score)
            best = max(ranked, key=lambda path, ranked=ranked: ranked[path])
            assert tuple(labels.tolist()) == best
            with_choice += ranked[best][0] == 0
            without_choice += ranked[best][0] < 0
    assert with_choice > 100
    assert without_choice > 10


def test_one_breach_is_avoided_whatever_that_costs_in_all_other_words() -> None:
    for words in (1, 2, 4, 20):
        scores = np.tile([0.0, 1.0], (words, 1))
        assert best_allowed(scores, np.array([words]), NO_I_FIRST).tolist() == [0] * words


def test_rules_are_kept_where_all_labels_score_alike() -> None:
    never_first = Rules(EVERYTHING.allowed, np.array([False, True, True]), EVERYTHING.end)
    assert best_allowed(np.zeros((2, 3)), np.array([2]), never_first).tolist() == [1, 0]


def test_small_differences_count_beside_the_price_of_a_breach_and_beside_large_scores() -> None:
    scores = np.array([[0, 1, 0], [1e9, 0, 0], [0, 1e-3, 2e-3], [2e-3, 0, 1e-3]], np.float32)
    never_first = Rules(EVERYTHING.allowed, np.array([True, False, True]), EVERYTHING.end)
    assert best_allowed(scores, np.array([4]), never_first).tolist() == [0, 0, 2, 0]


def path_score(
    path: tuple[int, ...], scores: np.ndarray, transitions: np.ndarray, start: np.ndarray, end: np.ndarray
) -> float:
    emitted = sum(float(scores[t, label]) for t, label in enumerate(path))
    moved = sum(float(transitions[a, b]) for a, b in itertools.pairwise(path))
    return emitted + moved + float(start[path[0]] + end[path[-1]])


def test_viterbi_adds_transition_scores() -> None:
    for seed in range(60):
        generator, scores, lengths = draw_batch(seed)
        moves = [generator.normal(size=size) for size in ((3, 3), (3,), (3,))]
        padded, mask = pad(scores, lengths)
        found = viterbi(padded, mask, *moves)
        assert not found[~mask].any()
        for row, own in enumerate(each(scores, lengths)):
            ranked = {path: path_score(path, own, *moves) for path in itertools.product(range(3), repeat=len(own))}
            best = max(ranked, key=lambda path, ranked=ranked: ranked[path])
            assert tuple(found[row, : len(own)].tolist()) == best


def test_a_breach_is_seen_at_every_place_and_never_between_sentences() -> None:
    rules = Rules(NO_I_FIRST.allowed, NO_I_FIRST.start, np.array([True, False]))
    cases = {(0, 0, 0): False, (1, 0, 0): True, (0, 1, 0): True, (0, 0, 1): True}
    for path, broken in cases.items():
        assert breaks_rules(np.array(path), np.array([3]), rules).tolist() == [broken]
        company = breaks_rules(np.array([0, *path, 0, 0]), np.array([1, 3, 0, 2]), rules)
        assert company.tolist() == [False, broken, False, False]
    # No pair of labels is allowed, and no sentence has two.
    lonely = Rules(np.zeros((2, 2), np.bool_), np.ones(2, np.bool_), np.ones(2, np.bool_))
    assert not breaks_rules(np.array([0, 1, 1]), np.array([1, 1, 1]), lonely).any()


def test_sentences_that_keep_the_rules_are_never_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: np.ndarray) -> np.ndarray:
        raise AssertionError("searched")

    monkeypatch.setattr(sequences, "viterbi", forbidden)
    scores, lengths = np.random.default_rng(1).normal(size=(30, 3)), np.full(5, 6)
    assert np.array_equal(best_allowed(scores, lengths, EVERYTHING), scores.argmax(-1))
    nothing = Rules(~EVERYTHING.allowed, EVERYTHING.start, EVERYTHING.end)
    with pytest.raises(AssertionError, match="searched"):
        best_allowed(scores, lengths, nothing)


def test_no_sentences_and_no_words_have_no_labels() -> None:
    for lengths in (np.zeros(0, np.int64), np.zeros(2, np.int64)):
        assert best_allowed(np.zeros((0, 3)), lengths, EVERYTHING).shape == (0,)
        assert viterbi(*pad(np.zeros((0, 3)), lengths), np.zeros((3, 3)), np.zeros(3), np.zeros(3)).size == 0


def test_batch_company_changes_nothing() -> None:
    generator, scores, lengths = draw_batch(3)
    rules = draw_rules(generator, 3, 0.6)
    together = each(best_allowed(scores, lengths, rules), lengths)
    for found, own in zip(together, each(scores, lengths), strict=True):
        assert found.tolist() == best_allowed(own, np.array([len(own)]), rules).tolist()
