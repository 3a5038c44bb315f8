"""The network of a segmenter: what it trains on is what arrays compute, whatever else is in a batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from jmt.cascade.symbols.labels import IGNORED
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.convolutions import Convolutions
from jmt.segmentation.labels import BORDERS
from jmt.segmentation.reading import read_atoms
from jmt.segmentation.stretches import WHITE
from tests.assets.hostile_texts import hostile_text
from tests.assets.tiny_segmenter import tiny_segmenter


def stretches() -> list[list[str]]:
    """Texts as rows of atoms, each of which begins a paragraph."""
    found = []
    for number in range(120):
        atoms = [atom for part in read_atoms([hostile_text(number)]) for atom in part]
        if atoms:
            found.append([WHITE[atom.spacing] + atom.form for atom in atoms])
    return found


def test_arrays_compute_what_the_network_was_trained_to():
    network = tiny_segmenter()
    weights = {name: weight.numpy() for name, weight in network.state_dict().items()}
    arrays = Convolutions(weights, network.config.dilations)
    for number in range(200):
        atoms = [atom for part in read_atoms([hostile_text(number)]) for atom in part]
        if not atoms:
            continue
        batch = network.build_batch([[WHITE[atom.spacing] + atom.form for atom in atoms]])
        with torch.no_grad():
            expected = network(batch, ["segmenter"])["segmenter"][0].numpy()
        spacings = np.array([*(atom.spacing for atom in atoms), Spacing.PARAGRAPH])
        found = arrays.scores([([atom.form for atom in atoms], spacings)])

        assert np.abs(found - expected).max() < 1e-5 * max(1, np.abs(expected).max())
        for part in (slice(None, len(BORDERS)), slice(len(BORDERS), None)):
            assert (found[:, part].argmax(axis=1) == expected[:, part].argmax(axis=1)).all()


def test_company_and_padding_change_no_score_and_no_gradient():
    network, rows = tiny_segmenter(), stretches()
    with torch.no_grad():
        together = network(network.build_batch(rows), ["s"])["s"]
        for place, row in enumerate(rows):
            alone = network(network.build_batch([row]), ["s"])["s"]
            assert torch.allclose(alone[0], together[place, : len(row)], atol=1e-5)

    def gradient(batches: list[list[list[str]]]) -> torch.Tensor:
        network.zero_grad()
        for batch in batches:
            atoms = network.build_batch(batch)
            gold = network.encode_gold([["T = cut *+1"] * len(row) for row in batch], atoms.mask.shape[1])
            network.loss(network(atoms, ["s"])["s"], gold, atoms.mask).backward()
        return torch.cat([parameter.grad.flatten() for parameter in network.parameters() if parameter.grad is not None])

    assert torch.allclose(gradient([rows]), gradient([[row] for row in rows]), rtol=1e-3, atol=1e-3)


def test_every_parameter_gets_a_gradient():
    network, rows = tiny_segmenter().train(), stretches()
    batch = network.build_batch(rows)
    labels = ["S", "T", "I / cut 1+*", "T = all du de+le"]
    gold = network.encode_gold([[labels[i % 4] for i in range(len(row))] for row in rows], batch.mask.shape[1])
    network.loss(network(batch, ["s"])["s"], gold, batch.mask).backward()

    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        if name != "traits.weight":
            assert (parameter.grad != 0).any(dim=-1).all(), name
    traits = dict(network.named_parameters())["traits.weight"].grad
    assert traits is not None
    assert (traits != 0).any(dim=-1).nonzero().flatten().tolist() == list(range(1, network.config.trait_rows))


def test_what_is_not_said_and_padding_cost_nothing():
    network = tiny_segmenter()
    batch = network.build_batch([["\n\na", " b"], ["\n\nc"]])
    gold = network.encode_gold([["S = cut 9+*", "_"], ["T"]], batch.mask.shape[1])

    assert gold.tolist() == [[[2, IGNORED], [IGNORED, IGNORED]], [[1, 0], [IGNORED, IGNORED]]]
    scores = network(batch, ["s"])["s"]
    logs = [part.log_softmax(-1) for part in scores.tensor_split([len(BORDERS)], dim=-1)]
    expected = -(logs[0][0, 0, 2] + logs[0][1, 0, 1] + logs[1][1, 0, 0])
    assert network.loss(scores, gold, batch.mask).item() == pytest.approx(expected.item(), abs=1e-5)


@pytest.mark.parametrize("rate", ["dropout", "trait_dropout"])
def test_values_are_dropped_in_training_alone(rate: str):
    network = tiny_segmenter(**{"dropout": 0.0, "trait_dropout": 0.0, rate: 0.5})
    batch = network.build_batch(stretches()[:3])
    with torch.no_grad():
        settled = network(batch, ["s"])["s"]
        assert torch.equal(network(batch, ["s"])["s"], settled)
        network.train()
        assert not torch.allclose(network(batch, ["s"])["s"], settled, atol=1e-3)


def test_what_was_trained_stays_as_it_was_when_training_goes_on():
    network = tiny_segmenter()
    trained, text = network.trained(), "Du 1 000 gonna. Then\nthis"
    before = trained.segment(text)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()

    assert trained.segment(text) == before
