"""Trees against every tree there is, for sentences short enough to list them all."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from functools import cache

import numpy as np
import pytest
import torch

from jmt.network.decoding.eisner import eisner
from jmt.network.decoding.spanning_tree import decode_trees, greedy_heads, is_single_root_tree, maximum_spanning_tree


def reaches_root(head_ids: tuple[int, ...], word: int) -> bool:
    """Follow heads one by one."""
    for _ in head_ids:
        word = head_ids[word - 1]
        if word == 0:
            return True
    return False


def is_projective(head_ids: tuple[int, ...]) -> bool:
    """No two arcs cross, the root standing before the first word (one root: its arc crosses what spans the root)."""
    arcs = [tuple(sorted((word, head))) for word, head in enumerate(head_ids, start=1)]
    return not any(a < c < b < d for (a, b), (c, d) in itertools.permutations(arcs, 2))


@cache
def all_trees(words: int, projective: bool = False) -> list[tuple[int, ...]]:
    """Every single-root tree over so many words, found by trying all head assignments."""
    choices = [[head for head in range(words + 1) if head != word] for word in range(1, words + 1)]
    return [
        heads
        for heads in itertools.product(*choices)
        if heads.count(0) == 1
        and all(reaches_root(heads, word) for word in range(1, words + 1))
        and (not projective or is_projective(heads))
    ]


def total(scores: np.ndarray, head_ids: tuple[int, ...] | list[int]) -> float:
    return sum(float(scores[word, head]) for word, head in enumerate(head_ids))


def random_scores(rng: np.random.Generator, words: int) -> np.ndarray:
    """Gaussian scores, or small integers, which tie."""
    if rng.random() < 0.5:
        return rng.normal(scale=3, size=(words, words + 1))
    return rng.integers(-2, 3, size=(words, words + 1)).astype(float)


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


def test_pointer_doubling_finds_exactly_the_trees() -> None:
    for words in (1, 2, 3, 4):
        every = list(itertools.product(range(words + 1), repeat=words))
        head_ids = torch.zeros(len(every), words + 2, dtype=torch.long)
        head_ids[:, :words] = torch.tensor(every)
        head_ids[:, words:] = 1  # padding holds anything
        mask = torch.zeros(head_ids.shape, dtype=torch.bool)
        mask[:, :words] = True
        found = is_single_root_tree(head_ids, mask).tolist()
        assert found == [heads in set(all_trees(words)) for heads in every]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33])
def test_a_chain_through_the_whole_sentence_is_a_tree_until_it_closes(length: int) -> None:
    chain = torch.arange(length)[None]
    mask = torch.ones(1, length, dtype=torch.bool)
    assert is_single_root_tree(chain, mask).item()
    if length > 1:
        closed = chain.clone()
        closed[0, 0] = length
        assert not is_single_root_tree(closed, mask).item()


@pytest.mark.parametrize("tree", ["mst", "eisner"])
def test_a_batch_gives_what_each_sentence_gives_alone(tree: str) -> None:
    generator = torch.Generator().manual_seed(5)
    lengths = [1, 4, 9, 2, 0, 6]
    scores = torch.randn(len(lengths), 9, 10, generator=generator)
    mask = torch.arange(9)[None] < torch.tensor(lengths)[:, None]
    together = decode_trees(scores, mask, tree=tree)  # type: ignore[arg-type]
    noise = torch.where(mask[:, :, None], scores, torch.full_like(scores, 1e9))
    assert torch.equal(together, decode_trees(noise, mask, tree=tree))  # type: ignore[arg-type]
    assert is_single_root_tree(together, mask).all()
    for row, words in enumerate(lengths):
        alone = decode_trees(scores[row : row + 1, :words, : words + 1], mask[row : row + 1, :words], tree=tree)  # type: ignore[arg-type]
        assert together[row, :words].tolist() == alone[0].tolist()
        assert not together[row, words:].any()


def test_decoding_finds_the_best_tree_whether_or_not_the_best_heads_make_one() -> None:
    generator = torch.Generator().manual_seed(9)
    scores = torch.randn(400, 4, 5, generator=generator)
    mask = torch.ones(400, 4, dtype=torch.bool)
    already = is_single_root_tree(greedy_heads(scores, mask), mask)
    assert 20 < int(already.sum()) < 380
    for row, found in enumerate(decode_trees(scores, mask).tolist()):
        best = max(total(scores[row].numpy(), heads) for heads in all_trees(4))
        assert total(scores[row].numpy(), found) == pytest.approx(best, abs=1e-5)


def test_the_search_asked_for_is_the_one_that_repairs() -> None:
    scores = torch.randn(60, 6, 7, generator=torch.Generator().manual_seed(2))
    mask = torch.ones(60, 6, dtype=torch.bool)
    searched = (~is_single_root_tree(greedy_heads(scores, mask), mask)).nonzero().flatten().tolist()
    free, projective = decode_trees(scores, mask, tree="mst"), decode_trees(scores, mask, tree="eisner")
    crossing = 0
    for row in searched:
        assert is_projective(tuple(projective[row].tolist()))
        assert projective[row].tolist() == eisner(scores[row].numpy())
        crossing += not is_projective(tuple(free[row].tolist()))
    assert crossing > 10


def test_sentences_whose_best_heads_make_a_tree_are_never_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = torch.zeros(3, 5, 6)
    scores[:, torch.arange(5), torch.arange(5)] = 1.0  # each word hangs from the one before it

    def forbidden(_: np.ndarray) -> list[int]:
        raise AssertionError("searched")

    monkeypatch.setattr("jmt.network.decoding.spanning_tree.maximum_spanning_tree", forbidden)
    mask = torch.ones(3, 5, dtype=torch.bool)
    assert decode_trees(scores, mask).tolist() == [[0, 1, 2, 3, 4]] * 3
    scores[1, 0, 5] = 2.0
    with pytest.raises(AssertionError, match="searched"):
        decode_trees(scores, mask)


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
    scores = torch.from_numpy(adversarial(kind, 3000))[None]
    mask = torch.ones(1, 3000, dtype=torch.bool)
    start = time.perf_counter()
    found = decode_trees(scores, mask)
    assert time.perf_counter() - start < 15
    assert is_single_root_tree(found, mask).all()


def test_five_thousand_words_take_seconds_and_stay_below_two_gigabytes() -> None:
    # A process of its own, so that its peak memory is this sentence's.
    script = """
import resource, time, torch
from jmt.network.decoding.spanning_tree import decode_trees, is_single_root_tree
scores, mask = torch.randn(1, 5000, 5001), torch.ones(1, 5000, dtype=torch.bool)
start = time.perf_counter()
found = decode_trees(scores, mask)
assert is_single_root_tree(found, mask).all()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, kibibytes = map(float, done.stdout.split())
    assert seconds < 30
    assert kibibytes < 2 * 1024 * 1024


def test_an_eisner_search_for_a_very_long_sentence_becomes_the_quadratic_one() -> None:
    scores = torch.from_numpy(adversarial("long path", 1500))[None]
    mask = torch.ones(1, 1500, dtype=torch.bool)
    assert torch.equal(decode_trees(scores, mask, tree="eisner"), decode_trees(scores, mask, tree="mst"))
