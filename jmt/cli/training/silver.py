"""Make a treebank of raw text: the sentences on which several trained models agree, in words, heads and relations.

The trees and labels are those of the first model.  Sentences are left out that are too short or too long, that occurred
before, or that stand in dev or test of the corpora that the models were trained on, or of others (--without).  What is
written is CoNLL-U, to be named as a corpus beside gold trees: `corpus = ["gold", "silver"]`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.options.computing import add_device, add_engine
from jmt.cli.options.configuration import add_corpora
from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import ending_in_order, format_table, positive, progress, say, show

if TYPE_CHECKING:
    from jmt.annotate import Annotator
    from jmt.runs.silver.making import Harvest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("models", metavar="MODEL", nargs="+", help=f"two or more, the best first; {MODEL_HELP}")
    parser.add_argument(
        "--text", metavar="TEXT", nargs="+", required=True, help="UTF-8 text files, or folders of .txt files"
    )
    parser.add_argument("--output", metavar="FILE", required=True, help="the treebank to write; `-`: stdout")
    parser.add_argument("--also", metavar="LIST", default="", help="tasks to agree on besides trees, as in upos,xpos")
    parser.add_argument("--shortest", metavar="N", type=positive, default=5, help="words of a sentence (default: 5)")
    parser.add_argument("--longest", metavar="N", type=positive, default=60, help="words of a sentence (default: 60)")
    parser.add_argument("--limit", metavar="N", type=positive, help="most sentences to keep (default: all)")
    parser.add_argument(
        "--without",
        metavar="CORPUS|FILE",
        action="append",
        default=[],
        help="leave out what stands in dev and test of this known corpus, or in this treebank; may be repeated",
    )
    add_corpora(parser)
    add_device(parser, default="cpu")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Annotate, compare, write and tell."""
    from jmt.cli.terminal.output import open_output
    from jmt.errors import ConfigError, InputError
    from jmt.runs.silver.making import Harvest
    from jmt.training.vectors.raw_text import find_texts, read_paragraphs

    if arguments.shortest > arguments.longest:
        raise ConfigError(f"--shortest {arguments.shortest}: above --longest {arguments.longest}, nothing is left")
    paths, harvest = find_texts(arguments.text), Harvest()
    _check_output(arguments.output, [*paths, *map(Path, arguments.without)])
    total = None
    if not any(str(path) == "-" or path.is_fifo() for path in paths):  # these can be read only once
        total = sum(1 for _ in read_paragraphs(paths))  # faults of any file come before the work
    with ending_in_order(), open_output(arguments.output) as stream:
        for sentences in progress(_found(arguments, paths, harvest), total=total, unit="paragraph", about="annotating"):
            stream.write(sentences)
        if not harvest.kept:
            raise InputError(f"no sentence is left to write\n{_told(harvest, arguments.models)}")
    (say if arguments.output == "-" else show)(_told(harvest, arguments.models))
    return 0


def _check_output(output: str, read: Sequence[Path]) -> None:
    """Refuse to write over what is read."""
    from jmt.errors import InputError

    target = Path(output)
    if same := next((path for path in read if target.is_file() and path.exists() and target.samefile(path)), None):
        raise InputError(f"--output {output}: {same} is read, and would be lost; name another file")


def _found(arguments: argparse.Namespace, paths: Sequence[Path], harvest: Harvest) -> Iterator[str]:
    """Load the models, and yield what is kept of each paragraph as CoNLL-U."""
    from dataclasses import replace

    import jmt
    from jmt.document.conllu import write_sentence
    from jmt.runs.silver.making import check_models, silver_sentences
    from jmt.training.vectors.raw_text import read_paragraphs

    models = [jmt.load(name, device=arguments.device, engine=arguments.engine) for name in arguments.models]
    wanted = check_models(models, [task for task in arguments.also.split(",") if task])
    wanted = replace(wanted, shortest=arguments.shortest, longest=arguments.longest, most=arguments.limit)
    evaluated = _evaluated(arguments, models[0])
    for sentences in silver_sentences(models, read_paragraphs(paths), wanted, evaluated, harvest):
        yield "".join(map(write_sentence, sentences))


def _evaluated(arguments: argparse.Namespace, first: Annotator) -> set[str]:
    """Return the sentences that are left out, and say of which corpora they could not be looked up."""
    from jmt.runs.silver.evaluated import corpora_of_models, evaluation_letters, letters_here

    found: set[str] = set()
    for name in arguments.without:
        found |= evaluation_letters(name, first.segmenter, arguments.corpora)
    known, own = corpora_of_models(arguments.models)
    known = [name for name in known if name not in arguments.without]
    here, missing = letters_here(known, first.segmenter, arguments.corpora)
    if own:
        say(
            f"jmt: note: {', '.join(own)}: a model was trained on this, and no card says where it lies; sentences of "
            "its dev and test may be among the silver trees unless --without names those files"
        )
    if missing:
        say(
            f"jmt: note: {', '.join(missing)}: not on this machine, so that sentences of their dev and test may be "
            "among the silver trees; point --corpora at them"
        )
    return found | here


def _told(harvest: Harvest, models: Sequence[str]) -> str:
    """Lay out how often the models agreed, and what became of the sentences."""
    agreement = harvest.agreement
    rows: list[list[object]] = [
        ["sentences", agreement.sentences, "-"],
        ["split alike", agreement.split_alike, _share(agreement.split_alike, agreement.sentences)],
        *(
            [f"words with the same {what}", count, _share(count, agreement.words)]
            for what, count in agreement.agreed.items()
        ),
        ["annotated alike", agreement.alike, _share(agreement.alike, agreement.sentences)],
        ["too short or too long", harvest.length, _share(harvest.length, agreement.sentences)],
        ["in an evaluation split", harvest.evaluated, _share(harvest.evaluated, agreement.sentences)],
        ["repeated", harvest.repeated, _share(harvest.repeated, agreement.sentences)],
        ["kept", harvest.kept, _share(harvest.kept, agreement.sentences)],
    ]
    title = f"agreement of {', '.join(models)}; {harvest.words:,} words kept"
    return f"{title}\n{format_table(['', 'count', 'share'], rows)}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
