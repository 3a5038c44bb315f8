"""Raw text to sentences and tokens, with offsets into the text as given.

`RuleSegmenter` is fetched from its home when it is first asked for: its patterns take time to read, and a model that
has learned to split needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jmt.segmentation.segmenter import Segmenter, SurfaceToken, words_of

if TYPE_CHECKING:
    from jmt.segmentation.rules import RuleSegmenter as RuleSegmenter

__all__ = ["RuleSegmenter", "Segmenter", "SurfaceToken", "words_of"]


def __getattr__(name: str) -> object:
    if name != "RuleSegmenter":
        raise AttributeError(f"module 'jmt.segmentation' has no attribute {name!r}; it offers {', '.join(__all__)}")
    from jmt.segmentation import rules

    return rules.RuleSegmenter
