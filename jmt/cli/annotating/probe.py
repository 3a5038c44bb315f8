"""Probe what a model of pairs has understood, by sentences whose answers are known whatever they say.

A sentence follows from itself, and from itself with a typo, a doubled space, an opened contraction, in another case or
with another full stop.  A pair keeps its class under the same changes, and its grade in the other order.  Minimal
pairs, a corpus that ships with jmt, differ in little and have another answer: negation, numbers, swapped roles ...;
none of their test sentences, words and templates stands in training, and a third of the phenomena does not either.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jmt.cli.options.computing import add_device, add_engine
from jmt.cli.options.configuration import add_corpora
from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.terminal.console import format_table, positive, say, show

if TYPE_CHECKING:
    from jmt.evaluation.probing.invariants import InvariantScore
    from jmt.evaluation.probing.probe import Probe

_DEFAULT_TEXT = "minimal_pairs"
_WHERE = {True: "training and test", False: "test alone", None: ""}
"""Where pairs of a phenomenon stand."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--text",
        metavar="CORPUS|FILE",
        action="append",
        default=[],
        help="sentences, or pairs, to probe with: a known corpus, a treebank (.conllu), a table, or a sentence a line "
        f"(.txt); may be repeated; left out: {_DEFAULT_TEXT}",
    )
    parser.add_argument("--split", choices=["dev", "test"], default="dev", help="part of each corpus (default: dev)")
    parser.add_argument(
        "--limit", type=positive, default=500, metavar="N", help="most sentences, and pairs, of each (default: 500)"
    )
    add_corpora(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    add_segmenter(parser)
    add_device(parser, default="cpu")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    import json

    import jmt
    from jmt.cli.terminal.output import write_data
    from jmt.evaluation.probing.probe import probe_model
    from jmt.evaluation.probing.texts import read_probe_texts

    texts = [
        read_probe_texts(source, split=arguments.split, limit=arguments.limit, folders=arguments.corpora)
        for source in arguments.text or [_DEFAULT_TEXT]
    ]
    annotator = jmt.load(
        arguments.model, device=arguments.device, segmenter=arguments.segmenter, engine=arguments.engine
    )
    probe = probe_model(annotator, texts, arguments.corpora)
    if arguments.json:
        write_data(json.dumps({"model": annotator.name, "revision": annotator.revision, **probe.to_dict()}) + "\n")
        return 0
    show("\n\n".join(_blocks(probe)))
    if not probe.phenomena:
        say("minimal pairs are English, and the model is not: left out")
    return 0


def _blocks(probe: Probe) -> Iterator[str]:
    """Yield a table for each source, and one of the phenomena."""
    for source, scores in probe.itself.items():
        title = f"{source}: a sentence beside itself follows from it, and a change to it keeps its class"
        yield f"{title}\n{_invariants(scores, 'mean_grade')}"
    for source, scores in probe.pairs.items():
        title = f"{source}: a change to a pair keeps its class and its grade, the other order its grade"
        yield f"{title}\n{_invariants(scores, 'grade_moves')}"
    if probe.phenomena:
        rows = [
            [score.phenomenon, score.count, score.right, score.follows, _WHERE[score.trained]]
            for score in probe.phenomena
        ]
        title = "minimal pairs: the right class, and whether the second sentence follows at all"
        yield f"{title}\n{format_table(['phenomenon', 'n', 'right', 'follows', 'stands in'], rows)}"


def _invariants(scores: list[InvariantScore], grade: str) -> str:
    rows = [
        [score.name, score.count, *("-" if x is None else x for x in (score.right, score.grade))] for score in scores
    ]
    return format_table(["", "n", "right", grade], rows)
