"""A spaCy pipeline whose tokens, sentences and annotation are all a model's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jmt.cascade.checkpoint import find_checkpoint, read_config
from jmt.errors import ConfigError
from jmt.models.places import DEFAULT_MODEL
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    from spacy.language import Language


def pipeline(model: str = DEFAULT_MODEL, *, config: Mapping[str, Any] | None = None) -> Language:
    """Return a pipeline of one component, `jmt`, with the tokenizer of a model.

    `model` is a name, a folder or a hub id, as in `jmt.load`; `config` has further keys of the component, as
    `nlp.add_pipe` takes them.  The pipeline is one of the model's language, or of `xx` where spaCy does not have it.

    Raises:
        CheckpointError: there is no such model.
        ConfigError: `config` names another model.
        MissingLibraryError: spaCy is not installed.
    """
    told = (config or {}).get("model", model)
    if str(told) != str(model):
        raise ConfigError(f"pipeline({str(model)!r}) has config['model'] = {str(told)!r}: name one model, the first")
    with needed_for("jmt.integrations.spacy.pipeline"):
        import spacy

    keys = {**(config or {}), "model": str(model)}
    language = read_config(find_checkpoint(model)).language
    tokenizer = {
        "@tokenizers": "jmt.Tokenizer.v1",
        "model": keys["model"],
        "segmenter": keys.get("segmenter", "auto"),
    }
    nlp = spacy.blank(_known(language), config={"nlp": {"tokenizer": tokenizer}})
    nlp.add_pipe("jmt", config=keys)
    return nlp


def _known(language: str) -> str:
    """Return a language, or that of all languages where spaCy does not have it."""
    from spacy.util import get_lang_class

    try:
        get_lang_class(language)
    except ImportError:
        return "xx"
    return language
