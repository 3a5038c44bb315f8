"""Measure how fast raw text is split on one core: what a model learned beside the rules for its language.

    python benchmarks/segmenter_speed.py --model runs/segmenter --text FILE

Both split the same text in turns, a few rounds each; the first round of the learned one meets every form for the first
time, and is printed apart.  Printed: microseconds of processor time per word (median of the rounds), words and
sentences found, and the same with the text in lines of their own, one document each.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch are imported: the figure is of one core

from jmt.network import checkpoint
from jmt.segmentation import RuleSegmenter, Segmenter, words_of


def main() -> int:
    """Load, split, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a run or checkpoint with a segmenter")
    parser.add_argument("--text", required=True, type=Path, help="UTF-8")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    model = checkpoint.load(arguments.model)
    if model.segmenter is None:
        parser.error(f"{arguments.model} has no segmenter")
    text = arguments.text.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    segmenters: dict[str, Segmenter] = {
        "learned": model.segmenter.trained(),
        "rules": RuleSegmenter(model.config.language),
    }
    first = {name: measure(segmenter, [text]) for name, segmenter in segmenters.items()}
    print("segmenter  texts    words  sentences  first us/word  us/word")
    for texts in ([text], lines):
        rounds: dict[str, list[float]] = {name: [] for name in segmenters}
        for _ in range(arguments.rounds):  # in turns, so that a busy moment falls on both
            for name, segmenter in segmenters.items():
                rounds[name].append(measure(segmenter, texts))
        for name, segmenter in segmenters.items():
            found = [sentence for part in texts for sentence in segmenter.segment(part)]
            words = sum(len(words_of(sentence)) for sentence in found)
            beginning = f"{first[name] / words * 1e6:13.1f}" if len(texts) == 1 else f"{'-':>13}"
            median = statistics.median(rounds[name]) / words * 1e6
            print(f"{name:9}  {len(texts):5}  {words:7,}  {len(found):9,}  {beginning}  {median:7.1f}")
    return 0


def measure(segmenter: Segmenter, texts: list[str]) -> float:
    """Return the seconds of processor time that splitting texts takes."""
    began = time.process_time()
    for text in texts:
        segmenter.segment(text)
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
