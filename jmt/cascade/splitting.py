"""What splits raw text for a model: its own trained segmenter, or rules of its language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from jmt.cascade.checkpoint import SEGMENTER_PREFIX
from jmt.cascade.task_config import SegmenterConfig
from jmt.errors import InputError
from jmt.files.quantise import Array
from jmt.segmentation.learned import LearnedSegmenter
from jmt.segmentation.segmenter import SEGMENTER_CHOICES, Segmenter


def trained_segmenter(
    config: SegmenterConfig, expansions: Sequence[str], weights: Mapping[str, Array]
) -> LearnedSegmenter:
    """Return the segmenter of these weights, whose names may begin as those of a whole cascade do."""
    own = {name.removeprefix(SEGMENTER_PREFIX): weight for name, weight in weights.items()}
    digest = hashlib.sha256()
    for name in sorted(own):
        digest.update(own[name].tobytes())
    return LearnedSegmenter(own, dilations=config.dilations, expansions=expansions, revision=digest.hexdigest()[:16])


def choose_segmenter(trained: Callable[[], LearnedSegmenter] | None, language: str, choice: str = "auto") -> Segmenter:
    """Return what splits raw text: what was `trained` with a model, if anything was, or rules of its language.

    Raises:
        InputError: an unknown choice, and a model that has not learned to split text.
    """
    if choice not in SEGMENTER_CHOICES:
        raise InputError(f"segmenter `{choice}` is unknown; choose {', '.join(SEGMENTER_CHOICES)}")
    if choice == "learned" and trained is None:
        raise InputError("segmenter `learned`: this model has not learned to split text; choose auto or rules")
    if trained is not None and choice != "rules":
        return trained()
    from jmt.segmentation.rules import RuleSegmenter  # costs time: only where it is needed

    return RuleSegmenter(language)
