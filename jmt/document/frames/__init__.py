"""Documents and judgements as tables, a row per word or per pair: for pandas and for Arrow."""

from __future__ import annotations

from jmt.document.frames.arrow import record_batches, to_arrow
from jmt.document.frames.columns import PairColumns, WordColumns
from jmt.document.frames.data_frame import to_pandas

__all__ = ["PairColumns", "WordColumns", "record_batches", "to_arrow", "to_pandas"]
