"""Variations of pairs that mean nothing are refused; and which class or grade a sentence and itself have."""

from __future__ import annotations

from collections.abc import Iterable

from jmt.cascade.kinds import is_graded, is_pair
from jmt.cascade.symbols.examples import Gold
from jmt.data.rewording.contractions import LANGUAGE as ENGLISH
from jmt.errors import ConfigError
from jmt.formats.pairs import ENTAILMENT
from jmt.runs.config.run_config import RunConfig

_SHOWN = 10
"""Classes that a message names."""


def check_variations(config: RunConfig, name: str) -> None:
    """Refuse variations of what is no pair, and keys that mean nothing for a kind, a language or beside others.

    Raises:
        ConfigError: naming the key and what would mean something.
    """
    varied, head = config.data[name].variations, config.model.tasks.get(name)
    if varied is None:
        return
    key = f"task.{name}.variations"
    if head is None or not is_pair(head):
        raise ConfigError(f"{key}: pairs are varied, and this task is about none: drop the table")
    if is_graded(head.kind) and (varied.symmetric_labels or varied.itself_label is not None):
        raise ConfigError(f"{key}: a grade has no classes: drop itself_label and symmetric_labels")
    if not is_graded(head.kind) and bool(varied.swap) != bool(varied.symmetric_labels):
        raise ConfigError(
            f"{key}: swap and symmetric_labels go together: some classes change when the sentences change places, and "
            'those that do not are named, as in symmetric_labels = ["contradiction"]'
        )
    if varied.contractions and config.model.language != ENGLISH:
        raise ConfigError(
            f"{key}.contractions: the rules are those of language `{ENGLISH}`, and this is `{config.model.language}`: "
            "drop the key"
        )


def itself_gold(config: RunConfig, name: str, golds: Iterable[Gold]) -> Gold | None:
    """Return the grade or the class of a sentence and itself, where training is to have such pairs.

    `golds` are those of the training data, of all corpora.

    Raises:
        ConfigError: no class of the training data is known to be it, or one that is named is not among them.
    """
    variations, head = config.data[name].variations, config.model.tasks.get(name)
    if variations is None or head is None:
        return None
    if is_graded(head.kind):
        score_range: tuple[int, int] | None = getattr(head, "score_range", None)
        return float(score_range[1]) if variations.itself and score_range else None
    there = sorted(set(map(str, golds)))
    itself = [variations.itself_label] if variations.itself_label is not None else []
    for key, labels in (("itself_label", itself), ("symmetric_labels", list(variations.symmetric_labels))):
        if unknown := [label for label in labels if label not in there]:
            raise ConfigError(f"task.{name}.variations.{key}: no class is called {unknown[0]!r}; {_listed(there)}")
    if not variations.itself:
        return None
    found = itself or [label for label in there if label.lower() == ENTAILMENT]
    if len(found) != 1:
        raise ConfigError(
            f"task.{name}.variations.itself: nothing says which class a sentence and itself have; {_listed(there)}. "
            f'Name it, as in variations.itself_label = "{there[0]}"'
        )
    return found[0]


def _listed(labels: list[str]) -> str:
    return f"classes here are {', '.join(labels[:_SHOWN])}{' ...' if len(labels) > _SHOWN else ''}"
