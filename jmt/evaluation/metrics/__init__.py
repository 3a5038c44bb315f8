"""One accumulator per kind of score, by the name that a head gives in `Head.metric`."""

from __future__ import annotations

from typing import Any

from jmt.evaluation.metrics.accuracy import Accuracy
from jmt.evaluation.metrics.attachment import Attachment
from jmt.evaluation.metrics.base import Metric
from jmt.evaluation.metrics.choices import Choices
from jmt.evaluation.metrics.grades import Grades
from jmt.evaluation.metrics.links import Links
from jmt.evaluation.metrics.spans import Spans

METRICS: dict[str, type[Metric[Any, Any]]] = {
    "tags": Accuracy,
    "spans": Spans,
    "attachment": Attachment,
    "links": Links,
    "grade": Grades,
    "choice": Choices,
}

__all__ = ["METRICS", "Accuracy", "Attachment", "Choices", "Grades", "Links", "Metric", "Spans"]
