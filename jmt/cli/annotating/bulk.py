"""Annotate many files, on all processors of this machine or on a cluster, every record exactly once.

INPUT is a file, a folder, a pattern such as 'data/*.jsonl.gz', or an address that Arrow reads, such as
s3://bucket/folder or hf://datasets/OWNER/NAME.  What a record is depends on the ending of a file, or on --from:
  text        (.txt) every line is a document
  paragraphs  documents are separated by blank lines
  tokens      every line is one sentence, its words separated by spaces
  conllu      (.conllu) every sentence is a document
  jsonl       (.jsonl, .ndjson) every line is {"text": "..."} or {"tokens": [...]}
  parquet     (.parquet) and arrow (.arrow, as `datasets` saves them): every row; --column names that of the text
  table       (.csv, .tsv) every row, with a header
All but parquet and arrow may be packed by gzip (.gz).  With --pairs every row is a pair of sentences, as `jmt compare
--pairs` reads them.

DIR gets a file of results per shard of the input (part-000000.jsonl ...), in the order of the inputs.  A record that
cannot be annotated goes to DIR/errors/ with its place and the reason, and the exit code is 3.  A job that was stopped,
however that came about, goes on with --resume: what is done is not done again, and the results have the same bytes.

With --workers 1 this process works alone; more are processes of Ray (pip install 'jmt[ray]'), with one thread each.
With --address they run on a cluster, whose machines all see the inputs, DIR and the model.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from jmt.bulk.sources import FORMS
from jmt.cli.options.computing import add_device, add_engine, add_threads
from jmt.cli.options.corpus_choice import add_corpus
from jmt.cli.options.model_choice import add_model, chosen_model
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.options.task_list import add_tasks, named_tasks
from jmt.cli.terminal.console import draw_bar, ending_in_order, on_terminal, positive, say
from jmt.cli.terminal.told_progress import Told
from jmt.errors import ConfigError
from jmt.safety.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from jmt.bulk.job import Job
    from jmt.bulk.shard_work import Work

_SOME_FAILED = 3
_WITH_PAIRS = ("jsonl", "parquet", "arrow", "table")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="files, folders, patterns or addresses")
    parser.add_argument("--output", metavar="DIR", required=True, help="folder of the results")
    add_model(parser)
    add_segmenter(parser)
    add_corpus(parser)
    parser.add_argument(
        "--from",
        dest="form",
        choices=FORMS,
        help="format of all inputs; left out: each by its ending",
    )
    parser.add_argument(
        "--to",
        choices=("jsonl", "conllu", "parquet"),
        default="jsonl",
        help="format of the results; default %(default)s",
    )
    parser.add_argument(
        "--column", metavar="NAME", help="column of the text; left out: `text`, or one of its usual names"
    )
    parser.add_argument("--pairs", action="store_true", help="rows are pairs of sentences to compare")
    add_tasks(parser, meaning="tasks to run, such as xpos,dep; left out: all about sentences, or about pairs")
    parser.add_argument("--confidences", action="store_true", help="the probability of each prediction, too")
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes; left out: as many as there are processors"
    )
    parser.add_argument(
        "--shard-bytes",
        type=positive,
        metavar="N",
        help="bytes of input for a file of results; left out: a thousandth of the input, 256 kB to 64 MB",
    )
    parser.add_argument(
        "--address", metavar="RAY", help="a cluster of Ray: HOST:PORT, or `auto` on one of its machines"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the job that is in DIR")
    add_device(parser)
    add_engine(parser)
    add_threads(parser)


def run(arguments: argparse.Namespace) -> int:
    """Plan, annotate shard by shard, and say what became of it."""
    from jmt.bulk.job import opened_job
    from jmt.bulk.sources import find_inputs, passed_over

    _refuse_what_means_nothing(arguments)
    arguments.model = chosen_model(arguments)
    files = find_inputs(arguments.inputs, arguments.form)
    if arguments.pairs and (others := [file for file in files if file.form not in _WITH_PAIRS]):
        raise ConfigError(f"--pairs: {others[0].place}: {others[0].form} has no pairs; {', '.join(_WITH_PAIRS)} may")
    if left := passed_over(arguments.inputs, arguments.form):
        shown = ", ".join(left[:3]) + (", ..." if len(left) > 3 else "")
        say(f"jmt: {len(left):,} passed over, whose endings tell no format: {shown}; --from FORMAT reads them, too")
    work = _work(arguments)
    with ending_in_order(), ExitStack() as stack:
        with _bar("reading", sum(file.size for file in files)) as on_read:
            opened = opened_job(
                files, work, resume=arguments.resume, on_read=on_read, shard_bytes=arguments.shard_bytes
            )
            job = stack.enter_context(opened)
        _say_where_it_begins(job, arguments)
        try:
            _work_through(job, arguments)
        except BaseException:
            say(f"jmt: {_what_is_done(job, arguments)}; go on with the same command and --resume")
            raise
    say(f"jmt: {_what_is_done(job, arguments)}")
    if count := job.done.errors:
        records = f"{count:,} record{'s' if count > 1 else ''}"
        say(f"jmt: warning: {records} could not be annotated: {arguments.output}/errors says which and why")
    return _SOME_FAILED if job.done.errors else 0


def _refuse_what_means_nothing(arguments: argparse.Namespace) -> None:
    if arguments.pairs and arguments.to == "conllu":
        raise ConfigError("--pairs and --to conllu: CoNLL-U has no place for pairs; take jsonl or parquet")
    if arguments.pairs and arguments.confidences:
        raise ConfigError("--confidences and --pairs: what is said of pairs has its probabilities always; leave it out")
    if arguments.confidences and arguments.to == "conllu":
        raise ConfigError("--confidences: CoNLL-U has no place for them; take --to jsonl or parquet, or leave it out")
    if arguments.pairs and arguments.column:
        raise ConfigError("--column and --pairs: the columns of a pair are found by their names; leave --column out")
    if not _works_alone(arguments):
        require("`jmt bulk` with several workers (--workers 1 does without)", "ray")


def _works_alone(arguments: argparse.Namespace) -> bool:
    """Whether this process does all of it."""
    from jmt.bulk.on_ray import usable_processors

    return arguments.address is None and (arguments.workers or usable_processors()) == 1


def _work(arguments: argparse.Namespace) -> Work:
    """Load the model once, so that what is wrong with it is said before anything begins, and say what is to be done."""
    from pathlib import Path

    import jmt
    from jmt.annotate.loading import origin_of
    from jmt.bulk.records import Reading
    from jmt.bulk.shard_work import Work

    chosen = {key: getattr(arguments, key) for key in ("segmenter", "corpus", "engine", "device", "threads")}
    annotator = jmt.load(arguments.model, tasks=named_tasks(arguments.tasks), **chosen)
    if arguments.pairs:
        annotator.pipe_pairs([])  # which refuses a model without such tasks
    else:
        annotator.pipe([])
    return Work(
        str(Path(arguments.output).resolve()),
        origin_of(annotator),
        Reading(arguments.pairs, arguments.column),
        arguments.to,
        arguments.confidences,
    )


def _work_through(job: Job, arguments: argparse.Namespace) -> None:
    """Have every shard done, here or by Ray, and show how far it is."""
    from jmt.bulk.here import done_here
    from jmt.bulk.on_ray import done_on_ray

    if not job.shards:
        return
    if _works_alone(arguments):
        done = done_here(job.work, job.shards)
    else:
        done = done_on_ray(job.work, job.shards, workers=arguments.workers, address=arguments.address)
    with _bar("annotating", job.size, job.done_size) as on_done:
        for shard, counts in done:
            job.take(shard, counts)
            on_done(shard.size)


def _say_where_it_begins(job: Job, arguments: argparse.Namespace) -> None:
    if job.done_before:
        say(f"jmt: going on after {job.done_before:,} of {job.done_before + len(job.shards):,} shards")
    elif arguments.resume:
        say(f"jmt: note: there is nothing in {arguments.output} to go on from: beginning anew")


def _what_is_done(job: Job, arguments: argparse.Namespace) -> str:
    what = "pairs" if arguments.pairs else "documents"
    return f"{job.done.records:,} {what} of {job.done.words:,} words are in {arguments.output}"


@contextmanager
def _bar(about: str, total: int, done: int = 0) -> Iterator[Callable[[int], object]]:
    """Show how many bytes are through, with the rate and the time left: a bar on a terminal, else a line at times."""
    if on_terminal():
        with draw_bar(about=about, unit="B", total=total) as bar:
            bar.update(done)
            bar.unpause()
            yield bar.update
    else:
        yield Told(about, total, done).add
