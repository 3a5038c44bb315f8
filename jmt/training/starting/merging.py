"""The cascade that training from a model makes: the tasks of a configuration in it, the model's other tasks beside."""

from __future__ import annotations

from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig
from jmt.errors import ConfigError
from jmt.training.starting.misfits import lay_out, misfits_of


def merge_configs(old: ModelConfig, new: ModelConfig) -> ModelConfig:
    """Put the tasks of a configuration into a trained cascade; its other tasks stay as they are.

    `new` need not be a cascade by itself: its tasks may read those of `old`.

    Raises:
        ConfigError: all that does not fit, in one table: another language, encoder, segmenter or sharing, and of a task
            of the same name another kind, level, or key that its weights depend on.
    """
    tasks = {**old.tasks, **new.tasks}
    ordered = dict(sorted(tasks.items(), key=lambda item: item[1].level))
    misfits = list(misfits_of(old, new, ordered))
    if misfits:
        count = f"{len(misfits)} of its keys do" if len(misfits) > 1 else "one of its keys does"
        raise ConfigError(
            f"the configuration does not go on from this model, since {count} not fit:\n{lay_out(misfits)}\n"
            "a key that is left out is as it is in the model; `jmt init --from MODEL` writes a configuration that fits"
        )
    encoder = new.encoder
    if isinstance(encoder, TransformerConfig) and isinstance(old.encoder, TransformerConfig):
        encoder = encoder.model_copy(update={"pretrained": old.encoder.pretrained})  # whence its weights first came
    return ModelConfig(
        language=old.language,
        encoder=encoder,
        tasks=ordered,
        segmenter=new.segmenter or old.segmenter,
        sharing=old.sharing,
    )
