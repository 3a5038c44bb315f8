"""The tagger: codes of spans, padding, labels that training never saw, and decoding that is always well formed."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch

from jmt.cascade.symbols.labels import IGNORED, LabelSet, iob2_to_iobes, iobes_to_iob2
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.tagger import Tagger, TaggerConfig
from tests.assets.decoding import decode
from tests.assets.label_codes import IOBES, is_well_formed

SIZES = HeadSizes(hidden=6, label_embedding=4, read_embeddings=0)


def keys(scheme: str | None = None, decoder: str = "softmax") -> TaggerConfig:
    return TaggerConfig.model_validate(
        {"level": 1, "column": "x", "scheme": scheme, "classifier_size": 5, "dropout": 0.0, "decoder": decoder}
    )


def tagger(scheme: str | None = None, labels: list[str] | None = None, decoder: str = "softmax") -> Tagger:
    return Tagger(keys(scheme, decoder), LabelSet(labels or ["A", "B", "C"]), SIZES)


def test_labels_are_collected_in_the_code_that_the_model_uses():
    gold = [["B-NP", "I-NP", "I-NP", "O", "B-VP", "B-NP", "I-NP"]]
    config = TaggerConfig.model_validate({"level": 1, "column": "x", "scheme": "iobes"})

    assert Tagger.build_labels(config, gold).labels == ("B-NP", "E-NP", "I-NP", "O", "S-VP")
    assert Tagger.build_labels(config.model_copy(update={"scheme": None}), gold).labels == (
        "B-NP",
        "B-VP",
        "I-NP",
        "O",
    )


@pytest.mark.parametrize(
    ("iob2", "iobes"),
    [
        ("O", "O"),
        ("B-NP", "S-NP"),
        ("B-NP I-NP", "B-NP E-NP"),
        ("B-NP I-NP I-NP O", "B-NP I-NP E-NP O"),
        ("B-NP B-NP I-NP", "S-NP B-NP E-NP"),
        ("B-NP B-VP", "S-NP S-VP"),
        ("B-NP I-NP B-NP I-NP", "B-NP E-NP B-NP E-NP"),
    ],
)
def test_iob2_and_iobes_say_the_same(iob2: str, iobes: str):
    assert iob2_to_iobes(iob2.split()) == iobes.split()
    assert iobes_to_iob2(iobes.split()) == iob2.split()


def test_an_unseen_gold_label_adds_nothing_to_the_loss():
    head = tagger()
    scores, mask = torch.randn(1, 3, 3), torch.ones(1, 3, dtype=torch.bool)
    gold = head.encode_gold([["A", "new", "C"]], 3)
    assert gold.tolist() == [[0, IGNORED, 2]]

    log_probabilities = scores.log_softmax(dim=-1)
    expected = -(log_probabilities[0, 0, 0] + log_probabilities[0, 2, 2])
    assert torch.allclose(head.loss(scores, gold, mask), expected)


def test_padding_adds_nothing_to_the_loss():
    head = tagger()
    scores = torch.randn(2, 4, 3)
    mask = torch.tensor([[True, True, False, False], [True] * 4])
    gold = head.encode_gold([["A", "B"], ["C", "A", "A", "B"]], 4)
    alone = [
        head.loss(scores[row : row + 1, :length], gold[row : row + 1, :length], mask[row : row + 1, :length])
        for row, length in ((0, 2), (1, 4))
    ]

    assert torch.allclose(head.loss(scores, gold, mask), sum(alone))


def test_what_is_decoded_is_the_best_well_formed_sequence():
    head = tagger("iobes", IOBES)
    torch.manual_seed(3)
    scores, mask = torch.randn(6, 4, len(IOBES)), torch.ones(6, 4, dtype=torch.bool)
    mask[2, 3:] = mask[4, 1:] = False
    decoded = decode(head, keys("iobes"), scores, mask)
    for row, result in enumerate(decoded):
        length = int(mask[row].sum())
        best = max(
            (ids for ids in product(range(len(IOBES)), repeat=length) if is_well_formed(tuple(IOBES[i] for i in ids))),
            key=lambda ids, row=row: sum(float(scores[row, place, index]) for place, index in enumerate(ids)),
        )
        assert result.labels == iobes_to_iob2([IOBES[index] for index in best])


def test_confidences_are_the_probabilities_of_the_chosen_labels():
    head = tagger()
    scores, mask = torch.randn(1, 3, 3), torch.ones(1, 3, dtype=torch.bool)
    (result,) = decode(head, keys(), scores, mask, confidences=True)

    expected = scores.softmax(dim=-1).max(dim=-1)
    assert result.labels == [head.labels.labels[index] for index in expected.indices[0]]
    assert result.confidences == pytest.approx(expected.values[0].tolist())


def test_a_crf_decodes_the_best_well_formed_sequence_and_is_as_sure_as_its_marginals():
    torch.manual_seed(4)
    head = tagger("iobes", IOBES, "crf").eval()
    for parameter in head.parameters():
        parameter.data.normal_()
    hidden, mask = (
        torch.randn(3, 3, SIZES.hidden),
        torch.tensor([[True] * 3, [True, True, False], [True, False, False]]),
    )
    scores = head.score(hidden, mask)
    logits = head.classifier(hidden)
    for row, result in enumerate(decode(head, keys("iobes", "crf"), scores, mask, confidences=True)):
        length = int(mask[row].sum())
        totals = {
            ids: sum(logits[row, place, index] for place, index in enumerate(ids))
            + sum(head.output.transitions[pair] for pair in pairwise(ids))
            + (head.output.start[ids[0]] + head.output.end[ids[-1]])
            for ids in product(range(len(IOBES)), repeat=length)
            if is_well_formed(tuple(IOBES[i] for i in ids))
        }
        best = max(totals, key=lambda ids, totals=totals: totals[ids].item())
        assert result.labels == iobes_to_iob2([IOBES[index] for index in best])
        weights = dict(zip(totals, torch.stack(list(totals.values())).softmax(0).tolist(), strict=True))
        for place, index in enumerate(best):
            expected = sum(weight for ids, weight in weights.items() if ids[place] == index)
            assert result.confidences[place] == pytest.approx(expected, abs=1e-5)


def test_a_crf_needs_no_code_and_forbids_nothing_without_one():
    head = tagger(decoder="crf")
    transitions, start, end = head.output.rules()

    assert (transitions.min(), start.min(), end.min()) == (0, 0, 0)
