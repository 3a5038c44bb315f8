"""What makes no difference, in points."""

MARGIN = 0.5
"""Unless told otherwise: networks that differ by less are as good as each other."""
