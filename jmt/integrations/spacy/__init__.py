"""A trained cascade in a pipeline of spaCy: the component `jmt`, and a tokenizer.

spaCy finds both by entry points, so that `nlp.add_pipe("jmt")` needs no import; a pipeline with our tokens is made by
`jmt.integrations.spacy.pipeline`.  It is fetched from its home when it is first asked for: spaCy imports this package
whenever a pipeline of any kind is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jmt.integrations.spacy.pipelines import pipeline as pipeline

__all__ = ["pipeline"]


def __getattr__(name: str) -> object:
    if name != "pipeline":
        raise AttributeError(f"module 'jmt.integrations.spacy' has no attribute {name!r}; it offers pipeline")
    from jmt.integrations.spacy import pipelines

    return pipelines.pipeline
