"""Labels of a code of spans, and which sequences of them are well formed."""

from __future__ import annotations

IOBES = ["O", "B-NP", "I-NP", "E-NP", "S-NP", "B-VP", "I-VP", "E-VP", "S-VP"]


def is_well_formed(labels: tuple[str, ...]) -> bool:
    """IOBES, checked here label by label."""
    inside: str | None = None
    for label in labels:
        code, _, kind = label.partition("-")
        if inside is None:
            if code in "IE":
                return False
            inside = kind if code == "B" else None
        else:
            if code not in "IE" or kind != inside:
                return False
            inside = None if code == "E" else kind
    return inside is None
