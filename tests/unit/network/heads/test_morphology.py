"""Morphological features: values by attribute beside whole bundles, against enumeration."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from jmt.cascade.symbols.examples import GoldFeatures
from jmt.cascade.symbols.features import canonical_features
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.task_config import MorphologyConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.morphology import Morphology
from tests.assets.decoding import decode

TRAINING = [
    GoldFeatures(["Case=Nom|Number=Sing", "_", "Case=Acc|Number=Plur"]),
    GoldFeatures(["Case=Nom|Number=Sing", "_", "VerbForm=Fin", "VerbForm=Fin"]),
]
ATTRIBUTES = {"Case": ["Acc", "Nom", ""], "Number": ["Plur", "Sing", ""], "VerbForm": ["Fin", ""]}
CONFIG = MorphologyConfig(level=1)
BUNDLES = ["Case=Nom|Number=Sing", "VerbForm=Fin", "_"]


@pytest.fixture
def head() -> Morphology:
    config = MorphologyConfig(level=1, classifier_size=6)
    return Morphology(config, Morphology.build_labels(config, TRAINING), HeadSizes(4, 3, 0)).eval()


def likelihoods(head: Morphology, scores: torch.Tensor) -> dict[str, float]:
    """Log p of every label of one word, from sums of exponentials written out."""
    logits = dict(zip(head.labels.labels, scores.double().tolist(), strict=True))
    groups = [[f"{name}={value}" for value in values] for name, values in ATTRIBUTES.items()]
    groups.append([f"[{bundle}]" for bundle in [*BUNDLES, "..."]])
    assert sorted(label for group in groups for label in group) == sorted(logits)
    return {
        label: logits[label] - math.log(sum(math.exp(logits[other]) for other in group))
        for group in groups
        for label in group
    }


def score_of(known: dict[str, float], values: tuple[str, ...]) -> tuple[str, float]:
    """The score of a combination: of its values, and of itself or of all that training did not see."""
    labels = [f"{name}={value}" for name, value in zip(ATTRIBUTES, values, strict=True)]
    feats = "|".join(label for label in labels if not label.endswith("=")) or "_"
    return feats, sum(known[label] for label in labels)


def test_the_labels_are_values_absences_and_the_bundles_that_are_not_rare(head: Morphology):
    assert head.labels.labels == (
        *("Case=", "Case=Acc", "Case=Nom", "Number=", "Number=Plur", "Number=Sing", "VerbForm=", "VerbForm=Fin"),
        *("[Case=Nom|Number=Sing]", "[VerbForm=Fin]", "[_]", "[...]"),
    )


def test_the_best_of_all_combinations_is_found_also_one_that_training_never_saw(head: Morphology):
    torch.manual_seed(3)
    scores = torch.randn(1, 400, len(head.labels)) * 3
    found = decode(head, CONFIG, scores, torch.ones(1, 400).bool())[0].labels

    for word, feats in enumerate(found):
        known = likelihoods(head, scores[0, word])
        of_all = [score_of(known, values) for values in itertools.product(*ATTRIBUTES.values())]
        unseen = [(name, score + known["[...]"]) for name, score in of_all]  # counted for whatever the values make
        seen = [(name, score + known[f"[{name}]"]) for name, score in of_all if name in BUNDLES]
        assert feats == max([*seen, *unseen], key=lambda entry: entry[1])[0]
    assert set(found) - set(BUNDLES)
    assert set(found) & set(BUNDLES)


def test_the_loss_is_that_of_every_attribute_and_of_the_bundle(head: Morphology):
    torch.manual_seed(4)
    scores = torch.randn(1, 3, len(head.labels))
    gold = head.encode_gold([GoldFeatures(["Case=Nom|Number=Sing", "Number=Plur"])], 3)
    mask = torch.tensor([[True, True, False]])
    first, second = likelihoods(head, scores[0, 0]), likelihoods(head, scores[0, 1])

    expected = [first[name] for name in ("Case=Nom", "Number=Sing", "VerbForm=", "[Case=Nom|Number=Sing]")]
    expected += [second[name] for name in ("Case=", "Number=Plur", "VerbForm=", "[...]")]
    assert head.loss(scores, gold, mask).item() == pytest.approx(-sum(expected), abs=1e-4)


def test_what_training_never_saw_is_not_learned_from_and_the_rest_of_the_word_is(head: Morphology):
    gold = head.encode_gold([GoldFeatures(["Case=Voc|Mood=Ind|Number=Sing"])], 1)[0, 0].tolist()

    assert gold[0] == IGNORED
    assert gold[2] != IGNORED
    assert head.index.bundles == BUNDLES
    assert gold[3] == len(BUNDLES)  # another bundle


def test_predictions_are_canonical_and_a_confidence_is_the_share_of_the_best_one(head: Morphology):
    torch.manual_seed(5)
    scores = torch.randn(2, 9, len(head.labels))
    mask = torch.arange(9).repeat(2, 1) < torch.tensor([[9], [4]])
    answers = decode(head, CONFIG, scores, mask, confidences=True)

    assert [len(answer.labels) for answer in answers] == [9, 4]
    for answer in answers:
        assert answer.labels == [canonical_features(feats) for feats in answer.labels]
        assert answer.confidences is not None
        assert all(0 < confidence <= 1 for confidence in answer.confidences)
        assert len(answer.confidences) == len(answer.labels)


def test_without_bundles_every_attribute_is_chosen_by_itself():
    config = MorphologyConfig(level=1, minimum=100)
    head = Morphology(config, Morphology.build_labels(config, TRAINING), HeadSizes(4, 3, 0))
    scores = torch.zeros(1, 1, len(head.labels))
    for label in ("Case=Acc", "Number=Sing", "VerbForm=Fin"):
        scores[0, 0, head.labels.index(label)] = 5

    assert head.index.bundles == []
    assert decode(head, CONFIG, scores, torch.ones(1, 1).bool())[0].labels == ["Case=Acc|Number=Sing|VerbForm=Fin"]


def test_words_that_all_lack_features_make_a_head_too():
    config = MorphologyConfig(level=1)
    head = Morphology(config, LabelSet(["[_]", "[...]"]), HeadSizes(4, 3, 0))

    assert decode(head, CONFIG, torch.zeros(1, 2, 2), torch.ones(1, 2).bool())[0].labels == ["_", "_"]


def test_labels_that_a_continued_training_adds_at_the_end_join_their_attributes(head: Morphology):
    grown = Morphology(MorphologyConfig(level=1), LabelSet([*head.labels.labels, "Case=Voc"]), HeadSizes(4, 3, 0))
    scores = torch.zeros(1, 1, len(grown.labels))
    scores[0, 0, -1] = 9

    assert decode(grown, CONFIG, scores, torch.ones(1, 1).bool())[0].labels[0].startswith("Case=Voc")
    assert torch.allclose(grown.probabilities(scores)[0, 0, :3].sum(), torch.tensor(3 / (3 + math.exp(9))))
