"""Every kind of head in NumPy, beside the torch head whose weights it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from jmt.cascade.decoding.crf import CrfScores
from jmt.cascade.kinds import KINDS, is_pair
from jmt.network import checkpoint
from jmt.network.checkpoint import weights_of
from jmt.network.model import JointModel
from jmt.runtime.heads import HEADS
from jmt.runtime.heads.arc_scorers import Biaffine
from jmt.runtime.heads.base import Head
from jmt.runtime.heads.parser import ParserScores
from jmt.runtime.label_embedding import build_label_embedding
from jmt.runtime.weights import under
from tests.assets.tiny_model import OF_SENTENCES, OF_WORDS, TASKS, tiny_model

LENGTHS = np.array([3, 1, 140, 2, 7, 1])
ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "tagger": ("xpos", {}),
    "tagger of spans with a CRF": ("chunk", {"decoder": "crf"}),
    "tagger without a code with a CRF": ("xpos", {"decoder": "crf"}),
    "lemmatizer": ("lemma", {}),
    "morphology": ("feats", {}),
    "parser": ("dep", {}),
    "biaffine parser": ("dep", {"scorer": "biaffine", "arc_size": 6, "deprel_size": 5}),
    "classifier": ("genre", {"hidden_layers": 2, "maxout_pool": 3}),
    "regressor": ("ease", {}),
    "pair_regressor": ("relatedness", {}),
    "pair_classifier": ("entailment", {"hidden_layers": 3}),
    "pair_regressor with attention": ("relatedness", {"interaction": "attention", "compare_size": 6}),
    "pair_classifier with attention": ("entailment", {"interaction": "attention", "compare_size": 6}),
}


def packed_hidden(size: int, lengths: np.ndarray = LENGTHS) -> np.ndarray:
    """States (N, H) within those of an LSTM."""
    return np.random.default_rng(1).uniform(-1, 1, (lengths.sum(), size)).astype(np.float32)


def pair_embeddings(model: JointModel, task: str, pairs: int) -> list[np.ndarray]:
    size = model.config.encoder.label_size
    reads = len(model.config.pair_reads(task))
    return [np.random.default_rng(read).standard_normal((pairs, size), dtype=np.float32) for read in range(reads)]


def build_head(model: JointModel, task: str, weights: Mapping[str, np.ndarray] | None = None) -> Head:
    config = model.config.tasks[task]
    return HEADS[config.kind](config, model.labels[task], under(f"heads.{task}.", weights or weights_of(model)))


def padded(values: np.ndarray, lengths: np.ndarray) -> tuple[Tensor, Tensor]:
    mask = torch.arange(int(lengths.max())) < torch.from_numpy(lengths)[:, None]
    result = torch.zeros(*mask.shape, values.shape[1])
    result[mask] = torch.from_numpy(values)
    return result, mask


def scored_by_torch(model: JointModel, task: str, hidden: np.ndarray, lengths: np.ndarray) -> tuple[Any, Any, Tensor]:
    """The scores of a torch head, its signal, and the mask."""
    states, mask = padded(hidden, lengths)
    embeddings = [torch.from_numpy(part) for part in pair_embeddings(model, task, len(lengths) // 2)]
    arguments = (states, mask, embeddings) if is_pair(model.config.tasks[task]) else (states, mask)
    scores = model.heads[task].score(*arguments)
    return scores, model.heads[task].signal(scores), mask


def of_real_words(values: Tensor, mask: Tensor) -> np.ndarray:
    """What torch says of words, packed; what it says of sentences and pairs as it is."""
    if values.dim() > 2:
        return values[:, 0].numpy() if values.size(1) == 1 < mask.size(1) else values[mask].numpy()
    return values.numpy()


def check_close(ours: np.ndarray, theirs: np.ndarray) -> None:
    """See that values agree to 1e-5, or to some roundings of the largest: small sums of large parts have them."""
    finite = np.abs(theirs[np.isfinite(theirs)])
    np.testing.assert_allclose(ours, theirs, atol=1e-5 + 3e-6 * finite.max(initial=0.0), rtol=1e-5)


def compare_scores(ours: Any, theirs: Any, mask: Tensor, head: Any) -> None:
    if isinstance(ours, ParserScores):
        real = mask.numpy()
        check_close(ours.arc_scores[real], theirs.arc_scores[mask].numpy())
        head_ids = theirs.arc_scores.argmax(dim=-1)
        relations = head.score_deprels(theirs, head_ids)[mask].numpy()
        check_close(ours.deprel_logits(head_ids[mask].numpy()), relations)
        return
    logits = ours.logits if isinstance(ours, CrfScores) else ours
    expected = theirs if isinstance(theirs, Tensor) else theirs.logits
    check_close(logits, of_real_words(expected, mask))


def compare_with_torch(model: JointModel, task: str, lengths: np.ndarray) -> None:
    hidden = packed_hidden(model.encoder.size, lengths)
    head = build_head(model, task)
    with torch.inference_mode():
        expected, signal, mask = scored_by_torch(model, task, hidden, lengths)
        scores = head.score(hidden, lengths, pair_embeddings(model, task, len(lengths) // 2))
        compare_scores(scores, expected, mask, model.heads[task])
        ours = head.signal(scores, lengths)
        assert len(ours) == len(signal)
        for part, of_torch in zip(ours, signal, strict=True):
            check_close(part, of_real_words(of_torch, mask))
        if task in model.label_embeddings:
            embed = build_label_embedding(under(f"label_embeddings.{task}.", weights_of(model)))
            embedded = of_real_words(model.label_embeddings[task](*signal), mask)
            check_close(embed(*ours), embedded)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("lengths", [LENGTHS, np.array([1, 1]), np.array([5, 9])], ids=str)
def test_a_head_scores_and_signals_what_torch_does(variant: str, lengths: np.ndarray):
    task, changes = VARIANTS[variant]
    reading = {"lemma": {"reads": ["xpos", "feats", "chunk"]}, "entailment": {"reads": ["relatedness"]}}
    model = tiny_model(tuple(ALL_TASKS), changes={**reading, task: {**reading.get(task, {}), **changes}})

    compare_with_torch(model, task, lengths)


@pytest.mark.parametrize("variant", ["parser", "biaffine parser"])
def test_what_is_read_of_a_parser_is_what_torch_reads(variant: str):
    """A tagger above it reads the tree."""
    changes = {"dep": {**VARIANTS[variant][1], "level": 1, "reads": []}, "xpos": {"level": 2, "reads": ["dep"]}}
    model = tiny_model(("dep", "xpos"), changes=changes)

    assert "dep" in model.label_embeddings
    compare_with_torch(model, "dep", LENGTHS)


@pytest.mark.parametrize("task", ["xpos", "upos", "chunk", "dep", "relatedness", "entailment"])
def test_the_heads_of_the_model_that_ships_say_what_torch_says(task: str):
    compare_with_torch(checkpoint.load("en_jmt_sm"), task, LENGTHS)


def test_there_is_a_head_for_every_kind():
    assert HEADS.keys() == KINDS.keys()


@pytest.mark.parametrize("variant", VARIANTS)
def test_scores_of_a_sentence_do_not_depend_on_its_company(variant: str):
    task, changes = VARIANTS[variant]
    model = tiny_model(tuple(ALL_TASKS), changes={task: changes})
    if is_pair(model.config.tasks[task]):
        company, alone, rows = [5, 3, 9, 2], [3, 2], [1, 3]
    else:
        company, alone, rows = [5, 3, 40], [3], [1]
    head, lengths = build_head(model, task), np.array(company)
    hidden = packed_hidden(model.encoder.size, lengths)
    ends = lengths.cumsum()
    own = np.concatenate([hidden[ends[row] - lengths[row] : ends[row]] for row in rows])
    embeddings = pair_embeddings(model, task, len(company) // 2)

    together = head.signal(head.score(hidden, lengths, embeddings), lengths)
    single = [part[1:] for part in embeddings]
    by_itself = head.signal(head.score(own, np.array(alone), single), np.array(alone))

    for few, many in zip(by_itself, together, strict=True):
        whole = len(many) < len(hidden)
        check_close(few, many[1:2] if whole else many[5:8])


@pytest.mark.parametrize("governed", [1, 2, 3])
def test_relations_of_more_governors_than_are_taken_together_are_those_of_the_form(governed: int):
    """Against d U g, word by word; every governor has as many dependents or one more, so that products differ."""
    words, size, relations = 400, 3, 4
    draw = np.random.default_rng(governed)
    names = ("arc_dependent", "arc_governor", "deprel_dependent", "deprel_governor")
    weights = {f"scorer.{name}.0.weight": draw.normal(size=(size, 2)).astype(np.float32) for name in names}
    weights |= {f"scorer.{name}.0.bias": draw.normal(size=size).astype(np.float32) for name in names}
    weights |= {"scorer.arc_weight": np.eye(size, dtype=np.float32), "scorer.arc_prior": np.zeros(size, np.float32)}
    form = draw.normal(size=(relations, size + 1, size + 1)).astype(np.float32)
    scorer = Biaffine({**weights, "scorer.deprel_weight": form, "root": np.zeros(2, np.float32)})
    views = scorer.views(draw.normal(size=(words, 2)).astype(np.float32))
    places = draw.permutation(words) // governed
    places[places == 3] = 5

    dependents = np.c_[views.dependents, np.ones(words)]
    governors = np.c_[views.governors, np.ones(words + 1)][places]
    expected = np.einsum("nd,rdg,ng->nr", dependents, form, governors)
    np.testing.assert_allclose(scorer.deprel_logits(views, places), expected, atol=1e-4, rtol=1e-4)
