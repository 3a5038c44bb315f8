"""Which task helps which, for programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from jmt.experiments.judging.intervals import CONFIDENCE, Interval
from jmt.experiments.judging.verdicts import verdict_json
from jmt.experiments.relations.learning_curve import SLOPES_AT, TENTHS
from jmt.experiments.relations.placebo import controls_json
from jmt.experiments.relations.report import NO_VERDICT, Relations


def relations_json(found: Relations) -> dict[str, Any]:
    """Return relations.json; gains are in the metric's own unit, turned so that more is better."""
    return {
        "tasks": found.tasks,
        "seeds": found.seeds,
        "runs": {"ended": found.runs[0], "planned": found.runs[1]},
        "confidence": CONFIDENCE,
        "margin": found.margin,
        "baselines": dict(found.gate.baselines),
        "alone": {
            task: {
                "metric": of.metric,
                **bounds(of.score),
                "losses": dict(zip((f"{tenth / 10}" for tenth in TENTHS), of.losses, strict=True)),
                "slopes": dict(zip((f"{tenth / 10}" for tenth in SLOPES_AT), of.slopes, strict=True)),
            }
            for task, of in found.singles.items()
        },
        "gains": [
            {
                "main": gain.main,
                "helper": gain.helper,
                "metric": gain.metric,
                **bounds(gain.interval),
                "verdict": verdict_json(found.verdicts[pair]) if pair in found.verdicts else None,
                "by_seed": gain.by_seed,
                "updates": {seed: {"alone": one, "pair": two} for seed, (one, two) in gain.updates.items()},
            }
            for pair, gain in found.gains.items()
        ],
        "controls": controls_json(found.controls, found.label_verdicts),
        "features": {task: asdict(of) for task, of in found.features.items()},
        "vocabulary_divergence": found.divergences,
        "estimates": {
            name: {
                "steps": found.steps[name],
                "values": [{"main": main, "helper": helper, "value": value} for (main, helper), value in of.items()],
                **(asdict(found.correlations[name]) if of else {}),
            }
            for name, of in found.estimates.items()
        },
        "note": NO_VERDICT.format(mains=len(found.tasks)),
    }


def bounds(value: Interval) -> dict[str, float | None]:
    """Return a mean and half of its interval, null where one seed leaves it open."""
    return {"mean": value.mean, "half": value.half if math.isfinite(value.half) else None}
