"""The runtime: an engine without torch, on a CPU, in float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb
from jmt.cascade.config import ModelConfig
from jmt.cascade.decoding.decoders import Decoders
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.symbols.examples import Words
from jmt.files.quantise import Array
from jmt.runtime.heads import HEADS
from jmt.runtime.network import RuntimeNetwork
from jmt.runtime.threads import limit_threads


class RuntimeEngine:
    """An `Engine` for `jmt.cascade.prediction.Predictor`."""

    name = "runtime"

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array]) -> None:
        self._cascade = cascade
        self._batches = WordBatches.of(cascade.config.encoder, cascade.lexicon, cascade.pretrained)
        self._network = RuntimeNetwork(cascade, weights)
        self._decoders = Decoders(cascade)

    @property
    def cascade(self) -> Cascade:
        """What it computes."""
        return self._cascade

    def limit_threads(self, count: int) -> None:
        """Let matrix products use so many threads, in the whole process."""
        limit_threads(count)

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> dict[str, Sequence[Any]]:
        """Return what each task predicts for the rows of one batch, as `Engine.run` has it."""
        with np.errstate(all="ignore"):  # scores that are no numbers are refused where they are decoded
            scores = climb(self._network, self._batches.build(rows, pairs=pairs), tasks, tops)
            reached = self._decoders.reached(tasks, rows, tops)
            arrays = {task: scored.scores for task, scored in scores.items()}
            return self._decoders.decode(arrays, reached, confidences=confidences)


def missing_part(config: ModelConfig) -> str | None:
    """Say what a cascade has that the runtime has no part for; None: it can run it."""
    if config.split_levels:
        kinds = dict.fromkeys(how.kind for how in config.split_levels.values())
        return f"levels that tasks do not share ({', '.join(kinds)})"
    unknown = [f"`{name}` of the kind {task.kind}" for name, task in config.tasks.items() if task.kind not in HEADS]
    return f"the task {unknown[0]}" if unknown else None
