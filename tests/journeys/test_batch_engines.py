"""The lines of the guide that hand an annotator to other engines do what it says, with those that are installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import jmt
from jmt.annotate import Annotator

TEXTS = ["A cat sat.", "She ran home.", "Why?"] * 4


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return jmt.load("en_jmt_sm", device="cpu", tasks=["xpos"])


@pytest.fixture(scope="module")
def expected(annotator: Annotator) -> list[dict[str, Any]]:
    return [document.to_dict() for document in annotator.pipe(TEXTS)]


def test_datasets(annotator: Annotator, expected: list[dict[str, Any]]):
    datasets = pytest.importorskip("datasets")

    found = datasets.Dataset.from_dict({"text": TEXTS}).map(annotator.annotate_batch, batched=True, batch_size=5)

    assert [json.loads(value) for value in found["annotation"]] == expected


def test_dask(annotator: Annotator, expected: list[dict[str, Any]]):
    frames = pytest.importorskip("dask.dataframe")
    import pandas

    frame = frames.from_pandas(pandas.DataFrame({"text": TEXTS}), npartitions=3)
    found = frame.map_partitions(annotator.annotate_batch, meta={"text": str, "annotation": str}).compute()

    assert [json.loads(value) for value in found["annotation"]] == expected


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark(annotator: Annotator, expected: list[dict[str, Any]]):
    sql = pytest.importorskip("pyspark.sql")

    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        frame = session.createDataFrame([(text,) for text in TEXTS], "text string")
        annotated = frame.mapInPandas(
            lambda frames: map(annotator.annotate_batch, frames), "text string, annotation string"
        )
        assert [json.loads(row.annotation) for row in annotated.collect()] == expected
    finally:
        session.stop()


def test_a_stream_of_frames_as_spark_hands_it_over_needs_nothing_more(
    annotator: Annotator, expected: list[dict[str, Any]]
):
    """What Spark calls the function of `mapInPandas` with, where Spark itself is not installed."""
    pandas = pytest.importorskip("pandas")

    def frames() -> Iterator[Any]:
        for start in range(0, len(TEXTS), 5):
            yield pandas.DataFrame({"text": TEXTS[start : start + 5]})

    found = pandas.concat(map(annotator.annotate_batch, frames()))

    assert [json.loads(value) for value in found["annotation"]] == expected


@pytest.mark.slow
def test_ray(annotator: Annotator, expected: list[dict[str, Any]]):
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")

    ray.init(address="local", num_cpus=2, include_dashboard=False, object_store_memory=100 * 2**20)
    try:
        found = data.from_items([{"text": text} for text in TEXTS]).map_batches(annotator.annotate_batch)
        by_text = {row["text"]: json.loads(row["annotation"]) for row in found.take_all()}
    finally:
        ray.shutdown()

    assert by_text == {entry["text"]: entry for entry in expected}
