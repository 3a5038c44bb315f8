"""What a weighting cannot mean: said when a configuration is read, with the reason and the nearest alternative."""

from __future__ import annotations

from difflib import get_close_matches

from jmt.errors import ConfigError
from jmt.training.settings.training import TrainingSettings, WeightingSettings
from jmt.training.weighting.methods import METHODS, Method

_REASONS = {
    "losses": "it weighs the losses of all tasks against each other in every step",
    "losses after the step": "it looks at how far the losses of all tasks fell in one step",
    "gradients": "it combines the gradients of all tasks at one point",
    "gradients and losses": "it compares the gradients of all tasks at one point",
}
"""Why a method cannot do with the batch of one task, by what it needs."""

INSTEAD = {
    "losses": "uncertainty",
    "losses after the step": "dwa",
    "gradients": "uncertainty",
    "gradients and losses": "dwa",
}
"""The nearest method that needs one task at a time."""

FIXED = ("sum", "mean", "log_classes")
"""Methods beside which `task.NAME.weight` means something."""


def check_weighting(training: TrainingSettings) -> None:
    """Refuse a method that is not known, that the schedule gives nothing to work on, or keys that it does not read.

    Raises:
        ConfigError: naming the key, the reason and what to take instead.
    """
    settings = training.weighting
    method = METHODS.get(settings.method)
    if method is None:
        near = get_close_matches(settings.method, METHODS, n=1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise ConfigError(f"training.weighting.method = {settings.method!r}: {hint}known are {', '.join(METHODS)}")
    for schedule in sorted(training.schedules.difference(method.schedules)):
        raise ConfigError(
            f"training.weighting.method `{settings.method}` means nothing under schedule `{schedule}`, where a step "
            f"does not have all tasks: {_REASONS[method.needs]}.  Set training.schedule to `{method.schedules[0]}`, or "
            f"take `{INSTEAD[method.needs]}`, or what decides under `{schedule}`: how often a corpus is seen "
            "(task.NAME.passes, training.sampling)"
        )
    _check_keys(settings, method)


def notes(training: TrainingSettings) -> list[str]:
    """Return what is allowed, but may not be what was meant."""
    learned = [name for name, method in METHODS.items() if method.needs == "losses" and "learning_rate" in method.keys]
    apart = sorted(training.schedules - {"joint"})
    if training.weighting.method in learned and apart:
        return [
            f"note: under schedule `{apart[0]}` a step has one corpus, and the weights of "
            f"`{training.weighting.method}` are hardly more than learning rates of its tasks: `joint` is where they "
            "weigh tasks against each other"
        ]
    return []


def _check_keys(settings: WeightingSettings, method: Method) -> None:
    """Refuse keys that a method does not read, where they say anything but their default."""
    plain = WeightingSettings()
    for key in WeightingSettings.model_fields:
        if key != "method" and key not in method.keys and getattr(settings, key) != getattr(plain, key):
            readers = [name for name, other in METHODS.items() if key in other.keys]
            valid = f"it reads {', '.join(method.keys)}" if method.keys else "it has no keys"
            raise ConfigError(
                f"training.weighting.{key} says nothing to method `{settings.method}`: {valid}; "
                f"`{key}` is for {', '.join(readers)}"
            )
    if settings.scope == "block" and settings.method == "gradnorm":
        raise ConfigError(
            "training.weighting.scope `block`: gradnorm learns one weight per task, from one set of parameters; "
            "take `joint` or `trunk`"
        )
