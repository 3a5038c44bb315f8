"""Jobs whose notes were damaged by hand, and inputs with names that are no text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jmt.bulk.shard_work import Work
from tests.assets.bulk_jobs import LINES, outputs, run


@pytest.mark.parametrize(
    "note",
    ['{"records": "2"}', "[" * 100_000, '{"records": -1, "errors": 0, "words": 0, "bytes": 0, "sha256": ""}', ""],
)
def test_a_damaged_note_means_that_a_shard_is_not_done(source: Path, work: Work, note: str):
    run(source, work)
    expected = outputs(work.folder)
    (Path(work.folder) / "done" / "part-000001.json").write_text(note)
    assert run(source, work, resume=True).done.records == len(LINES)
    assert outputs(work.folder) == expected


@pytest.mark.parametrize("state", ['{"killers": null}', '{"window": "0"}', '{"deaths": "1"}', "[]", "{"])
def test_a_damaged_note_of_what_was_tried_is_passed_over(source: Path, work: Work, state: str):
    run(source, work, at_most=1)
    (Path(work.folder) / "done" / "part-000001.trying").write_text(state)
    assert run(source, work, resume=True).done.records == len(LINES)


def test_a_name_that_is_no_text_stands_in_errors_as_well_as_can_be(tmp_path: Path, work: Work):
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        with open(name, "wb") as stream:
            stream.write(b"Good.\nbad \xff\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    job = run(Path(os.fsdecode(name)), work)
    assert (job.done.records, job.done.errors) == (1, 1)


def test_a_job_of_very_many_inputs_can_be_gone_on_with(source: Path, work: Work):
    run(source, work, at_most=1)
    path = Path(work.folder) / "manifest.json"
    many = [f"/texts/{'long' * 10}/{number}.txt" for number in range(60_000)]
    path.write_text(json.dumps({**json.loads(path.read_text()), "places": many}))
    assert run(source, work, resume=True).done.records == len(LINES)
