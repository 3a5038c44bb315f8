"""Values that are the same but for the last digits of floats, which depend on what a batch was computed with."""

from __future__ import annotations

from typing import Any

import pytest


def nearly(value: Any) -> Any:
    """Return what equals a value of JSON whose floats are within 1e-5."""
    if isinstance(value, dict):
        return {key: nearly(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [nearly(inner) for inner in value]
    return pytest.approx(value, abs=1e-5) if isinstance(value, float) else value
