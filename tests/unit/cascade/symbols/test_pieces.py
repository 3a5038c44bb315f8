"""Words to pieces and back: every word once, from the window that shows most around it."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.cascade.symbols.pieces import MOST_PIECES, PieceTokenizer
from jmt.cascade.symbols.windows import split_windows
from tests.assets.tiny_model import SENTENCES
from tests.assets.tiny_transformer import TOKENIZERS, byte_tokenizer, wordpiece_tokenizer


def pieces_of_words(layout, words):
    """The pieces of every word, read back through the bags."""
    ends = [*layout.bag_starts[1:].tolist(), len(layout.bags)]
    flat = layout.piece_ids.flatten()
    return [
        tuple(flat[layout.bags[start:end]].tolist())
        for start, end in zip(layout.bag_starts.tolist(), ends, strict=True)
    ]


@pytest.mark.parametrize("family", TOKENIZERS)
@pytest.mark.parametrize("longest", [12, 40, 512])
def test_every_word_is_taken_exactly_once_with_all_its_pieces(family, longest):
    tokenizer = PieceTokenizer(TOKENIZERS[family](), longest=longest)
    layout = tokenizer.lay_out(SENTENCES, overlap=4, pairs=False)
    found = pieces_of_words(layout, SENTENCES)
    assert found == [pieces for sentence in SENTENCES for pieces in tokenizer.look_up(sentence)]
    assert layout.piece_ids.shape[1] <= longest
    owners = layout.piece_words.flatten()[layout.bags].tolist()
    assert owners == sorted(owners)


@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=60), room=st.integers(10, 30), overlap=st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_windows_of_a_long_sentence_fit_and_cover_it_once(counts, room, overlap):
    starts = np.concatenate([[0], np.cumsum(counts)])
    windows = split_windows(0, len(counts), starts, room=room, overlap=overlap)
    taken = []
    for window in windows:
        [(first, last)] = window.runs
        assert starts[last] - starts[first] <= room
        assert first <= window.kept[0] < window.kept[1] <= last
        taken.extend(range(*window.kept))
    assert taken == list(range(len(counts)))


@given(counts=st.lists(st.integers(1, 5), min_size=30, max_size=90), overlap=st.integers(1, 10))
@settings(max_examples=100, deadline=None)
def test_words_are_taken_from_where_about_the_overlap_is_shown_on_both_sides(counts, overlap):
    starts = np.concatenate([[0], np.cumsum(counts)])
    windows = split_windows(0, len(counts), starts, room=40, overlap=overlap)
    shown = [(window.runs[0], window.kept) for window in windows]
    for (first, _), (core, _) in shown[1:]:
        assert overlap - max(counts) < starts[core] - starts[first] <= overlap
    for (_, last), (_, stop) in shown[:-1]:
        assert overlap <= starts[last] - starts[stop] < overlap + max(counts)


def test_of_an_endless_word_the_first_and_the_last_pieces_are_read():
    from tokenizers import Tokenizer

    word = "abcdefghij" * 10
    pieces = Tokenizer.from_str(byte_tokenizer()).encode([word], is_pretokenized=True, add_special_tokens=False).ids
    assert len(pieces) > 100
    for longest, most in ((512, MOST_PIECES), (22, 10)):
        [found] = PieceTokenizer(byte_tokenizer(), longest=longest).look_up([word])
        assert list(found) == pieces[: most // 2] + pieces[-most // 2 :]


def test_a_word_without_pieces_is_unknown():
    tokenizer = PieceTokenizer(wordpiece_tokenizer(), longest=64)
    assert tokenizer.unknown != tokenizer.padding
    assert tokenizer.look_up(["\u200b"]) == [(tokenizer.unknown,)]


def test_special_pieces_stand_where_the_tokenizer_itself_puts_them():
    from tokenizers import Tokenizer

    for build in (wordpiece_tokenizer, byte_tokenizer):
        tokenizer, original = PieceTokenizer(build(), longest=512), Tokenizer.from_str(build())
        first, second = SENTENCES[0], SENTENCES[1]
        alone = tokenizer.lay_out([first], overlap=4, pairs=False)
        assert alone.piece_ids[0].tolist() == original.encode(first, is_pretokenized=True).ids
        pair = tokenizer.lay_out([first, second], overlap=4, pairs=True)
        expected = original.encode(first, second, is_pretokenized=True)
        assert pair.piece_ids[0].tolist() == expected.ids
        assert pair.type_ids[0].tolist() == expected.type_ids


@pytest.mark.parametrize("family", ["bert", "roberta", "xlm-roberta"])
def test_each_first_sentence_is_read_with_its_own_second_one(family):
    from tokenizers import Tokenizer

    tokenizer, original = PieceTokenizer(TOKENIZERS[family](), longest=512), Tokenizer.from_str(TOKENIZERS[family]())
    firsts, seconds = SENTENCES, [SENTENCES[2], SENTENCES[0], SENTENCES[1]]
    layout = tokenizer.lay_out([*firsts, *seconds], overlap=4, pairs=True)
    found = [row[mask].tolist() for row, mask in zip(layout.piece_ids, layout.mask, strict=True)]
    pairs = zip(firsts, seconds, strict=True)
    assert found == [original.encode(first, second, is_pretokenized=True).ids for first, second in pairs]


def test_a_pair_too_long_for_one_window_is_read_as_two_sentences():
    tokenizer = PieceTokenizer(wordpiece_tokenizer(), longest=40)
    pairs = [SENTENCES[0], SENTENCES[0] * 3, SENTENCES[2], SENTENCES[2]]
    layout = tokenizer.lay_out(pairs, overlap=4, pairs=True)
    assert layout.piece_ids.shape[0] > 2
    counts = np.diff(layout.bag_starts, append=len(layout.bags))
    assert counts.tolist() == [len(pieces) for sentence in pairs for pieces in tokenizer.look_up(sentence)]


def test_many_threads_get_what_one_thread_gets():
    tokenizer = PieceTokenizer(wordpiece_tokenizer(), longest=64)
    words = [f"{first}{second}" for first in "abcdeth" for second in ("at", "og", "he", "ran", "m")]
    expected = PieceTokenizer(wordpiece_tokenizer(), longest=64).look_up(words)
    results = []
    threads = [threading.Thread(target=lambda: results.append(tokenizer.look_up(words))) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 32


def test_words_that_fit_a_window_exactly_are_not_cut_one_short():
    starts = np.arange(0, 14, 2)  # six words of two pieces

    first, *_ = split_windows(0, 6, starts, room=8, overlap=2)
    assert first.runs == ((0, 4),)
