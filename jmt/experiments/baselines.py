"""What every comparison is set beside: the scores of answers without a model, on the same data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.cascade.kinds import metric_of
from jmt.evaluation.baselines import MAJORITY, ONE_FEATURE, baseline_scores
from jmt.experiments.ablation import Scores
from jmt.runs.config import RunConfig
from jmt.runs.splits import load_splits
from jmt.segmentation import Segmenter


def baselines_of(config: RunConfig, folders: Sequence[Path], segmenter: Segmenter) -> dict[str, Scores]:
    """Return the scores of both baselines on the dev split of every task, by baseline.

    Raises CorpusError where a corpus cannot be read.
    """
    found: dict[str, Scores] = {MAJORITY: {}, ONE_FEATURE: {}}
    for task, splits in load_splits(config, folders, segmenter).items():
        if task in config.model.tasks and len(splits.get("dev", ())):
            metric = metric_of(config.model.tasks[task])
            for name, scores in baseline_scores(splits["train"], splits["dev"], metric).items():
                found[name][task] = scores
    return found
