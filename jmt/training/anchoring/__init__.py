"""Staying near a snapshot: the anchor, and successive regularisation, which takes one for every pass."""
