"""Trees of a batch: best heads where they make one, a search where they do not; each row as if it were alone."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from jmt.cascade.decoding.eisner import eisner
from jmt.network.decoding.trees import decode_trees, greedy_heads, is_single_root_tree
from tests.assets.all_trees import all_trees, is_projective, total
from tests.assets.measured_command import PEAK


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

    monkeypatch.setattr("jmt.network.decoding.trees.maximum_spanning_tree", forbidden)
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
    script = f"""
import time, torch
from jmt.cascade.decoding.eisner import eisner
from jmt.network.decoding.trees import decode_trees, is_single_root_tree
scores, mask = torch.randn(1, 5000, 5001), torch.ones(1, 5000, dtype=torch.bool)
start = time.perf_counter()
found = decode_trees(scores, mask)
assert is_single_root_tree(found, mask).all()
print(time.perf_counter() - start, {PEAK})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 30
    assert megabytes < 2 * 1024


def test_an_eisner_search_for_a_very_long_sentence_becomes_the_quadratic_one() -> None:
    scores = torch.from_numpy(adversarial("long path", 1500))[None]
    mask = torch.ones(1, 1500, dtype=torch.bool)
    assert torch.equal(decode_trees(scores, mask, tree="eisner"), decode_trees(scores, mask, tree="mst"))
