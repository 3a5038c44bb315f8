"""Raw text to sentences and tokens, with offsets into the text as given."""

from __future__ import annotations

from jmt.segmentation.rules import Segmenter, Span

__all__ = ["Segmenter", "Span"]
