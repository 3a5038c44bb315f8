"""Trees of a batch: best heads where they make one, a search where they do not; each row as if it were alone."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest

from jmt.cascade.decoding.trees import choosing as trees
from jmt.cascade.decoding.trees.choosing import decode_trees, is_single_root_tree
from jmt.cascade.decoding.trees.eisner import eisner
from tests.assets.all_trees import all_trees, is_projective, total
from tests.assets.measured_command import PEAK


def closed(scores: np.ndarray, lengths: list[int]) -> np.ndarray:
    """Arc scores (B, T, T + 1) in which no word governs itself, and none governs from the padding."""
    words = scores.shape[1]
    open_to = np.arange(words) < np.array(lengths)[:, None, None]
    open_to = open_to & ~np.eye(words, dtype=np.bool_)
    return np.where(np.concatenate([np.ones((*scores.shape[:2], 1), np.bool_), open_to], axis=2), scores, -np.inf)


def drawn(seed: int, rows: int, words: int) -> np.ndarray:
    scores = np.random.default_rng(seed).normal(size=(rows, words, words + 1)).astype(np.float32)
    return closed(scores, [words] * rows)


def greedy(scores: np.ndarray) -> np.ndarray:
    """The best head of every word of sentences of one length, (B, T)."""
    return scores.argmax(-1)


def are_trees(head_ids: np.ndarray) -> np.ndarray:
    """The same of heads (B, T) of sentences of one length."""
    return is_single_root_tree(head_ids.flatten(), np.full(len(head_ids), head_ids.shape[1]))


def test_pointer_doubling_finds_exactly_the_trees() -> None:
    for words in (1, 2, 3, 4):
        every = list(itertools.product(range(words + 1), repeat=words))
        found = are_trees(np.array(every)).tolist()
        assert found == [heads in set(all_trees(words)) for heads in every]


def test_trees_of_different_lengths_are_told_apart_and_an_empty_sentence_is_one() -> None:
    sentences = [[0], [2, 0], [], [2, 1], [0, 0, 1], [3, 1, 0]]
    flat = np.array([head for heads in sentences for head in heads])
    found = is_single_root_tree(flat, np.array(list(map(len, sentences))))
    assert found.tolist() == [True, True, True, False, False, True]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33])
def test_a_chain_through_the_whole_sentence_is_a_tree_until_it_closes(length: int) -> None:
    chain = np.arange(length)[None]
    assert are_trees(chain).item()
    if length > 1:
        chain[0, 0] = length
        assert not are_trees(chain).item()


@pytest.mark.parametrize("tree", ["mst", "eisner"])
def test_a_batch_gives_what_each_sentence_gives_alone(tree: str) -> None:
    lengths = [1, 4, 9, 2, 0, 6]
    scores = closed(np.random.default_rng(5).normal(size=(len(lengths), 9, 10)), lengths)
    together = decode_trees(scores, np.array(lengths), tree=tree)  # type: ignore[arg-type]
    mask = np.arange(9) < np.array(lengths)[:, None]
    noise = np.where(mask[:, :, None], scores, 1e9)
    assert np.array_equal(together, decode_trees(noise, np.array(lengths), tree=tree))  # type: ignore[arg-type]
    assert is_single_root_tree(together, np.array(lengths)).all()
    ends = np.cumsum(lengths)
    for row, words in enumerate(lengths):
        alone = decode_trees(scores[row : row + 1, :words, : words + 1], np.array([words]), tree=tree)  # type: ignore[arg-type]
        assert together[ends[row] - words : ends[row]].tolist() == alone.tolist()


def test_decoding_finds_the_best_tree_whether_or_not_the_best_heads_make_one() -> None:
    scores = drawn(9, 400, 4)
    assert 20 < int(are_trees(greedy(scores)).sum()) < 380
    for row, found in enumerate(decode_trees(scores, np.full(400, 4)).reshape(400, 4).tolist()):
        best = max(total(scores[row], heads) for heads in all_trees(4))
        assert total(scores[row], found) == pytest.approx(best, abs=1e-5)


def test_the_search_asked_for_is_the_one_that_repairs() -> None:
    scores, lengths = drawn(2, 60, 6), np.full(60, 6)
    searched = np.flatnonzero(~are_trees(greedy(scores))).tolist()
    free, projective = (decode_trees(scores, lengths, tree=tree).reshape(60, 6) for tree in ("mst", "eisner"))  # type: ignore[arg-type]
    crossing = 0
    for row in searched:
        assert is_projective(tuple(projective[row].tolist()))
        assert projective[row].tolist() == eisner(scores[row])
        crossing += not is_projective(tuple(free[row].tolist()))
    assert crossing > 10


def test_a_search_sees_differences_as_small_as_the_scores_have_them() -> None:
    scores = np.full((1, 2, 3), 50.0, np.float32)
    scores[0, 0] = [50.0, -np.inf, 60.0]
    scores[0, 1] = [50.0005, 60.0, -np.inf]  # both words prefer each other; the second is the likelier root

    for tree in ("mst", "eisner"):
        assert decode_trees(scores, np.array([2]), tree=tree).tolist() == [2, 0]  # type: ignore[arg-type]


def test_only_sentences_whose_best_heads_make_no_tree_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    good, two_roots, cycle, no_root = [2, 0, 2], [0, 0, 2], [2, 1, 0], [2, 3, 2]
    scores = drawn(1, 4, 3)
    for row, heads in enumerate([good, two_roots, cycle, no_root]):
        scores[row, np.arange(3), heads] = 9.0
    searched: list[list[int]] = []
    search = trees.maximum_spanning_tree

    def watched(arcs: np.ndarray) -> list[int]:
        searched.append(arcs.argmax(-1).tolist())
        return search(arcs)

    monkeypatch.setattr(trees, "maximum_spanning_tree", watched)
    found = decode_trees(scores, np.full(4, 3)).reshape(4, 3)
    assert searched == [two_roots, cycle, no_root]
    assert found[0].tolist() == good
    assert are_trees(found).all()


def adversarial(kind: str, words: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(words, words + 1)).astype(np.float32)
    ahead = np.arange(1, words)
    if kind == "nested":  # word 1 and 2 prefer each other, and each next word joins the cycle so far
        scores[0, 2] = 10
        scores[ahead, ahead] += 100 - ahead / words
        scores[0, 1 + ahead] += 50 - ahead * 40 / words
    elif kind == "long path":  # one cycle through all words
        scores[ahead, ahead] += 100
        scores[0, words] = 100
    elif kind == "all equal":
        scores[:] = 1.0
    elif kind == "roots":
        scores[:, 0] += 1e3
    return scores


@pytest.mark.parametrize("kind", ["random", "nested", "long path", "all equal", "roots"])
def test_no_scores_make_a_long_sentence_slow(kind: str) -> None:
    scores, lengths = closed(adversarial(kind, 3000)[None], [3000]), np.array([3000])
    start = time.perf_counter()
    found = decode_trees(scores, lengths)
    assert time.perf_counter() - start < 15
    assert is_single_root_tree(found, lengths).all()


def test_five_thousand_words_take_seconds_and_stay_below_two_gigabytes() -> None:
    # A process of its own, so that its peak memory is this sentence's.
    script = f"""
import time
import numpy as np
from jmt.cascade.decoding.trees.choosing import decode_trees, is_single_root_tree
scores, lengths = np.random.default_rng(1).normal(size=(1, 5000, 5001)).astype(np.float32), np.array([5000])
scores[0, np.arange(5000), np.arange(5000) + 1] = -np.inf
start = time.perf_counter()
found = decode_trees(scores, lengths)
assert is_single_root_tree(found, lengths).all()
print(time.perf_counter() - start, {PEAK})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 30
    assert megabytes < 2 * 1024


def test_an_eisner_search_for_a_very_long_sentence_becomes_the_quadratic_one() -> None:
    scores, lengths = closed(adversarial("long path", 1500)[None], [1500]), np.array([1500])
    projective, free = (decode_trees(scores, lengths, tree=tree) for tree in ("eisner", "mst"))  # type: ignore[arg-type]
    assert np.array_equal(projective, free)
