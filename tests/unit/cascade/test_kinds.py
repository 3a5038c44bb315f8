"""What is known of every kind of task without a network."""

from __future__ import annotations

import pytest

from jmt.cascade.kinds import ERRORS, KINDS, MEASURES, SEGMENTER, metric_of, metrics_of_kind
from jmt.cascade.task_config import TaggerConfig
from jmt.evaluation.metrics import METRICS
from jmt.network.heads import HEADS


@pytest.mark.parametrize(("scheme", "metric"), [(None, "tags"), ("iob2", "spans"), ("iobes", "spans")])
def test_spans_are_scored_as_spans_and_labels_as_labels(scheme: str | None, metric: str):
    assert metric_of(TaggerConfig(level=1, column="chunk", scheme=scheme)) == metric


def test_every_kind_has_a_head_and_a_measure_and_every_measure_something_that_counts():
    assert HEADS.keys() == KINDS.keys()
    assert {metric for kind in KINDS.values() for metric in kind.metrics} == METRICS.keys()
    assert MEASURES.keys() == METRICS.keys() | set(metrics_of_kind(SEGMENTER))


def test_the_headline_of_a_metric_is_a_score_that_it_gives_and_no_error():
    for name, metric in METRICS.items():
        scores = metric().scores(metric().statistics().sum(0))

        assert metric.headline == MEASURES[name].headline
        assert metric.headline in scores
        assert metric.headline not in ERRORS
        assert MEASURES[name].errors <= scores.keys()
