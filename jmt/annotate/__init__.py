"""Annotating: texts become documents, pairs become judgements.

`load` reads a model, `Annotator` puts it to work, in memory or as a stream.  Both are fetched from their homes when
they are first asked for: what only builds or reads documents does without torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jmt.annotate.annotator import Annotator as Annotator
    from jmt.annotate.loading import load as load

__all__ = ["Annotator", "load"]

_HOME_OF = {"Annotator": "jmt.annotate.annotator", "load": "jmt.annotate.loading"}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'jmt.annotate' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOME_OF[name]), name)
