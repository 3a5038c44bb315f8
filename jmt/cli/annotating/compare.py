"""Compare two sentences, or a table of pairs: relatedness and entailment.

One pair on the command line is answered for a reader, or with --json as JSON.  --pairs reads a table (TSV, CSV, JSON
lines or Parquet), a pair per line, and writes one JSON object per line.  Two columns between a tab need no header.  A
header names its columns: first and second, or as SICK, SNLI, MNLI and others do (sentence1, sentence_A, premise, text1,
s1 ...; case is ignored); other columns come out again, grades and labels as gold_relatedness and gold_entailment.  A
first line that is neither is refused.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jmt.cli.options.annotator_choice import choose_model_or_service, opened_annotator
from jmt.cli.options.computing import add_device, add_engine, add_threads
from jmt.cli.options.corpus_choice import add_corpus
from jmt.cli.options.model_choice import add_model
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.options.service_choice import add_url
from jmt.cli.options.task_list import add_tasks

if TYPE_CHECKING:
    from jmt.document import Judgement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sentences", nargs="*", metavar="SENTENCE", help="FIRST and SECOND, the two sentences")
    parser.add_argument("--pairs", metavar="FILE", help="a table of pairs; `-`: stdin, TSV or CSV")
    add_model(parser)
    add_url(parser)
    add_segmenter(parser)
    add_corpus(parser)
    add_tasks(parser, meaning="tasks to run, such as relatedness; left out: all about pairs")
    parser.add_argument("--json", action="store_true", help="answer one pair as JSON, too")
    parser.add_argument("--output", metavar="FILE", default="-", help="where to write; `-`, the default: stdout")
    add_device(parser)
    add_engine(parser)
    add_threads(parser)
    parser.set_defaults(usage=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Judge the pair, or the pairs of the table."""
    from jmt.annotate.pair_table import judge_rows
    from jmt.cli.terminal.console import progress
    from jmt.cli.terminal.output import open_output
    from jmt.formats.jsonl import keys_beside, write_jsonl_line

    if (arguments.pairs is None) == (len(arguments.sentences) != 2) or (arguments.pairs and arguments.sentences):
        given = len(arguments.sentences)
        arguments.usage(f"give two sentences (quoted, if they hold spaces) or --pairs FILE; found {given} sentences")
    choose_model_or_service(arguments)
    total = None if arguments.pairs in (None, "-") else _count_pairs(arguments.pairs)
    with open_output(arguments.output) as stream, opened_annotator(arguments) as annotator:
        if arguments.pairs is None:
            judgement = annotator.compare(*arguments.sentences)
            stream.write(write_jsonl_line(judgement.to_dict()) if arguments.json else _lay_out(judgement))
        else:
            judged = judge_rows(annotator, _pairs(arguments.pairs))
            for row, judgement in progress(judged, total=total, unit="pair", about="comparing"):
                stream.write(write_jsonl_line(keys_beside(row, judgement.to_dict())))
    return 0


def _count_pairs(path: str) -> int:
    """Refuse a broken table before anything is written; gives how many pairs it holds."""
    return sum(1 for _ in _pairs(path))


def _pairs(path: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table, whatever labels it has beside a pair."""
    from jmt.formats.tables.reading import read_table
    from jmt.formats.tables.rows import TableOptions

    return read_table(path, TableOptions(family="pairs", as_given=True))


def _lay_out(judgement: Judgement) -> str:
    """Return a judgement as lines for a reader."""
    lines = []
    if judgement.relatedness is not None:
        bins = judgement.relatedness_distribution or []
        lines.append(f"relatedness  {judgement.relatedness:.2f}   ({' '.join(f'{share:.2f}' for share in bins)})")
    if judgement.entailment is not None:
        shares = sorted((judgement.probabilities or {}).items(), key=lambda item: -item[1])
        lines.append(f"entailment   {judgement.entailment}   ({', '.join(f'{name} {p:.2f}' for name, p in shares)})")
    for task, value in judgement.values.items():
        lines.append(f"{task}  {value:.2f}" if isinstance(value, float) else f"{task}  {value}")
    return "\n".join(lines) + "\n"
