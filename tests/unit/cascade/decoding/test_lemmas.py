"""A lemmatizer hands on the likeliest edits of a word, the likeliest first."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.lemmas import LemmaDecoder
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import LemmatizerConfig

SCRIPTS = [f"lower *-{number}" for number in range(1, 31)]


def decoder_of(scripts: list[str]) -> LemmaDecoder:
    return LemmaDecoder(LemmatizerConfig.model_validate({"kind": "lemmatizer", "level": 1}), LabelSet(scripts))


def test_every_word_gets_its_eight_likeliest_edits_in_order_with_their_probabilities():
    logits = np.random.default_rng(1).standard_normal((5, len(SCRIPTS))).astype(np.float32)

    first, second = decoder_of(SCRIPTS).decode(logits, np.array([2, 3]))

    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = [sorted(range(len(SCRIPTS)), key=lambda script, row=row: -row[script])[:8] for row in shares]
    assert [*first.labels, *second.labels] == [[SCRIPTS[script] for script in best] for best in expected]
    assert len(first.labels) == 2
    np.testing.assert_allclose(
        [*first.probabilities, *second.probabilities], np.take_along_axis(shares, np.array(expected), axis=1), rtol=1e-5
    )


def test_where_there_are_fewer_edits_all_of_them_are_handed_on():
    [found] = decoder_of(SCRIPTS[:3]).decode(np.array([[0.0, 2.0, 1.0]], np.float32), np.array([1]))

    assert found.labels == [[SCRIPTS[1], SCRIPTS[2], SCRIPTS[0]]]
