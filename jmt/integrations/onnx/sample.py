"""A few sentences with the arrays that go in and come out: what those who write the rest anew can check it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb
from jmt.cascade.decoding.crf import CrfScores
from jmt.cascade.decoding.sequences import pad
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.symbols.examples import Words
from jmt.files.quantise import Array
from jmt.integrations.onnx.inputs import inputs_of
from jmt.runtime.heads.parser import ParserScores
from jmt.runtime.network import RuntimeNetwork


class Sampler:
    """Computes by the runtime what graphs of the same model have to give."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array], batches: WordBatches) -> None:
        self._cascade = cascade
        self._batches = batches
        self._network = RuntimeNetwork(cascade, weights)

    def arrays(
        self, sentences: Sequence[Words], tasks: Sequence[str], *, pairs: bool = False
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the arrays that go in, and those that come out for some tasks, by name.

        Of `pairs`, P first sentences are followed by P second ones.  For relations, every word's likeliest governor
        goes in as the chosen one.
        """
        batch = self._batches.build(sentences, pairs=pairs)
        inputs, outputs = inputs_of(batch), dict[str, Array]()
        for task, scored in climb(self._network, batch, tasks).items():
            scores = scored.scores
            if isinstance(scores, ParserScores):
                inputs[f"{task}.heads"], of_task = _of_parser(scores, batch.lengths)
            else:
                logits = scores.logits if isinstance(scores, CrfScores) else scores
                of_task = self._of_task(task, logits, batch.lengths)
            outputs |= {f"{task}.{name}": array for name, array in of_task.items()}
        return inputs, outputs

    def _of_task(self, task: str, scores: Array, lengths: Array) -> dict[str, Array]:
        """Return the one output of a task that has one."""
        kind = self._cascade.config.tasks[task].kind
        if kind == "linker":
            return {"links": scores}
        return {"scores": pad(scores, lengths)[0] if KINDS[kind].about == "words" else scores}

    def sentences(self) -> list[list[str]]:
        """Return two sentences of different lengths, of words that training saw and one that it did not."""
        known = self._cascade.lexicon.words.symbols[:7] or ["a"]
        return [known, [*known[:2], "Zyxwvut"]]


def _of_parser(scores: ParserScores, lengths: Array) -> tuple[Array, dict[str, Any]]:
    """Return the likeliest governors (B, T), 0 at padding, and the outputs of a parser."""
    mask = np.arange(scores.arc_scores.shape[1]) < lengths[:, None]
    heads = np.where(mask, scores.arc_scores.argmax(axis=-1), 0)
    dependents, governors = (pad(view, lengths)[0] for view in (scores.views.dependents, scores.views.governors[1:]))
    root = np.broadcast_to(scores.views.governors[0], (len(lengths), 1, governors.shape[2]))
    relations = pad(scores.deprel_logits(heads[mask]), lengths)[0]
    return heads, {
        "arcs": scores.arc_scores,
        "dependents": dependents,
        "governors": np.concatenate([root, governors], axis=1),
        "relations": relations,
    }
