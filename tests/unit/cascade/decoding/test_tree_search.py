"""The searches for a tree against every tree there is, for sentences short enough to list them all."""

from __future__ import annotations

import numpy as np
import pytest

from jmt.cascade.decoding.trees.eisner import eisner
from jmt.cascade.decoding.trees.spanning_tree import maximum_spanning_tree
from tests.assets.all_trees import all_trees, is_projective, random_scores, total


def test_the_list_of_all_trees_has_the_known_lengths() -> None:
    # n words have n^(n-1) rooted labelled trees (Cayley).
    assert [len(all_trees(words)) for words in range(1, 7)] == [1, 2, 9, 64, 625, 7776]
    assert [len(all_trees(words, projective=True)) for words in range(1, 6)] == [1, 2, 7, 30, 143]


@pytest.mark.parametrize("projective", [False, True])
@pytest.mark.parametrize("words", [1, 2, 3, 4, 5, 6])
def test_no_tree_with_one_root_scores_higher(words: int, projective: bool) -> None:
    rng = np.random.default_rng(words)
    search = eisner if projective else maximum_spanning_tree
    trees = np.array(all_trees(words, projective))
    for _ in range(40 if words == 6 else 150):
        scores = random_scores(rng, words)
        found = search(scores)
        assert tuple(found) in set(all_trees(words, projective))
        best = scores[np.arange(words), trees].sum(1).max()
        assert total(scores, found) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("projective", [False, True])
def test_forbidden_arcs_are_taken_only_where_no_tree_avoids_them(projective: bool) -> None:
    rng = np.random.default_rng(7)
    search = eisner if projective else maximum_spanning_tree
    some_avoidable, some_not = 0, 0
    for _ in range(300):
        words = int(rng.integers(2, 6))
        scores = random_scores(rng, words)
        scores[rng.random(scores.shape) < 0.45] = rng.choice([-np.inf, np.nan])
        forbidden = np.isnan(scores) | np.isinf(scores)
        trees = np.array(all_trees(words, projective))
        rows = np.arange(words)
        breaches = forbidden[rows, trees].sum(1)
        plain = np.where(forbidden, 0.0, scores)
        best = plain[rows, trees][breaches == breaches.min()].sum(1).max()
        found = search(scores)
        assert tuple(found) in set(all_trees(words, projective))
        assert forbidden[rows, found].sum() == breaches.min()
        assert total(plain, found) == pytest.approx(best, abs=1e-6)
        some_avoidable += breaches.min() == 0
        some_not += breaches.min() > 0
    assert min(some_avoidable, some_not) > 20


def test_a_word_as_its_own_head_counts_for_nothing() -> None:
    scores = np.array([[0.0, 99.0, 1.0], [0.0, 1.0, 99.0]])
    assert maximum_spanning_tree(scores) in ([0, 1], [2, 0])
    assert eisner(scores) in ([0, 1], [2, 0])


def test_no_words_make_an_empty_tree() -> None:
    assert maximum_spanning_tree(np.zeros((0, 1))) == eisner(np.zeros((0, 1))) == []


def test_scores_of_the_wrong_shape_are_named() -> None:
    with pytest.raises(ValueError, match=r"\(3, 3\).*\(n, n \+ 1\)"):
        maximum_spanning_tree(np.zeros((3, 3)))


def test_every_root_arc_far_above_the_others_still_gives_one_root() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(60, 61)).astype(np.float32)
    scores[:, 0] += 1e4
    for search in (maximum_spanning_tree, eisner):
        assert search(scores).count(0) == 1


def test_the_two_searches_agree_where_the_best_tree_is_projective() -> None:
    rng = np.random.default_rng(11)
    compared = 0
    for _ in range(200):
        words = int(rng.integers(5, 30))
        scores = rng.normal(size=(words, words + 1))
        positions = np.arange(words + 1)
        scores -= 2.5 * np.abs(positions[None] - positions[1:, None])  # near heads preferred
        best = maximum_spanning_tree(scores)
        assert total(scores, eisner(scores)) <= total(scores, best) + 1e-9
        if is_projective(tuple(best)):
            assert eisner(scores) == best
            compared += 1
    assert compared > 20
