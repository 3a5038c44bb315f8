"""Annotating: texts become documents, pairs become judgements.

`load` reads a model, `Annotator` puts it to work, in memory or as a stream.
"""

from __future__ import annotations

from jmt.annotate.annotator import Annotator
from jmt.annotate.loading import load

__all__ = ["Annotator", "load"]
