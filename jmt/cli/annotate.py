"""Annotate text: tags, chunks, dependency trees.

INPUT is a file, or `-` for standard input, which is also read where no input is named.  What a document is depends on
--from:
  text        every line is a document (blank lines are passed over)
  paragraphs  documents are separated by blank lines, so that text may be wrapped
  tokens      every line is one sentence, its words separated by spaces
  conllu      every sentence is a document; what no task predicts stays as read
  jsonl       every line is {"text": "..."} or {"tokens": [...]}; other keys come out again with --to jsonl

Files are checked before anything is written; an empty one has no document, which is said on stderr and is no error.
--output replaces FILE only when all of it is there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from jmt.cli.console import positive, say
from jmt.cli.model_choice import add_model, chosen_model
from jmt.cli.service_choice import add_url, open_client, refuse_model_beside_url
from jmt.errors import ConfigError, EmptyFileError

if TYPE_CHECKING:
    from jmt.annotate import Annotator
    from jmt.annotate.reading import Segment, Source
    from jmt.client import Client
    from jmt.document import Document

INPUT_FORMATS = ("text", "paragraphs", "tokens", "conllu", "jsonl")
OUTPUT_FORMATS = ("conllu", "jsonl", "docbin", "tree")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="*", default=["-"], metavar="INPUT", help="files to annotate; `-`: stdin")
    add_model(parser)
    add_url(parser)
    parser.add_argument("--from", dest="form", choices=INPUT_FORMATS, default="text", help="default %(default)s")
    parser.add_argument("--to", choices=OUTPUT_FORMATS, default="conllu", help="default %(default)s")
    parser.add_argument("--tasks", metavar="LIST", help="tasks to run, such as xpos,dep; left out: all about sentences")
    parser.add_argument(
        "--confidences", action="store_true", help="with --to jsonl: the probability of each prediction"
    )
    parser.add_argument("--output", metavar="FILE", default="-", help="where to write; `-`, the default: stdout")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default %(default)s")
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="threads on a CPU (default %(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the inputs, load the model, and annotate as a stream."""
    from jmt.cli.output import open_output

    refuse_confidences_without_place(arguments)
    choose_model_or_service(arguments)
    check_inputs(arguments.inputs, arguments.form)
    binary = arguments.to == "docbin"
    with open_output(arguments.output, binary=binary) as stream, opened_annotator(arguments) as annotator:
        annotated = annotate(annotator, arguments)
        if binary:
            from jmt.formats.docbin import docbin_bytes

            stream.write(docbin_bytes(document for document, _ in annotated))
        else:
            from jmt.annotate.writing import WRITERS

            write = WRITERS[arguments.to]
            for document, others in annotated:
                stream.write(write(document, others))
    return 0


def refuse_confidences_without_place(arguments: argparse.Namespace) -> None:
    """Refuse `--confidences` for a format that cannot hold them, before a model is loaded for nothing."""
    if arguments.confidences and arguments.to != "jsonl":
        raise ConfigError(
            f"--confidences: only --to jsonl has a place for them; --to is {arguments.to}: change it or leave them out"
        )


def check_inputs(inputs: Iterable[str], form: str) -> None:
    """Refuse broken files before anything is written; standard input is checked as it comes."""
    from pathlib import Path

    from jmt.annotate.reading import check_file

    for path in inputs:
        if path != "-" and not (Path(path).exists() and not Path(path).is_file() and not Path(path).is_dir()):
            with suppress(EmptyFileError):  # told when its turn comes
                check_file(path, form)


def choose_model_or_service(arguments: argparse.Namespace) -> None:
    """Find out which model is meant, unless a service is."""
    if arguments.url is None:
        arguments.model = chosen_model(arguments)
    else:
        refuse_model_beside_url(arguments)


@contextmanager
def opened_annotator(arguments: argparse.Namespace) -> Iterator[Annotator | Client]:
    """Load the model, or get ready to ask the service, whose connections are closed at the end."""
    tasks = None if arguments.tasks is None else [task for task in arguments.tasks.split(",") if task]
    if arguments.url is None:
        yield load_annotator(arguments, tasks)
    else:
        with open_client(arguments.url, tasks) as client:
            yield client


def load_annotator(arguments: argparse.Namespace, tasks: Sequence[str] | None) -> Annotator:
    """Load the model."""
    import gc

    import torch

    import jmt

    torch.set_num_threads(arguments.threads)
    annotator = jmt.load(arguments.model, device=arguments.device, tasks=tasks)
    gc.set_threshold(100_000, 10, 10)  # what is made of a text has no cycles: the collector need not look often
    return annotator


def annotate(annotator: Annotator | Client, arguments: argparse.Namespace) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Yield the documents of all inputs, annotated, and show progress on a terminal."""
    from jmt.cli.console import count_progress

    sources = (source for path in arguments.inputs for source in read_input(path, arguments.form, annotator.segment))
    annotated = annotator.pipe_documents(sources, confidences=arguments.confidences)
    return count_progress(annotated, lambda item: sum(len(s.tokens) for s in item[0].sentences), unit="word")


def read_input(path: str, form: str, segment: Segment) -> Iterator[Source]:
    """Yield the documents of one input; an empty one has none, so that a loop over files goes on."""
    from jmt.annotate.reading import read_documents

    try:
        yield from read_documents(path, form, segment)
    except EmptyFileError as empty:
        say(f"jmt: note: {empty.path}: the file is empty, so that there is nothing to annotate in it")
