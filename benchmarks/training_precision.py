"""Measure what bfloat16 gains in training on this processor: steps of an encoder of MiniLM's size, forth and back.

    python benchmarks/training_precision.py

Batches are of 32 sentences of 16 to 48 pieces, the same ones in both precisions, in turns; the weights are random.
Printed: the median seconds of a step in each, and how many times as fast bfloat16 is.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time

import torch
from transformers import BertConfig, BertModel


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20, help="of each precision in a round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    model = BertModel(
        BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    ).train()
    draw = random.Random(1)
    shapes = [(32, draw.randint(16, 48)) for _ in range(arguments.steps)]
    seconds: dict[str, list[float]] = {"float32": [], "bfloat16": []}
    for round_ in range(arguments.rounds + 1):
        for precision, found in seconds.items():
            times = [step(model, shape, half=precision == "bfloat16") for shape in shapes]
            if round_:  # the first one builds kernels for every shape
                found += times
    medians = {precision: statistics.median(found) for precision, found in seconds.items()}
    for precision, median in medians.items():
        print(f"{precision}: {median:.3f} s a step")
    ratio = medians["float32"] / medians["bfloat16"]
    print(f"bfloat16 is {ratio:.2f} times as fast, with {torch.get_num_threads()} threads")
    return 0


def step(model: BertModel, shape: tuple[int, int], *, half: bool) -> float:
    """Go forth and back once, and return the seconds."""
    pieces = torch.randint(1000, 30_000, shape)
    began = time.perf_counter()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        loss = model(pieces).last_hidden_state.float().square().mean()
    loss.backward()
    model.zero_grad()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
