"""The measurements of `benchmarks/` still run: nothing else calls them, and the code that they measure moves on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.slow
def test_the_cost_of_a_joint_step_is_measured_for_every_method_asked_for():
    command = [sys.executable, str(BENCHMARKS / "joint_step.py"), "--steps", "1", "--methods", "sum,upgrad"]

    result = subprocess.run(command, capture_output=True, text=True, timeout=300)

    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["plain", "sum", "upgrad"]
