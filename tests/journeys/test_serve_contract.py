"""Schemathesis asks the service for all that its OpenAPI promises, with every check it has; no answer may surprise it.

The quick form asks some hundred times (`tests/properties/test_serve_any_request.py` asks the rest of 1,000), the long
one (`make soak`) more than 10,000.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jmt.serve.settings import Settings
from tests.assets.live_service import Live, live

LIMITS = Settings(max_characters=2_000, max_texts=16, max_sentence_tokens=400, header_seconds=5, idle_seconds=60)


def ask_all(service: Live, examples: int, tmp_path: Path) -> str:
    """Run schemathesis as its users do; its own warnings about our 4xx answers to wrong input are no findings."""
    config = Path(__file__).parents[1] / "assets" / "schemathesis.toml"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)]
    command += ["run", f"{service.url}/openapi.json", "--checks", "all"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--seed", "1", "--no-color"]
    command += ["--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=3_000)
    assert result.returncode == 0, result.stdout[-6_000:] + result.stderr[-2_000:]
    return result.stdout


def answers_of(service: Live) -> dict[str, int]:
    """How many answers the service has given, by status."""
    found: dict[str, int] = {}
    for line in service.ask("/metrics")[1].decode().splitlines():
        if counted := re.match(r'jmt_http_requests_total\{.*status="(\d+)"\} ([\d.]+)', line):
            found[counted[1]] = found.get(counted[1], 0) + int(float(counted[2]))
    return found


def check(examples: int, least: int, tmp_path: Path) -> None:
    with live(settings=LIMITS) as service:
        ask_all(service, examples, tmp_path)
        answers = answers_of(service)
    assert sum(answers.values()) >= least
    assert not [status for status in answers if status.startswith("5")]
    assert {"200", "400", "405", "413", "415", "422"} & set(answers) >= {"200", "405", "422"}


def test_generated_requests_get_what_is_promised(tmp_path: Path):
    check(70, 350, tmp_path)


@pytest.mark.soak
def test_10000_generated_requests_get_what_is_promised(tmp_path: Path):
    check(5_000, 10_000, tmp_path)
