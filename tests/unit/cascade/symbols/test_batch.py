"""A batch without padding: words sentence by sentence, and what is left of it when rows stay behind."""

from __future__ import annotations

import numpy as np
import pytest

from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols import lexicon as lexicons
from jmt.cascade.symbols.batch import WordBatch, WordBatches
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.batching import SentenceBatch
from tests.assets.tiny_model import SENTENCES
from tests.assets.tiny_transformer import wordpiece_tokenizer


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3))


def with_pieces(lexicon: Lexicon, *, together: bool, window: int = 0) -> WordBatches:
    pairs = "together" if together else "separate"
    config = TransformerConfig(pretrained="x", overlap=4, window=window, pairs=pairs)
    pretrained = Pretrained({"model_type": "bert", "max_position_embeddings": 40}, wordpiece_tokenizer())
    return WordBatches.of(config, lexicon, pretrained)


def words_in(batch: WordBatch, lexicon: Lexicon) -> list[list[int]]:
    """The words of every sentence by their numbers in the vocabulary."""
    ids = batch.forms.word_ids[batch.forms.places]
    return [ids[start:end].tolist() for start, end in zip(batch.offsets, batch.offsets[1:], strict=False)]


def test_words_stand_sentence_by_sentence(lexicon: Lexicon):
    batch = WordBatches(lexicon).build(SENTENCES)

    assert (batch.rows, batch.words) == (3, sum(map(len, SENTENCES)))
    assert words_in(batch, lexicon) == [[lexicon.words[word.lower()] for word in words] for words in SENTENCES]
    assert batch.mask.sum(1).tolist() == [len(words) for words in SENTENCES]


def test_the_first_rows_are_the_batch_of_the_first_sentences(lexicon: Lexicon):
    batches = with_pieces(lexicon, together=True, window=12)  # the first sentence takes two windows
    pairs = batches.build([*SENTENCES, SENTENCES[0]], pairs=True)
    assert pairs.pair_pieces is not None

    for rows in (1, 2, 3):
        kept, alone = pairs.keep_rows(rows), batches.build(SENTENCES[:rows])
        assert words_in(kept, lexicon) == words_in(alone, lexicon)
        assert kept.pair_pieces is None
        assert kept.pieces is not None
        assert alone.pieces is not None
        assert kept.pieces.bag_starts.tolist() == alone.pieces.bag_starts.tolist()
        # Words beside padding keep their places; only the width of the windows may differ.
        found = kept.pieces.piece_ids.flatten()[kept.pieces.bags]
        assert found.tolist() == alone.pieces.piece_ids.flatten()[alone.pieces.bags].tolist()
        assert len(kept.pieces.mask) == len(alone.pieces.mask)
        assert kept.pieces.piece_words.max() == kept.words


def test_pairs_are_laid_out_together_only_where_some_level_reads_them_so(lexicon: Lexicon):
    rows = [*SENTENCES[:1], *SENTENCES[1:2]]

    assert with_pieces(lexicon, together=True).build(rows, pairs=True).pair_pieces is not None
    assert with_pieces(lexicon, together=True).build(rows).pair_pieces is None
    assert with_pieces(lexicon, together=False).build(rows, pairs=True).pair_pieces is None
    assert WordBatches(lexicon).build(rows, pairs=True).pieces is None


def test_a_form_keeps_its_row_until_the_lexicon_begins_anew(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch):
    batches = WordBatches(lexicon)
    first, second = batches.build([["cat", "dog"]]).forms, batches.build([["dog", "new", "cat"]]).forms
    assert second.rows[second.places].tolist() == [first.rows[first.places[1]], 2, first.rows[first.places[0]]]
    assert first.generation == second.generation

    monkeypatch.setattr(lexicons, "MOST_FORMS", 2)
    third = batches.build([["new"]]).forms
    assert third.rows.tolist() == [0]
    assert third.generation == second.generation + 1


def test_tensors_hold_the_same_words_padded(lexicon: Lexicon):
    batch = with_pieces(lexicon, together=False, window=12).build(SENTENCES)
    padded = SentenceBatch.of(batch)
    assert batch.pieces is not None
    assert padded.pieces is not None

    assert padded.form_ids[padded.mask].tolist() == batch.forms.places.tolist()
    starts = padded.pieces.bag_starts[padded.mask.flatten()]
    assert starts.tolist() == batch.pieces.bag_starts.tolist()
    rows = padded.pieces.piece_words.numpy()
    real = batch.pieces.piece_words < batch.words
    assert (rows[~real] == padded.mask.numel()).all()
    places = np.flatnonzero(padded.mask.numpy())
    assert rows[real].tolist() == places[batch.pieces.piece_words[real]].tolist()


@pytest.mark.parametrize(("window", "widest"), [(0, 1024), (2000, 2000), (9000, 8192)])
def test_an_encoder_of_many_pieces_gets_a_thousand_in_a_pass_unless_more_are_asked_for(
    window: int, widest: int, lexicon: Lexicon
):
    config = TransformerConfig(pretrained="x", window=window)
    pretrained = Pretrained({"model_type": "bert", "max_position_embeddings": 8192}, wordpiece_tokenizer())

    tokenizer = WordBatches.of(config, lexicon, pretrained).tokenizer

    assert tokenizer is not None
    assert tokenizer.longest == widest
