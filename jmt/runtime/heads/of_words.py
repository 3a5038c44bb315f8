"""Heads that choose a label for every word: W ReLU(V h_t + b) + c, for a softmax, a CRF, or one per attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.cascade.decoding.crf import CrfScores, forbid, marginals
from jmt.cascade.decoding.features import FeatureIndex
from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import HeadConfig, MorphologyConfig, TaggerConfig
from jmt.files.quantise import Array
from jmt.runtime.affine import Affine, relu


class WordClassifier:
    """Logits under a softmax per word: of a tagger without a CRF, and of a lemmatizer."""

    def __init__(self, config: HeadConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._inner, self._outer = (Affine(weights, f"classifier.{place}") for place in (1, 4))

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> Array:
        """Return logits (N, L) from hidden (N, H)."""
        return self._outer(relu(self._inner(hidden)))

    def signal(self, scores: Array, lengths: Array) -> tuple[Array, ...]:
        """Return p(label), (N, L)."""
        return (softmax(scores),)


class Morphology(WordClassifier):
    """Logits of values and bundles: one of each attribute's values is chosen, and one of the bundles."""

    def __init__(self, config: MorphologyConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        super().__init__(config, labels, weights)
        self._index = FeatureIndex(labels)

    def signal(self, scores: Array, lengths: Array) -> tuple[Array, ...]:
        """Return (N, L): distributions side by side, one over each attribute's values and one over the bundles."""
        return (self._index.probabilities(scores),)


class CrfTagger:
    """Logits of words, and the weights of a CRF over them."""

    def __init__(self, config: TaggerConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._classifier = WordClassifier(config, labels, weights)
        rules = label_rules(labels.labels, config.scheme)
        self._rules = forbid(rules, *(weights[f"output.{name}"] for name in ("transitions", "start", "end")))

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> CrfScores:
        """Return logits (N, L) from hidden (N, H), with the scores of transitions, starts and ends."""
        return CrfScores(self._classifier.score(hidden, lengths), *self._rules)

    def signal(self, scores: CrfScores, lengths: Array) -> tuple[Array, ...]:
        """Return the marginals p(y_t = j), (N, L)."""
        return (marginals(scores, lengths),)


def build_tagger(config: TaggerConfig, labels: LabelSet, weights: Mapping[str, Array]) -> WordClassifier | CrfTagger:
    """Build what `decoder` names."""
    return (CrfTagger if config.decoder == "crf" else WordClassifier)(config, labels, weights)
