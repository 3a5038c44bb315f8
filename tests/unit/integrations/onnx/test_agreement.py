"""Graphs give the scores that the runtime gives: every kind of head, both bodies, whole and level by level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.task_config import Read
from jmt.files.quantise import Array
from jmt.integrations.onnx.encoders import blocks
from jmt.integrations.onnx.heads import HEADS
from jmt.integrations.onnx.sample import Sampler
from jmt.runtime.encoders.activations import ACTIVATIONS
from jmt.runtime.encoders.blocks import NAMES
from jmt.runtime.heads import HEADS as OF_RUNTIME
from jmt.runtime.network import RuntimeNetwork
from tests.assets.graphs import Graphs, assert_close, random_weights
from tests.assets.tiny_model import TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer
from tests.unit.runtime.test_agreement import ALL_TASKS, CHANGES, sentences


def with_keys(cascade: Cascade, **keys: Any) -> Cascade:
    """The cascade with other keys of its encoder."""
    encoder = cascade.config.encoder.model_copy(update=keys)
    return replace(cascade, config=cascade.config.model_copy(update={"encoder": encoder}))


def cascades() -> dict[str, Cascade]:
    """Cascades by what is tested."""
    plain, others = (tiny_model(tuple(ALL_TASKS), changes=changes).cascade for changes in CHANGES.values())
    found = {"the paper's": plain, "the others": others}
    found["levels apart"] = with_keys(plain, vertical=False)
    found["words at the bottom alone"] = with_keys(others, shortcut=False)
    found["a transformer"] = tiny_transformer("bert", longest=24).cascade  # long sentences need several windows
    found["pairs together"] = tiny_transformer("bert", pairs="together", longest=24).cascade
    found["pairs together, taps alone"] = tiny_transformer("roberta", pairs="together", mix=False).cascade
    found["two taps at one layer"] = tiny_transformer("bert", taps=[0, 2, 2, 3, 3], shortcut=False).cascade
    return found


@dataclass(frozen=True)
class Exported:
    """A cascade, its graphs, and what the runtime says of it."""

    cascade: Cascade
    weights: dict[str, Array]
    graphs: Graphs

    @property
    def batches(self) -> WordBatches:
        return WordBatches.of(self.cascade.config.encoder, self.cascade.lexicon, self.cascade.pretrained)

    @property
    def sampler(self) -> Sampler:
        return Sampler(self.cascade, self.weights, self.batches)


def exported_to(folder: Path, cascade: Cascade) -> Exported:
    weights = random_weights(cascade)
    return Exported(cascade, weights, Graphs(folder, cascade, weights))


@pytest.fixture(scope="module", params=cascades().items(), ids=lambda param: param[0])
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported_to(tmp_path_factory.mktemp("graphs"), request.param[1])


ROWS = {"many": slice(None), "one": slice(1), "a single word": slice(3, 4), "a single word and two": slice(3, 5)}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_single_sentences_are_scored_alike(exported: Exported, rows: slice):
    inputs, outputs = exported.sampler.arrays(sentences()[rows], exported.cascade.token_tasks)
    whole = exported.graphs.compute("annotate", inputs)
    relations = exported.graphs.compute("relations", {**whole, **inputs})

    assert whole.keys() | relations.keys() == outputs.keys()
    assert_close({**whole, **relations}, outputs, inputs["lengths"])


@pytest.mark.parametrize("rows", [slice(None), slice(2), slice(3, 5)], ids=["many", "one", "a single word and two"])
def test_pairs_are_scored_alike(exported: Exported, rows: slice):
    given = [*sentences()[rows], *reversed(sentences()[rows])]
    inputs, outputs = exported.sampler.arrays(given, exported.cascade.pair_tasks, pairs=True)
    found = exported.graphs.compute("compare", inputs)

    assert found.keys() == outputs.keys()
    assert_close(found, outputs, inputs["lengths"])


def test_level_by_level_the_scores_are_those_of_the_whole(exported: Exported):
    given = [*sentences(), *sentences(2)]
    inputs, of_pairs = exported.sampler.arrays(given, exported.cascade.pair_tasks, pairs=True)
    more, of_words = exported.sampler.arrays(given, exported.cascade.token_tasks)
    at_hand, expected = {**inputs, **more}, {**of_words, **of_pairs}
    for name in ("words", "level1", "level2", "level3", "level4", "level5"):
        found = exported.graphs.compute(name, at_hand)
        at_hand |= found
        assert_close({port: found[port] for port in found.keys() & expected.keys()}, expected, inputs["lengths"])

    assert expected.keys() - at_hand.keys() == {f"{task}.relations" for task in ["dep"]}


def test_what_tasks_say_to_levels_above_is_what_they_say_in_the_runtime(exported: Exported):
    config, at_hand = exported.cascade.config, exported.sampler.arrays(sentences(), exported.cascade.token_tasks)[0]
    for name in ("words", "level1", "level2", "level3"):
        at_hand |= exported.graphs.compute(name, at_hand)
    batch = exported.batches.build(sentences())
    network = RuntimeNetwork(exported.cascade, exported.weights)
    scores = climb(network, batch, exported.cascade.token_tasks)
    read = {read.task for task in config.tasks.values() for read in task.reads} & scores.keys()
    for task in read:
        rows, words = batch.mask.nonzero()
        said = at_hand[f"{task}.embedding"]
        found = said[rows, words] if said.ndim == 3 else said[rows]
        expected = network.embed_words(Read(task=task), scores[task], batch)
        np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5 * np.abs(expected).max(), err_msg=task)

    assert read


def test_the_graphs_are_what_the_standard_says(exported: Exported):
    for name in exported.graphs.names:
        onnx.checker.check_model(str(exported.graphs.folder / f"{name}.onnx"), full_check=True)
    model = exported.graphs.read("annotate")

    assert [(one.domain, one.version) for one in model.opset_import] == [("", 17)]
    assert {prop.key: prop.value for prop in model.metadata_props} == {"name": "tiny"}


def test_a_level_holds_neither_tables_of_words_nor_weights_of_other_levels(exported: Exported):
    held = {
        name: {tensor.name for tensor in exported.graphs.read(name).graph.initializer if len(tensor.dims) > 1}
        for name in ("words", "level1", "level2")
    }

    assert held["words"]
    assert held["words"] & held["level1"] == held["level1"] & held["level2"] == set()


def check_words(exported: Exported) -> None:
    """Scores of words, and what of them goes up, are the runtime's."""
    given = [*sentences(), ["cat", "<pad>", "the", "[PAD]", "dog"]]  # words that stand for padding, which some skip
    inputs, outputs = exported.sampler.arrays(given, exported.cascade.token_tasks)
    assert_close(exported.graphs.compute("annotate", inputs), outputs, inputs["lengths"])


@pytest.mark.parametrize("family", NAMES)
def test_every_family_of_encoders_gives_what_it_gives_in_the_runtime(family: str, tmp_path: Path):
    check_words(exported_to(tmp_path, tiny_transformer(family, longest=24).cascade))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_the_runtimes(activation: str, tmp_path: Path):
    cascade = tiny_transformer(taps=[1], tasks={"xpos": TASKS["xpos"]}).cascade
    assert cascade.pretrained is not None
    described = {**cascade.pretrained.config, "hidden_act": activation}
    check_words(exported_to(tmp_path, replace(cascade, pretrained=replace(cascade.pretrained, config=described))))


def test_there_are_nodes_for_all_that_the_runtime_computes():
    assert HEADS.keys() == OF_RUNTIME.keys()
    assert blocks._ACTIVATIONS.keys() == ACTIVATIONS.keys()
