"""Compare two sentences, or a table of pairs: relatedness and entailment.

One pair on the command line is answered for a reader, or with --json as JSON.  --pairs reads a tab-separated table, a
pair per line, and writes one JSON object per line.  Two columns need no header.  A header names its columns: first and
second, or as SICK, SNLI, MNLI and others do (sentence1, sentence_A, premise, text1, s1 ...; case is ignored); other
columns come out again, grades and labels as gold_relatedness and gold_entailment.  A first line that is neither is
refused.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jmt.cli.options.model_choice import add_model
from jmt.cli.options.service_choice import add_url
from jmt.cli.terminal.console import positive

if TYPE_CHECKING:
    from jmt.annotate.annotating import Annotating
    from jmt.document import Judgement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sentences", nargs="*", metavar="SENTENCE", help="FIRST and SECOND, the two sentences")
    parser.add_argument("--pairs", metavar="FILE", help="a tab-separated table of pairs; `-`: stdin")
    add_model(parser)
    add_url(parser)
    parser.add_argument("--tasks", metavar="LIST", help="tasks to run, such as relatedness; left out: all about pairs")
    parser.add_argument("--json", action="store_true", help="answer one pair as JSON, too")
    parser.add_argument("--output", metavar="FILE", default="-", help="where to write; `-`, the default: stdout")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default %(default)s")
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="threads on a CPU (default %(default)s)"
    )
    parser.set_defaults(usage=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Judge the pair, or the pairs of the table."""
    from jmt.cli.annotating.annotate import choose_model_or_service, opened_annotator
    from jmt.cli.terminal.output import open_output
    from jmt.formats.jsonl import beside, write_jsonl_line

    if (arguments.pairs is None) == (len(arguments.sentences) != 2) or (arguments.pairs and arguments.sentences):
        given = len(arguments.sentences)
        arguments.usage(f"give two sentences (quoted, if they hold spaces) or --pairs FILE; found {given} sentences")
    choose_model_or_service(arguments)
    total = None if arguments.pairs in (None, "-") else count_pairs(arguments.pairs)
    with open_output(arguments.output) as stream, opened_annotator(arguments) as annotator:
        if arguments.pairs is None:
            judgement = annotator.compare(*arguments.sentences)
            stream.write(write_jsonl_line(judgement.to_dict()) if arguments.json else lay_out(judgement))
        else:
            for row, judgement in judged(annotator, arguments.pairs, total):
                stream.write(write_jsonl_line(beside(row, judgement.to_dict())))
    return 0


def count_pairs(path: str) -> int:
    """Refuse a broken table before anything is written; gives how many pairs it holds."""
    from jmt.formats.pairs import read_pairs

    return sum(1 for _ in read_pairs(path))


def judged(annotator: Annotating, path: str, total: int | None) -> Iterator[tuple[Mapping[str, Any], Judgement]]:
    """Yield what each line of a table holds besides the pair, and the judgement; on a terminal, show how far it is."""
    from collections import deque

    from jmt.cli.terminal.console import progress
    from jmt.formats.pairs import read_pairs

    rows: deque[Mapping[str, Any]] = deque()

    def pairs() -> Iterator[tuple[str, str]]:
        for row in read_pairs(path):
            # What the table itself says about a pair must not be taken for a prediction.
            gold = {f"gold_{key}": row[key] for key in ("relatedness", "entailment") if key in row}
            others = {key: value for key, value in row.items() if key not in GIVEN}
            rows.append({**others, **gold})
            yield row["first"], row["second"]

    for judgement in progress(annotator.pipe_pairs(pairs()), total=total, unit="pair", about="comparing"):
        yield rows.popleft(), judgement


GIVEN = frozenset({"first", "second", "relatedness", "entailment", "line"})
"""Keys of a table's row that are the pair, what is predicted, or the reader's own."""


def lay_out(judgement: Judgement) -> str:
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
