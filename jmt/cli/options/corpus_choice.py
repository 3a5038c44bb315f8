"""The argument `--corpus`, alike for every command that annotates."""

from __future__ import annotations

import argparse


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """Declare `--corpus`."""
    parser.add_argument(
        "--corpus",
        metavar="NAME",
        default="",
        help="annotate by the conventions of this corpus, where the model tells its corpora apart (jmt info says "
        "which; encoder.corpus_vectors); left out: by those of the corpora that have no vector",
    )
