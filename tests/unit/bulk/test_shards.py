"""Shards hold every record of the inputs once, whatever their size, and are the same for whoever cuts them."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from jmt.bulk.records import Reading, Record, records_of
from jmt.bulk.shards import Shard, plan_shards
from jmt.bulk.sources import InputFile, find_inputs


def planned(files: list[InputFile], shard_bytes: int) -> list[Shard]:
    return plan_shards(files, shard_bytes, lambda count: None).shards


def records(shards: list[Shard], reading: Reading | None = None) -> list[Record]:
    return [r for shard in shards for piece in shard.pieces for r in records_of(piece, reading or Reading())]


@pytest.mark.parametrize("form", ["text", "paragraphs"])
@pytest.mark.parametrize("seed", range(20))
def test_the_records_of_shards_are_those_of_the_file_whole(tmp_path: Path, form: str, seed: int):
    draw = random.Random(seed)
    lines = ["".join(draw.choices("ab é\r\u2028", k=draw.randrange(7))) for _ in range(draw.randrange(12))]
    (tmp_path / "x").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    file = InputFile(str(tmp_path / "x"), form, (tmp_path / "x").stat().st_size)

    def seen(shard_bytes: int) -> list[tuple[int | None, str | None]]:
        return [
            (record.line, record.document and record.document.text) for record in records(planned([file], shard_bytes))
        ]

    assert seen(1) == seen(draw.randrange(2, 30)) == seen(10**6)


def test_shards_of_small_files_hold_several_and_a_large_one_is_cut(tmp_path: Path):
    for number in range(4):
        (tmp_path / f"small{number}.txt").write_text("Two words.\n")
    (tmp_path / "z.txt").write_text("Three words here.\n" * 10)

    shards = planned(find_inputs([str(tmp_path)], None), 40)

    assert [[Path(piece.place).name for piece in shard.pieces] for shard in shards[:2]] == [
        ["small0.txt", "small1.txt", "small2.txt", "small3.txt"],
        ["z.txt"],
    ]
    assert [record.line for record in records(shards)] == [1, 1, 1, 1, *range(1, 11)]
    assert [shard.name for shard in shards] == [f"part-{number:06}" for number in range(len(shards))]
    assert sum(shard.size for shard in shards) == 44 + 180


def test_what_is_packed_stays_whole_and_counts_its_lines(tmp_path: Path):
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(b"One.\nTwo.\n" * 100))

    shards = planned(find_inputs([str(tmp_path)], None), 10)

    assert len(shards) == 1
    assert [record.line for record in records(shards)] == list(range(1, 201))


def test_a_shard_travels_as_a_line(tmp_path: Path):
    (tmp_path / "ä\n.txt").write_text("One.\n")
    (shard,) = planned(find_inputs([str(tmp_path)], None), 10)

    assert Shard.from_json(shard.to_json()) == shard
    assert "\n" not in shard.to_json()


def test_inputs_are_known_by_their_bytes(tmp_path: Path):
    first, second, third = tmp_path / "1.txt", tmp_path / "2.txt", tmp_path / "3.txt"
    first.write_text("One.\n")
    second.write_text("One.\n")
    third.write_text("Two.\n")

    contents = plan_shards(find_inputs([str(tmp_path)], None), 10, lambda count: None).contents

    assert contents[0] == contents[1] != contents[2]


def test_parquet_is_cut_at_row_groups_and_arrow_at_batches(tmp_path: Path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table({"text": [f"Line {number}." for number in range(100)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10)
    with pa.OSFile(str(tmp_path / "b.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table, max_chunksize=30)

    shards = planned(find_inputs([str(tmp_path)], None), 400)

    assert {len({piece.place for piece in shard.pieces}) for shard in shards} == {1}
    assert len(shards) > 2
    found = records(shards)
    assert [record.line for record in found] == [*range(1, 101), *range(1, 101)]
    assert [r.document.text for r in found if r.document] == [f"Line {number}." for number in range(100)] * 2


def test_a_file_that_is_no_parquet_is_one_record_with_its_fault(tmp_path: Path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing more")
    (tmp_path / "b.txt").write_text("One.\n")

    found = records(planned(find_inputs([str(tmp_path)], None), 400))

    assert [(record.line, record.fault is None) for record in found] == [(None, False), (1, True)]
    assert "no file of parquet, or damaged" in (found[0].fault or "")
