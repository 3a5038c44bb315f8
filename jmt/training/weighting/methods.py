"""The table of methods: what each is called, where it is from, what it needs, which schedules it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from jmt.network.model import JointModel
from jmt.training.settings.training import WeightingSettings
from jmt.training.weighting import torchjd_rules as rules
from jmt.training.weighting.base import Weighting
from jmt.training.weighting.conflict import GramWeighting, Rule, cagrad, nash
from jmt.training.weighting.dynamic_average import DynamicAverageWeighting
from jmt.training.weighting.famo import FamoWeighting
from jmt.training.weighting.gradnorm import GradNormWeighting
from jmt.training.weighting.imtl_l import ImtlLossWeighting
from jmt.training.weighting.mgda import MgdaWeighting
from jmt.training.weighting.random_weights import RandomWeighting
from jmt.training.weighting.scalarized import GeometricMeanWeighting, SmoothTchebycheffWeighting
from jmt.training.weighting.sum import FixedWeighting, log_class_weights, mean_weights, sum_weights
from jmt.training.weighting.uncertainty import UncertaintyWeighting


class TaskFacts(NamedTuple):
    """What a method may know of a task before training."""

    classes: int
    """Labels that its head tells apart."""
    likelihood: str
    """Of its loss: softmax, gaussian or laplace."""


Build = Callable[[WeightingSettings, Mapping[str, TaskFacts]], Weighting]

Needs = Literal["nothing", "losses", "gradients", "gradients and losses", "losses after the step"]

ANY = ("successive", "sampled", "grouped", "asynchronous", "joint")
JOINT = ("joint",)
_LEARNED = ("learning_rate",)
_ROWS = ("scope", "heads", "rescale")
"""Keys of methods that combine gradients."""


class Method(NamedTuple):
    """One way to weigh tasks."""

    does: str
    """In a few words."""
    paper: str
    needs: Needs
    schedules: tuple[str, ...]
    keys: tuple[str, ...]
    """Of `[training.weighting]`, besides `method`, those that it reads."""
    build: Build


def fixed(weights: Callable[[Mapping[str, int]], dict[str, float]]) -> Build:
    """Build weights that follow from the numbers of classes."""
    return lambda _, tasks: FixedWeighting(weights({task: facts.classes for task, facts in tasks.items()}))


def _by_rule(rule: Rule) -> Build:
    """Build a method that is a rule on the Gram matrix."""
    return lambda _, tasks: GramWeighting(rule)


METHODS: dict[str, Method] = {
    "sum": Method(
        "every loss as it is, times task.NAME.weight", "Caruana 1997", "nothing", ANY, (), fixed(sum_weights)
    ),
    "mean": Method("the sum divided by the number of tasks", "Caruana 1997", "nothing", ANY, (), fixed(mean_weights)),
    "log_classes": Method(
        "each loss divided by the log of its number of classes",
        "Aghajanyan et al. 2021 (Muppet)",
        "nothing",
        ANY,
        (),
        fixed(log_class_weights),
    ),
    "uncertainty": Method(
        "each task learns how noisy it is; noisy ones count less",
        "Kendall et al. 2018; Liebel and Koerner 2018",
        "losses",
        ANY,
        (*_LEARNED, "variant", "likelihoods"),
        lambda settings, tasks: UncertaintyWeighting(
            {task: settings.likelihoods.get(task, facts.likelihood) for task, facts in tasks.items()},
            positive=settings.variant == "liebel",
        ),
    ),
    "imtl_l": Method(
        "each loss is scaled to one, by a learned scale",
        "Liu et al. 2021 (IMTL-L)",
        "losses",
        ANY,
        _LEARNED,
        lambda _, tasks: ImtlLossWeighting(list(tasks)),
    ),
    "dwa": Method(
        "tasks whose loss fell little from epoch to epoch count more",
        "Liu et al. 2019 (dynamic weight average)",
        "losses",
        ANY,
        ("temperature",),
        lambda settings, tasks: DynamicAverageWeighting(list(tasks), temperature=settings.temperature),
    ),
    "random": Method(
        "weights drawn anew in every step: the baseline to beat",
        "Lin et al. 2022",
        "nothing",
        ANY,
        (),
        lambda _, tasks: RandomWeighting(list(tasks)),
    ),
    "geometric_mean": Method(
        "the geometric mean of the losses: scales have no say",
        "Chennupati et al. 2019",
        "losses",
        JOINT,
        (),
        lambda *_: GeometricMeanWeighting(),
    ),
    "stch": Method(
        "a smooth maximum of how far losses have fallen: the worst task counts most",
        "Lin et al. 2024 (smooth Tchebycheff)",
        "losses",
        JOINT,
        ("mu", "first_steps"),
        lambda settings, tasks: SmoothTchebycheffWeighting(
            len(tasks), mu=settings.mu, first=settings.first_steps or 100
        ),
    ),
    "famo": Method(
        "all losses fall at the same relative pace; one more forward pass",
        "Liu et al. 2023",
        "losses after the step",
        JOINT,
        _LEARNED,
        lambda settings, tasks: FamoWeighting(len(tasks), learning_rate=settings.learning_rate),
    ),
    "gradnorm": Method(
        "gradients of like length, longer for tasks that learn slowly",
        "Chen et al. 2018",
        "gradients and losses",
        JOINT,
        (*_LEARNED, "alpha", "first_steps", "scope", "shared"),
        lambda settings, tasks: GradNormWeighting(
            len(tasks), alpha=settings.alpha, learning_rate=settings.learning_rate, first=settings.first_steps or 10
        ),
    ),
    "mgda": Method(
        "the shortest vector in the hull of the gradients",
        "Sener and Koltun 2018",
        "gradients",
        JOINT,
        ("heads", "rescale", "scope", "normalize", "upper_bound"),
        lambda settings, _: MgdaWeighting(normalize=settings.normalize),
    ),
    "pcgrad": Method(
        "each gradient loses what opposes the others",
        "Yu et al. 2020",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(rules.pcgrad),
    ),
    "cagrad": Method(
        "best for the worst task, near the mean",
        "Liu et al. 2021 (CAGrad)",
        "gradients",
        JOINT,
        (*_ROWS, "radius"),
        lambda settings, _: GramWeighting(cagrad(settings.radius)),
    ),
    "nash": Method(
        "a bargain in which each task gains in proportion",
        "Navon et al. 2022",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(nash),
    ),
    "aligned": Method(
        "the gradients' principal components at one length",
        "Senushkin et al. 2023",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(rules.aligned),
    ),
    "imtl_g": Method(
        "equal projections on every task's gradient",
        "Liu et al. 2021 (IMTL-G)",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(rules.imtl_g),
    ),
    "upgrad": Method(
        "mean of the gradients' projections on directions that harm no task",
        "Quinton and Rey 2024",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(rules.upgrad),
    ),
    "dualproj": Method(
        "the mean's projection on directions that harm no task",
        "Lopez-Paz and Ranzato 2017",
        "gradients",
        JOINT,
        _ROWS,
        _by_rule(rules.dualproj),
    ),
}
"""A new method is a file with its class, and its line here."""


def facts_of(model: JointModel, tasks: Iterable[str]) -> dict[str, TaskFacts]:
    """Return what methods may know of the tasks of a model; of others, as of a teacher's lessons, nothing is known."""
    return {
        task: TaskFacts(len(model.labels[task]), model.heads[task].likelihood) for task in tasks if task in model.heads
    }


def build_weighting(settings: WeightingSettings, tasks: Mapping[str, TaskFacts]) -> Weighting:
    """Build the method that `training.weighting.method` names."""
    return METHODS[settings.method].build(settings, tasks)
