"""What stands between words and graphs, and between graphs and predictions, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.decoding.crf import FORBIDDEN, forbid
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.ngrams import BEGIN, END, LONGEST_FORM
from jmt.cascade.symbols.pieces import Frame, PieceTokenizer
from jmt.cascade.task_config import HeadConfig, ParserConfig, TaggerConfig
from jmt.files.guards.values import LONGEST_WORD
from jmt.files.quantise import Array
from jmt.runtime.weights import under


def vocabulary_of(cascade: Cascade, tokenizer: PieceTokenizer | None) -> dict[str, Any]:
    """Return the symbols in order of their rows, and the sizes that forms are cut to; of a transformer its pieces'."""
    lexicon = cascade.lexicon
    vocabulary: dict[str, Any] = {
        "words": lexicon.words.symbols,
        "ngrams": lexicon.ngrams.symbols,
        "ngram_lengths": list(lexicon.ngram_sizes),
        "begin": BEGIN,
        "end": END,
        "longest_form": LONGEST_FORM,
    }
    if tokenizer is not None:
        vocabulary["pieces"] = {
            "unknown": tokenizer.unknown,
            "longest_window": tokenizer.longest,
            "longest_word": LONGEST_WORD,
            "most_of_a_word": tokenizer.most,
            "sentence": _frame(tokenizer.alone),
            "pair": _frame(tokenizer.pair),
        }
    return vocabulary


def _frame(frame: Frame) -> list[dict[str, Any]]:
    """Describe what stands before each sentence of a window, and what closes the window."""
    return [{"before": specials, "types_before": types, "type": kind} for specials, types, kind in frame]


def labels_of(cascade: Cascade, weights: Mapping[str, Array]) -> dict[str, dict[str, Any]]:
    """Return what makes predictions of the scores of each task."""
    return {
        task: {
            "kind": config.kind,
            "about": KINDS[config.kind].about,
            "level": config.level,
            "reads": [read.task for read in config.reads],
            "labels": list(cascade.labels[task].labels),
            **_particulars(cascade, task, config, under(f"heads.{task}.output.", weights)),
        }
        for task, config in cascade.config.tasks.items()
    }


def _particulars(cascade: Cascade, task: str, config: HeadConfig, output: Mapping[str, Array]) -> dict[str, Any]:
    """Return what only some kinds of task have; `output` are the weights of a CRF, where there is one."""
    labels = cascade.labels[task]
    found: dict[str, Any] = {"forms": labels.forms} if labels.forms else {}
    if isinstance(config, ParserConfig):
        found["tree"], found["arguments"] = config.tree, config.arguments
    if (temperature := cascade.temperatures.get(task)) is not None:
        found["temperature"] = temperature
    if isinstance(config, TaggerConfig) and (output or config.scheme):
        count = len(labels)
        nothing = {"transitions": np.zeros((count, count)), "start": np.zeros(count), "end": np.zeros(count)}
        own = [(output or nothing)[name] for name in nothing]
        scores = forbid(label_rules(labels.labels, config.scheme), *own)
        found["scheme"] = config.scheme
        found |= {name: np.float32(value).tolist() for name, value in zip(nothing, scores, strict=True)}
        found["forbidden"] = FORBIDDEN
    return found
