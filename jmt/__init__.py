"""One network that climbs from words to meaning: tags, chunks, dependency trees, relatedness and entailment.

    >>> import jmt
    >>> annotator = jmt.load("runs/demo")          # doctest: +SKIP
    >>> document = annotator("She reads a book.")  # doctest: +SKIP

The names below are the whole public table of contents.  Each is fetched from its home when it is first asked for, so
that `import jmt` costs nothing: neither torch nor spaCy is imported before a model is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jmt.annotate import Annotator as Annotator
    from jmt.annotate import load as load
    from jmt.client import Client as Client
    from jmt.document import Document as Document
    from jmt.document import Judgement as Judgement
    from jmt.document import Sentence as Sentence
    from jmt.document import Token as Token
    from jmt.document.frames import record_batches as record_batches
    from jmt.document.frames import to_arrow as to_arrow
    from jmt.document.frames import to_pandas as to_pandas

__version__ = "0.1.0"

__all__ = [
    "Annotator",
    "Client",
    "Document",
    "Judgement",
    "Sentence",
    "Token",
    "load",
    "record_batches",
    "to_arrow",
    "to_pandas",
]

_HOME_OF = {
    "load": "jmt.annotate",
    "Annotator": "jmt.annotate",
    "Client": "jmt.client",
    "Document": "jmt.document",
    "Sentence": "jmt.document",
    "Token": "jmt.document",
    "Judgement": "jmt.document",
    "record_batches": "jmt.document.frames",
    "to_arrow": "jmt.document.frames",
    "to_pandas": "jmt.document.frames",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'jmt' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
