from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jmt.data.arrow_cache import cached_dataset
from jmt.errors import CorpusError

ROWS = [{"tokens": ["a", "b"], "head": [2, 0], "score": 1.5, "line": 1, "text": "a b"}] * 2500


class Source:
    """Rows that count how often they are read, and may break off."""

    def __init__(self, error: Exception | None = None, after: int = 1500) -> None:
        self.error, self.after, self.reads = error, after, 0

    def __call__(self) -> Iterator[dict[str, object]]:
        self.reads += 1
        for number, row in enumerate(ROWS):
            if self.error and number == self.after:
                raise self.error
            yield row


def test_rows_come_back_with_their_values_and_types():
    dataset = cached_dataset({"k": 1}, Source())

    assert len(dataset) == len(ROWS)
    assert dataset[2499] == ROWS[0]


def test_the_same_key_is_read_once_and_another_key_again():
    source = Source()

    for key in ({"k": 1}, {"k": 1}, {"k": 2}):
        cached_dataset(key, source)

    assert source.reads == 2


def test_rows_that_break_off_leave_nothing_behind(own_cache: Path):
    with pytest.raises(CorpusError):
        cached_dataset({"k": 1}, Source(CorpusError("broken", "a.txt", 7)))

    assert list((own_cache / "jmt/arrow").iterdir()) == []


def test_a_disk_that_fills_up_gives_the_whole_corpus_from_memory(monkeypatch: pytest.MonkeyPatch, own_cache: Path):
    import pyarrow as pa

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pa.RecordBatchStreamWriter, "write_batch", full, raising=False)

    dataset = cached_dataset({"k": 1}, Source())

    assert len(dataset) == len(ROWS)
    assert list((own_cache / "jmt/arrow").iterdir()) == []


def test_a_damaged_cache_file_is_written_anew(own_cache: Path):
    source = Source()
    cached_dataset({"k": 1}, source)
    (file,) = (own_cache / "jmt/arrow").iterdir()
    file.write_bytes(b"damaged")

    assert len(cached_dataset({"k": 1}, source)) == len(ROWS)
    assert source.reads == 2
