"""Raw text to sentences and tokens, with offsets into the text as given."""

from __future__ import annotations

from jmt.segmentation.rules import RuleSegmenter
from jmt.segmentation.segmenter import Segmenter, SurfaceToken, words_of

__all__ = ["RuleSegmenter", "Segmenter", "SurfaceToken", "words_of"]
