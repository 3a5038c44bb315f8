"""The argument `--segmenter`, alike for every command that splits raw text."""

from __future__ import annotations

import argparse

from jmt.segmentation.segmenter import SEGMENTER_CHOICES


def add_segmenter(parser: argparse.ArgumentParser) -> None:
    """Declare `--segmenter`."""
    parser.add_argument(
        "--segmenter",
        choices=SEGMENTER_CHOICES,
        default="auto",
        help="what splits raw text: what the model learned, or spaCy's rules for its language (auto: learned, where "
        "the model did learn it)",
    )
