"""From text to vectors: pairs, noise, and words that stand in the same places end up alike."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from jmt.training.vectors.pairs import context_pairs, keep_chances
from jmt.training.vectors.raw_tables import NgramTraining, WordTraining
from jmt.training.vectors.skipgram import Noise, SkipgramSettings
from jmt.training.vectors.text_index import END, TextIndex

SETTINGS = SkipgramSettings(size=16, subsample=0.0, minimum=1, ngram_minimum=1, epochs=25, negatives=3)


def sentences() -> list[list[str]]:
    """Return sentences in which animals and tools stand in different places."""
    draws = np.random.default_rng(3)
    animals, tools = ["cat", "dog", "horse"], ["saw", "drill", "wrench"]
    frames = [(animals, "sleeps"), (animals, "eats"), (tools, "breaks"), (tools, "rusts")]
    found = []
    for _ in range(400):
        nouns, verb = frames[draws.integers(4)]
        found.append(["The", nouns[draws.integers(3)], verb, "."])
    return found


def likeness(vectors: np.ndarray, first: int, second: int) -> float:
    """Return the cosine of two rows."""
    one, other = vectors[first], vectors[second]
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("kind", ["words", "ngrams"])
def test_words_in_the_same_places_become_alike(kind: str) -> None:
    with TextIndex(sentences()) as text:
        training = WordTraining(text, SETTINGS) if kind == "words" else NgramTraining(text, SETTINGS, (3, 4))
        losses = [report.loss for report in training.train()]
    found = training.result()
    index = {symbol: position for position, symbol in enumerate(found.symbols)}
    same = likeness(found.vectors, index["cat"], index["dog"])
    assert same > likeness(found.vectors, index["cat"], index["saw"]) + 0.1
    assert losses[-1] < losses[0]


def test_the_same_seed_gives_the_same_vectors_and_another_seed_others() -> None:
    def train(seed: int) -> np.ndarray:
        settings = SkipgramSettings(size=8, minimum=1, epochs=2, subsample=1e-2, seed=seed)
        with TextIndex(sentences()) as text:
            training = WordTraining(text, settings)
            list(training.train())
        return training.result().vectors

    assert np.array_equal(train(1), train(1))
    assert not np.array_equal(train(1), train(2))


def test_progress_ends_at_all_words_of_all_epochs() -> None:
    with TextIndex(sentences()) as text:
        *_, last = WordTraining(text, SkipgramSettings(size=4, minimum=1, epochs=3)).train()
    assert (last.done, last.total, last.seconds_left) == (4800, 4800, 0.0)


def test_noise_words_come_in_proportion_to_their_count_to_the_power_of_three_quarters() -> None:
    counts = np.array([1000, 100, 10, 1])
    drawn = np.bincount(Noise(counts, np.random.default_rng(1)).draw(200_000), minlength=4) / 200_000
    expected = counts**0.75 / (counts**0.75).sum()
    assert drawn == pytest.approx(expected, abs=0.005)


def test_pairs_are_the_neighbours_within_a_sentence() -> None:
    text = np.array([1, 2, 3, END, 4, 1, END], dtype=np.int32)
    pairs = context_pairs(text, np.ones(4), 1, np.random.default_rng(1))
    beside = [(0, 1), (1, 2), (3, 0)]
    expected = Counter([*beside, *((right, left) for left, right in beside)])
    assert Counter(zip(*(side.tolist() for side in pairs), strict=True)) == expected


def test_a_window_reaches_over_words_that_are_too_rare() -> None:
    text = np.array([1, -1, 2, END], dtype=np.int32)
    targets, contexts = context_pairs(text, np.ones(2), 1, np.random.default_rng(1))
    assert sorted(zip(targets.tolist(), contexts.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_a_wider_window_takes_near_words_more_often_than_far_ones() -> None:
    text = np.tile(np.array([1, 2, 3, 4, 5, END], dtype=np.int32), 2000)
    targets, contexts = context_pairs(text, np.ones(5), 4, np.random.default_rng(1))
    distances = Counter(np.abs(targets - contexts).tolist())
    places = {distance: 2 * 2000 * (5 - distance) for distance in range(1, 5)}
    shares = [distances[distance] / places[distance] for distance in range(1, 5)]
    assert shares == pytest.approx([1.0, 0.75, 0.5, 0.25], abs=0.05)


def test_frequent_words_are_kept_with_the_root_of_threshold_over_share() -> None:
    chances = keep_chances(np.array([900, 99, 1]), 0.01)
    assert chances == pytest.approx([(0.01 / 0.9) ** 0.5, (0.01 / 0.099) ** 0.5, 1.0])
    assert keep_chances(np.array([900, 1]), 0.0).tolist() == [1.0, 1.0]


def test_an_index_gives_the_text_back_chunk_by_chunk() -> None:
    given = sentences()[:20]
    with TextIndex(given) as text:
        stream = np.concatenate(list(text.chunks(7)))
        assert text.chunk_count(7) == -(-len(stream) // 7)
        assert text.words == 80
    found, sentence = [], []
    for number in stream.tolist():
        if number == END:
            found.append(sentence)
            sentence = []
        else:
            sentence.append(text.forms[number - 1])
    assert found == given
    assert not text.path.exists()


def test_an_index_that_is_full_lets_the_rarest_forms_go_and_keeps_the_frequent_ones() -> None:
    noise = [f"x{number}" for number in range(500)]
    given = [[word, "often"] for word in noise]
    with TextIndex(given, most=50) as text:
        assert len(text.forms) <= 51
        assert text.counts[text.forms.index("often")] == 500
        stream = np.concatenate(list(text.chunks(100)))
        assert (stream == text.forms.index("often") + 1).sum() == 500
        assert (stream == -1).any()
        *_, last = WordTraining(text, SkipgramSettings(size=4, minimum=1, epochs=1)).train()
    assert last.done == 1000


def test_a_text_without_words_gives_empty_tables(tmp_path: Path) -> None:
    with TextIndex([], folder=tmp_path) as text:
        training = WordTraining(text, SETTINGS)
        assert list(training.train()) == []
    assert training.result().vectors.shape == (0, 16)


def test_words_are_counted_in_lower_case_and_ngrams_keep_their_case() -> None:
    with TextIndex([["May", "may", "MAY"]]) as text:
        settings = SkipgramSettings(minimum=3, ngram_minimum=1, size=4)
        assert WordTraining(text, settings).result().symbols == ["may"]
        ngrams = NgramTraining(text, settings, (1,)).result().symbols
    assert set(ngrams) == {"M", "A", "Y", "a", "m", "y"}
    assert [one for one, other in pairwise(sorted(ngrams)) if one == other] == []
