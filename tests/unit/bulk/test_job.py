"""A job does every record exactly once, whatever stops it, and puts aside what cannot be annotated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.annotate import Annotator
from jmt.annotate.loading import origin_of
from jmt.bulk import shard_work
from jmt.bulk.job import opened_job
from jmt.bulk.records import Reading
from jmt.bulk.shard_work import Work
from jmt.bulk.sources import find_inputs
from jmt.errors import CheckpointError, DeviceError, InputError, LibraryError
from jmt.safety.leftovers import owned_while_used
from tests.assets.bulk_jobs import LINES, outputs, run


def rows(work: Work) -> list[dict[str, Any]]:
    files = sorted(Path(work.folder).glob("part-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def errors(work: Work) -> list[dict[str, Any]]:
    files = sorted((Path(work.folder) / "errors").iterdir())
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_every_record_comes_out_once_and_in_order(source: Path, work: Work, annotator: Annotator):
    job = run(source, work)

    found = rows(work)
    assert [row["text"] for row in found] == LINES
    assert [token["xpos"] for row in found for s in row["sentences"] for token in s["tokens"]] == [
        token.xpos for line in LINES for token in annotator(line).tokens
    ]
    assert len(list(Path(work.folder).glob("part-*"))) > 3
    assert (job.done.records, job.done.errors) == (len(LINES), 0)


def test_a_stopped_job_goes_on_where_it_was_and_leaves_the_same_bytes(
    source: Path, work: Work, monkeypatch: pytest.MonkeyPatch
):
    whole = replace(work, folder=f"{work.folder}-whole")
    run(source, whole)
    run(source, work, at_most=2)
    (Path(work.folder) / ".part-000002.jsonl.0123abcd.jmt").write_text("what a kill leaves")
    begun: list[str] = []
    annotate_shard = shard_work.annotate_shard
    monkeypatch.setattr(
        shard_work, "annotate_shard", lambda a, shard, w: (begun.append(shard.name), annotate_shard(a, shard, w))[1]
    )

    job = run(source, work, resume=True)

    assert job.done_before == 2
    assert begun[0] == "part-000002"
    assert job.done.records == len(LINES)
    assert outputs(work.folder) == outputs(whole.folder)
    assert run(source, work, resume=True).shards == []


def test_a_worker_that_gets_a_shard_which_another_has_done_says_what_became_of_it_and_loads_no_model(
    source: Path, work: Work, monkeypatch: pytest.MonkeyPatch
):
    inputs = find_inputs([str(source)], None)
    with opened_job(inputs, work, resume=False, on_read=lambda count: None, shard_bytes=300) as job:
        first = shard_work.ShardWorker(work).do(job.shards[0])
        monkeypatch.setattr(shard_work, "_loaded", lambda model: pytest.fail("the model was loaded for nothing"))

        assert shard_work.ShardWorker(work).do(job.shards[0]) == first


def test_results_that_are_lost_or_cut_are_made_again(source: Path, work: Work):
    run(source, work)
    whole = outputs(work.folder)
    (Path(work.folder) / "part-000001.jsonl").unlink()
    (Path(work.folder) / "part-000002.jsonl").write_text("cut")

    job = run(source, work, resume=True)

    assert [shard.number for shard in job.shards] == [1, 2]
    assert outputs(work.folder) == whole


def test_a_job_made_from_something_else_is_refused(source: Path, work: Work):
    run(source, work, at_most=1)

    with pytest.raises(InputError, match="holds a job already: --resume goes on with it"):
        run(source, work)
    with pytest.raises(InputError, match="changed since are to;"):
        run(source, replace(work, writing="conllu"), resume=True)
    with pytest.raises(InputError, match="changed since are model;"):
        run(source, replace(work, model=replace(work.model, revision="sha256:0")), resume=True)
    source.write_text(source.read_text() + "One more.\n")
    with pytest.raises(InputError, match="changed since are inputs"):
        run(source, work, resume=True)


def test_a_folder_of_others_and_one_at_work_are_refused(source: Path, work: Work):
    folder = Path(work.folder)
    folder.mkdir()
    with owned_while_used(folder), pytest.raises(OSError, match="another process is writing here"):
        run(source, work)
    (folder / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match=r"holds `thesis.tex`, which is not ours"):
        run(source, work)
    source.write_text("")
    with pytest.raises(InputError, match="nothing to annotate"):
        run(source, replace(work, folder=f"{folder}2"))


def test_another_model_on_a_worker_is_refused(source: Path, work: Work):
    with pytest.raises(CheckpointError, match="put the same model here, or begin anew"):
        run(source, replace(work, model=replace(work.model, revision="sha256:0")))


class Poisoned:
    """An annotator that fails for some texts."""

    token_tasks = ("xpos",)

    def __init__(self, inner: Annotator, error: Exception) -> None:
        self.inner, self.error, self._choice = inner, error, inner._choice
        self.windows: list[int] = []

    def _annotate_window(self, window: Sequence[Any], tasks: Any, *, confidences: bool) -> Iterator[Any]:
        self.windows.append(len(window))
        if any("Cat7 " in document.text for document, _ in window):
            raise self.error
        return self.inner._annotate_window(window, tasks, confidences=confidences)


@pytest.mark.parametrize("error", [LibraryError("a panic"), ValueError("a fault of ours"), MemoryError()])
def test_a_poisoned_record_is_put_aside_and_the_others_are_done(
    source: Path, work: Work, annotator: Annotator, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    monkeypatch.setattr(shard_work, "_loaded", lambda model: Poisoned(annotator, error))

    job = run(source, work)

    assert [row["text"] for row in rows(work)] == [line for line in LINES if not line.startswith("Cat7 ")]
    (put_aside,) = errors(work)
    assert (put_aside["input"], put_aside["line"]) == (str(source), 8)
    assert put_aside["reason"] == (str(error) or "too little memory")
    assert put_aside["record"].startswith("Cat7 saw")
    assert (job.done.records, job.done.errors) == (len(LINES) - 1, 1)


def test_a_device_that_computes_no_more_stops_the_job(
    source: Path, work: Work, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shard_work, "_loaded", lambda model: Poisoned(annotator, DeviceError("gone")))

    with pytest.raises(DeviceError):
        run(source, work)
    assert not (Path(work.folder) / "errors" / "part-000001.jsonl").exists()


class Deadly(Poisoned):
    """One that ends the process, which here is a `KeyboardInterrupt` that nobody catches."""

    def _annotate_window(self, window: Sequence[Any], tasks: Any, *, confidences: bool) -> Iterator[Any]:
        if any("Cat7 " in document.text for document, _ in window):
            raise KeyboardInterrupt
        return self.inner._annotate_window(window, tasks, confidences=confidences)


def test_a_record_that_ends_processes_is_found_and_put_aside(
    source: Path, work: Work, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shard_work, "_loaded", lambda model: Deadly(annotator, ValueError()))
    deaths = 0
    while deaths < 20:
        try:
            run(source, work, resume=deaths > 0)
        except KeyboardInterrupt:
            deaths += 1
        else:
            break

    assert deaths == 4  # three, and one more while the records of its window were tried alone
    assert [row["text"] for row in rows(work)] == [line for line in LINES if not line.startswith("Cat7 ")]
    assert [entry["line"] for entry in errors(work)] == [8]
    assert list(Path(work.folder).rglob("*.trying")) == []


def test_a_full_disk_stops_the_job_and_names_the_place(source: Path, work: Work, monkeypatch: pytest.MonkeyPatch):
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shard_work, "_flush", full)

    with pytest.raises(OSError, match=r"part-000000\.jsonl"):
        run(source, work)
    assert list(Path(work.folder).glob("*part*")) == []


def test_results_as_conllu_have_ids_of_their_own(source: Path, work: Work):
    run(source, replace(work, writing="conllu", confidences=False))

    text = "".join(path.read_text() for path in sorted(Path(work.folder).glob("part-*.conllu")))
    ids = [line for line in text.splitlines() if line.startswith("# newdoc id")]
    assert len(ids) == len(set(ids)) == len(LINES)
    assert ids[0] == "# newdoc id = part-000000-1"


def test_parquet_keeps_columns_and_nests_annotations(tmp_path: Path, work: Work, annotator: Annotator):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    days = pa.array([1, 2], pa.date32())
    pq.write_table(
        pa.table({"id": pa.array([7, 8], pa.int16()), "text": LINES[:2], "day": days}), tmp_path / "x.parquet"
    )

    run(tmp_path / "x.parquet", replace(work, writing="parquet"))

    found = pq.read_table(Path(work.folder) / "part-000000.parquet")
    assert found.column_names == ["id", "day", "text", "sentences"]
    assert (found.schema.field("id").type, found.schema.field("day").type) == (pa.int16(), pa.date32())
    first = found.to_pylist()[0]
    assert (first["id"], first["text"]) == (7, LINES[0])
    tokens = [token for sentence in first["sentences"] for token in sentence["tokens"]]
    assert [(token["text"], token["start"], token["xpos"]) for token in tokens] == [
        (token.text, token.start, token.xpos) for token in annotator(LINES[0]).tokens
    ]
    token = tokens[0]
    assert token["lemma"] is None
    assert [name for name, _ in token["confidences"]] == ["xpos"]


def test_parquet_of_lines_is_the_same_whoever_made_it_and_whatever_failed(tmp_path: Path, work: Work):
    pytest.importorskip("pyarrow")
    (tmp_path / "x.jsonl").write_text('{"text":"A cat.","id":1}\n{"id":2}\n{"text":"A dog."}\n')
    parquet = replace(work, writing="parquet")
    again = replace(parquet, folder=f"{work.folder}2")

    run(tmp_path / "x.jsonl", parquet)
    run(tmp_path / "x.jsonl", again)

    import pyarrow.parquet as pq

    assert outputs(parquet.folder) == outputs(again.folder)
    assert pq.read_table(Path(work.folder) / "part-000000.parquet")["others"].to_pylist() == ['{"id":1}', None]


def test_pairs_are_judged(tmp_path: Path, annotator: Annotator, work: Work):
    (tmp_path / "x.jsonl").write_text(
        '{"first":"A cat.","second":"A dog.","id":1}\n{"first":" ","second":"b"}\n{"first":"A.","second":"B."}\n'
    )
    pairs = replace(work, reading=Reading(pairs=True), confidences=False, model=replace(work.model, tasks=None))

    run(tmp_path / "x.jsonl", pairs)

    judged = jmt.load("en_jmt_sm", device="cpu").compare("A cat.", "A dog.")
    assert [(row.get("id"), row["first"]) for row in rows(pairs)] == [(1, "A cat."), (None, "A.")]
    assert rows(pairs)[0]["relatedness"] == pytest.approx(judged.relatedness, abs=1e-5)
    assert [entry["line"] for entry in errors(pairs)] == [2]


def test_the_notes_say_what_each_shard_was_made_of(tmp_path: Path, source: Path, work: Work):
    run(source, work)
    folder = Path(work.folder)
    assert json.loads((folder / "manifest.json").read_text())["places"] == [str(source)]
    lines = [
        place["line"]
        for note in sorted((folder / "done").glob("*.json"))
        for place in json.loads(note.read_text())["from"]
    ]
    assert lines[0] == 1
    assert lines == sorted(set(lines))


def test_a_job_goes_on_where_its_inputs_have_moved(tmp_path: Path, source: Path, work: Work):
    run(source, work, at_most=2)
    moved = source.rename(tmp_path / "moved.txt")
    assert run(moved, work, resume=True).done.records == len(LINES)


def test_pairs_of_a_parquet_file_keep_labels_and_scores_of_any_type(tmp_path: Path, work: Work):
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pyarrow.table(
        {"premise": ["A dog.", "B man."], "hypothesis": ["A cat.", "A woman."], "label": [0, 1], "score": [1.5, None]}
    )
    pq.write_table(table, tmp_path / "pairs.parquet")
    judging = replace(work, reading=Reading(pairs=True), writing="parquet", model=origin_of(jmt.load("en_jmt_sm")))
    job = run(tmp_path / "pairs.parquet", replace(judging, confidences=False))
    assert (job.done.records, job.done.errors) == (2, 0)
    (found,) = [pq.read_table(path).to_pylist() for path in Path(work.folder).glob("part-*.parquet")]
    assert [(row["gold_entailment"], row["gold_relatedness"]) for row in found] == [(0, 1.5), (1, None)]


def test_a_few_rows_behind_many_that_take_no_room_are_not_lost(tmp_path: Path, work: Work):
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    schema = pyarrow.schema([("text", pyarrow.string())])
    with pq.ParquetWriter(tmp_path / "x.parquet", schema) as writer:
        writer.write_table(pyarrow.table({"text": ["A cat."] * 3000}))
        writer.write_table(pyarrow.table({"text": ["The last row."]}))
    assert run(tmp_path / "x.parquet", replace(work, confidences=False)).done.records == 3001


def test_columns_that_some_rows_use_up_are_kept_where_others_do_not(tmp_path: Path, work: Work):
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    words = [["Hello", "you"], ["Bye", "now"]]
    pq.write_table(pyarrow.table({"text": ["Hello you", "Another text"], "tokens": words}), tmp_path / "x.parquet")
    run(tmp_path / "x.parquet", replace(work, writing="parquet"))
    (found,) = [pq.read_table(path).to_pylist() for path in Path(work.folder).glob("part-*.parquet")]
    assert [(row["text"], row["input_text"]) for row in found] == [("Hello you", None), ("Bye now", "Another text")]
