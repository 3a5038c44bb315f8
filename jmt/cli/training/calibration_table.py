"""What calibrating came to, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jmt.cli.terminal.console import format_table

if TYPE_CHECKING:
    from jmt.evaluation.calibration.temperature import Fitted


def calibration_table(fitted: Mapping[str, Fitted]) -> str:
    """Lay out the temperature of every task, and its calibration error on the predictions that it was fitted to."""
    from jmt.evaluation.calibration.reliability import reliability

    rows = [
        [task, found.temperature, reliability(found.before).ece, reliability(found.after).ece, len(found.before)]
        for task, found in fitted.items()
    ]
    return format_table(["confidences", "temperature", "ece before", "ece after", "count"], rows)
