"""Pieces without padding: none is lost, windows stay whole, and words are the means of their pieces."""

from __future__ import annotations

import numpy as np
import pytest

from jmt.cascade.symbols.pieces import PieceLayout, PieceTokenizer
from jmt.runtime.encoders.packed_pieces import PackedPieces
from tests.assets.tiny_model import SENTENCES
from tests.assets.tiny_transformer import wordpiece_tokenizer


def layout_of(sentences: list[list[str]]) -> PieceLayout:
    return PieceTokenizer(wordpiece_tokenizer(), longest=32).lay_out(sentences, overlap=4, pairs=False)


@pytest.fixture
def layout() -> PieceLayout:
    return layout_of([SENTENCES[0] * 9, *SENTENCES, ["cat"]] * 8)


def test_every_piece_stands_once_with_its_number_and_its_place_in_its_window(layout):
    pieces = PackedPieces(layout)

    assert sorted(pieces.origins.tolist()) == np.flatnonzero(layout.mask).tolist()
    assert (pieces.rows[pieces.origins] == np.arange(len(pieces.origins))).all()
    assert (layout.piece_words.flatten()[pieces.origins] == pieces.words).all()
    assert (pieces.origins % layout.mask.shape[1] == pieces.columns).all()


def test_runs_are_whole_windows_of_one_length_and_chunks_are_not_too_long(layout):
    pieces = PackedPieces(layout)
    seen = []
    for chunk in pieces.chunks:
        columns = pieces.columns[chunk.places]
        assert sum(run.windows * run.length for run in chunk.runs) == len(columns) <= 1024
        for run in chunk.runs:
            assert (columns[run.places].reshape(run.windows, run.length) == np.arange(run.length)).all()
            seen += [run.length] * run.windows

    assert len(pieces.chunks) > 1
    assert seen == sorted(layout.mask.sum(1).tolist())


def test_a_window_longer_than_a_chunk_is_a_chunk():
    count = 3_000
    wide = PieceLayout(
        piece_ids=np.zeros((2, count), dtype=np.int64),
        type_ids=np.zeros((2, count), dtype=np.int64),
        mask=np.ones((2, count), dtype=bool),
        piece_words=np.zeros((2, count), dtype=np.int64),
        bags=np.arange(1),
        bag_starts=np.zeros(1, dtype=np.int64),
    )

    assert [chunk.places for chunk in PackedPieces(wide).chunks] == [slice(0, count), slice(count, 2 * count)]


def test_a_word_is_the_mean_of_its_pieces(layout):
    pieces = PackedPieces(layout)
    values = np.random.default_rng(1).normal(size=(len(pieces.origins), 3)).astype(np.float32)
    padded = np.zeros((layout.mask.size, 3), np.float32)
    padded[pieces.origins] = values
    bags = np.split(layout.bags, layout.bag_starts[1:])
    assert {1, 2, 3} <= {len(bag) for bag in bags}

    expected = [padded[bag].mean(axis=0) for bag in bags]

    np.testing.assert_allclose(pieces.average(values), expected, atol=1e-6)
