"""Where the paper's network drops values, and how many: every call in a forward pass, against appendix A."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.layers.dropout import SIDES, Dropout
from jmt.network.layers.word_dropout import WordDropout
from jmt.network.model import JointModel
from jmt.runs.config import read_config
from tests.assets.tiny_examples import tiny_examples
from tests.assets.tiny_model import LABELS, SENTENCES

Site = tuple[float, int]
"""Rate, and size of the vectors."""

HIDDEN, WORDS, LABEL = 2 * 3, 7 + 8, 5  # sizes of which each tells what is dropped
TAGGER, DEP, MAXOUT = 11, 13, 17

APPENDIX_A: dict[str, list[Site]] = {
    # what enters a level: the states of the level below (vertical connections), words, label embeddings
    "level1": [(0.4, WORDS)],
    "level2": [(0.2, HIDDEN), (0.4, WORDS), (0.4, LABEL)],
    "level3": [(0.2, HIDDEN), (0.4, WORDS), (0.4, LABEL)],
    "level4": [(0.2, HIDDEN), (0.2, WORDS), (0.2, LABEL)],  # words and labels: not stated, as at level 5
    "level5": [(0.2, HIDDEN), (0.2, WORDS), (0.2, LABEL)],
    # classifiers: before each of their layers
    "xpos": [(0.2, HIDDEN), (0.2, TAGGER)],
    "chunk": [(0.2, HIDDEN), (0.2, TAGGER)],
    "dep": [(0.2, HIDDEN), (0.2, DEP)],
    "relatedness": [(0.4, 2 * HIDDEN), (0.4, MAXOUT)],
    "entailment": [(0.2, 2 * HIDDEN + LABEL), *3 * [(0.2, MAXOUT)]],
}


def paper_network() -> JointModel:
    """The network of the packaged configuration with its rates, and sizes by which they are told apart."""
    tables = read_config("jmt2017").model.model_dump()
    tables["encoder"] |= {"hidden_size": 3, "word_size": 7, "ngram_size": 8, "label_size": LABEL}
    for name, size in (("xpos", TAGGER), ("chunk", TAGGER), ("dep", DEP)):
        tables["tasks"][name]["classifier_size"] = size
    for name in ("relatedness", "entailment"):
        tables["tasks"][name]["maxout_size"] = MAXOUT
    tables["tasks"]["relatedness"]["score_range"] = [1, 5]
    config = ModelConfig.model_validate(tables)
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    return JointModel(config, lexicon, {name: LabelSet(LABELS[name]) for name in config.tasks}).train()


def places_of(model: JointModel) -> dict[int, str]:
    """The level or task that a module belongs to."""
    levels = {f"level{number}": level for number, level in enumerate(model.encoder.levels, start=1)}  # type: ignore[arg-type]
    return {id(inner): name for name, module in (*levels.items(), *model.heads.items()) for inner in module.modules()}


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Site]]:
    """What is dropped on the way through the whole network: by level or task, in order."""
    model, seen = paper_network(), dict[str, list[Site]]()
    places, forward = places_of(model), Dropout.forward

    def record(module: Dropout, values: torch.Tensor) -> torch.Tensor:
        seen.setdefault(places[id(module)], []).append((round(module.threshold / SIDES, 3), values.size(-1)))
        return forward(module, values)

    monkeypatch.setattr(Dropout, "forward", record)
    words = model.build_batch(SENTENCES)
    scores = model(words, ["xpos", "chunk", "dep"])
    gold = model.heads["dep"].encode_gold(tiny_examples()["dep"].gold, words.mask.size(1))
    model.heads["dep"].loss(scores["dep"], gold, words.mask)
    of_words = dict(seen)
    seen.clear()
    model(model.build_batch([*SENTENCES, *SENTENCES], pairs=True), ["relatedness", "entailment"])
    return {**seen, **of_words}


def test_values_are_dropped_where_appendix_a_says_and_nowhere_else(dropped: dict[str, list[Site]]):
    assert dropped == APPENDIX_A


def test_words_are_dropped_by_their_counts_before_they_are_looked_up(monkeypatch: pytest.MonkeyPatch):
    model = paper_network()
    looked_up: list[torch.Tensor] = []
    monkeypatch.setattr(WordDropout, "forward", lambda module, ids: torch.zeros_like(ids))
    model.encoder.words.words.register_forward_hook(lambda _, ids, __: looked_up.append(ids[0]))
    model(model.build_batch(SENTENCES), ["xpos"])

    assert [int(ids.abs().sum()) for ids in looked_up] == [0]
    once = model.lexicon.words["barked"]
    assert model.encoder.words.word_dropout.probability[once].item() == pytest.approx(0.25 / 1.25)
