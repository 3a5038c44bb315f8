"""A learned segmenter reads a stream of any length in memory that does not grow with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.assets.measured_command import PEAK

_PROGRAM = f"""
import sys
from tests.assets.tiny_segmenter import tiny_segmenter

segmenter, kind, megabytes = tiny_segmenter().trained(), sys.argv[1], int(sys.argv[2])
pieces = {{
    "paragraphs": ["A piece of some " + "w" * 400 + " words, of which one is long.\\n\\n" * 3] * 20,
    "one sentence": ["long" * 10 + " "] * 200,
    "one token": ["x" * 10_000],
    "spaces": [" " * 10_000],
    "marks": ["\\u0301" * 10_000],
}}[kind]
piece = "".join(pieces)
count = sum(1 for _ in segmenter.stream(piece for _ in range(megabytes * 2**20 // len(piece.encode()))))
print({PEAK})
"""
KINDS = ["paragraphs", "one sentence", "one token", "spaces", "marks"]


def peak(kind: str, megabytes: int) -> float:
    """Return the most megabytes that a process has which segments so much text."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, kind, str(megabytes)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=280,
        check=True,
    )
    return float(done.stdout)


@pytest.mark.parametrize("kind", ["paragraphs", "one token"])
def test_five_megabytes_take_no_more_memory_than_one(kind: str):
    assert peak(kind, 5) < peak(kind, 1) + 12


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_fifty_megabytes_take_no_more_memory_than_one(kind: str):
    assert peak(kind, 50) < peak(kind, 1) + 12
