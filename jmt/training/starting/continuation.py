"""Going on from a trained cascade: new tasks on top of it, or its tasks on new data, without forgetting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon, count_symbols
from jmt.errors import ConfigError
from jmt.files.guards.checkpoint import MOST_FORMS
from jmt.network.model import JointModel
from jmt.network.parts import axes_of_labels, head_of
from jmt.training.anchoring.anchor import Anchor
from jmt.training.optimization import tables_of
from jmt.training.seeds import derive_seed
from jmt.training.settings.training import AnchorSettings


def grow(
    old: JointModel, config: ModelConfig, labels: Mapping[str, LabelSet], sentences: Iterable[Words], *, seed: int
) -> JointModel:
    """Build the merged cascade with the trained weights in it; new words, labels and tasks start afresh.

    Raises:
        ConfigError: a level or a head whose inputs have another size than in the trained cascade.
    """
    sizes = config.encoder.ngrams
    words, ngrams = count_symbols(sentences, sizes, config.encoder.ngrams_of)
    lexicon = Lexicon(
        old.lexicon.words.extended(words, minimum=config.encoder.word_minimum),
        old.lexicon.ngrams.extended(ngrams, minimum=config.encoder.ngram_minimum),
        sizes,
        config.encoder.ngrams_of,
    )
    names = [*config.tasks, *([config.segmenter.name] if config.segmenter else [])]
    merged = {name: _extended_labels(old.labels.get(name), labels.get(name, LabelSet(()))) for name in names}
    torch.manual_seed(derive_seed(seed, "weights"))
    model = JointModel(config, lexicon, merged, old.encoder.source)
    copy_weights(old, model)
    return model


def _extended_labels(old: LabelSet | None, new: LabelSet) -> LabelSet:
    """Keep the old labels' indices and put new labels after them."""
    known = old or LabelSet(())
    seen = {
        form: dict.fromkeys([*known.forms.get(form, ()), *new.forms.get(form, ())])
        for form in {**known.forms, **new.forms}
    }
    return LabelSet(
        [*known.labels, *(label for label in new.labels if label not in known)],
        {form: list(labels) for form, labels in list(seen.items())[:MOST_FORMS]},
    )


def copy_weights(old: JointModel, new: JointModel) -> None:
    """Copy every trained parameter; where there are new words or labels, into the first rows.

    Raises:
        ConfigError: every parameter that would change its size.
    """
    trained = dict(old.named_parameters())
    both = [(name, trained[name], parameter) for name, parameter in new.named_parameters() if name in trained]
    changed = [
        f"{name} would change from {tuple(before.shape)} to {tuple(parameter.shape)}"
        for name, before, parameter in both
        if not _has_grown(before, parameter, axes_of_labels(name))
    ]
    if changed:
        raise ConfigError(
            "\n".join(changed)
            + "\ntasks that the model to start from has must keep their sizes, and their levels what "
            "they read"
        )
    with torch.no_grad():
        for _, before, parameter in both:
            parameter[tuple(slice(size) for size in before.shape)] = before


def _has_grown(before: Tensor, after: Tensor, axes: int) -> bool:
    """Tell whether a parameter is as it was, but for what was added at the end of its first axes."""
    return before.shape[axes:] == after.shape[axes:] and all(
        one <= other for one, other in zip(before.shape, after.shape, strict=True)
    )


def origin_anchor(old: JointModel, new: JointModel, trained: Iterable[str], settings: AnchorSettings) -> Anchor:
    """Hold what came from the trained cascade near its values there, for as long as training lasts.

    Heads of tasks that are not trained now are held by a strength of their own.
    """
    known = {name for name, _ in old.named_parameters()}
    busy = {None, *trained}
    deltas = {
        name: settings.default if head_of(name) in busy else settings.untrained
        for name, _ in new.named_parameters()
        if name in known
    }
    return Anchor.take(dict(new.named_parameters()), deltas, tables_of(new))
