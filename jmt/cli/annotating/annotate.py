"""Annotate text: tags, chunks, dependency trees.

INPUT is a file, or `-` for standard input, which is also read where no input is named.  What a document is depends on
--from:
  text        every line is a document (blank lines are passed over)
  paragraphs  documents are separated by blank lines, so that text may be wrapped
  file        every file is one document, in which a blank line ends a sentence
  tokens      every line is one sentence, its words separated by spaces
  conllu      every sentence is a document; what no task predicts stays as read, but a new tree empties DEPS; heads
              that are no tree are warned of and no error, since a parser writes new ones
  jsonl       every line is {"text": "..."} or {"tokens": [...]}; other keys come out again with --to jsonl, one that
              has the name of ours as input_KEY

In paragraphs, files and jsonl a single line end is white space, as in wrapped text; with --line-ends sentence a
sentence ends there, as in poems and lists.  A line may hold several sentences either way.

Files are UTF-8 and hold no NUL; given words have neither white space at their ends nor control characters, which in
raw text stand between words.  Files are checked before anything is written; an empty one has no document, which is said
on stderr and is no error.  --output replaces FILE only when all of it is there.  Until then what is done stands in
FILE.part, with FILE.part.json beside it; where the command is stopped, the same command with --resume goes on to the
same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jmt.cli.options.annotator_choice import choose_model_or_service, opened_annotator
from jmt.cli.options.computing import add_device, add_engine, add_threads
from jmt.cli.options.corpus_choice import add_corpus
from jmt.cli.options.model_choice import add_model
from jmt.cli.options.segmenter_choice import add_segmenter
from jmt.cli.options.service_choice import add_url
from jmt.cli.options.task_list import add_tasks
from jmt.cli.terminal.console import ending_in_order, positive, say, weighed_progress
from jmt.errors import ConfigError, EmptyFileError, InputError
from jmt.safety.extras import require

if TYPE_CHECKING:
    from jmt.annotate.annotating import Annotating
    from jmt.annotate.reading import Segment, Source
    from jmt.document import Document

INPUT_FORMATS = ("text", "paragraphs", "file", "tokens", "conllu", "jsonl")
_WITH_LINE_ENDS = ("paragraphs", "file", "jsonl")
"""Formats whose documents may hold more than a line of raw text."""
_MOST_NOTES = 3
"""Warnings of one file that are told in full."""
_OUTPUT_FORMATS = ("conllu", "jsonl", "docbin", "tree")


_READ_OTHERWISE = {
    ".conllu": "--from conllu reads the sentences and words in it",
    **dict.fromkeys((".jsonl", ".ndjson"), "--from jsonl reads the `text` or `tokens` of its lines"),
    **dict.fromkeys((".csv", ".tsv", ".parquet", ".gz"), "`jmt bulk` reads tables, and what is packed"),
}
"""By ending: what is most likely meant where such a file is given as text."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("inputs", nargs="*", default=["-"], metavar="INPUT", help="files to annotate; `-`: stdin")
    add_model(parser)
    add_url(parser)
    add_segmenter(parser)
    add_corpus(parser)
    parser.add_argument("--from", dest="form", choices=INPUT_FORMATS, default="text", help="default %(default)s")
    parser.add_argument(
        "--line-ends",
        choices=("space", "sentence"),
        default="space",
        help="what a single line end inside a document is; default %(default)s",
    )
    parser.add_argument("--to", choices=_OUTPUT_FORMATS, default="conllu", help="default %(default)s")
    add_tasks(parser, meaning="tasks to run, such as xpos,dep; left out: all about sentences")
    parser.add_argument(
        "--confidences", action="store_true", help="with --to jsonl: the probability of each prediction"
    )
    parser.add_argument("--output", metavar="FILE", default="-", help="where to write; `-`, the default: stdout")
    parser.add_argument("--resume", action="store_true", help="go on with the part of FILE that a stopped call left")
    add_device(parser)
    add_engine(parser)
    add_threads(parser)
    parser.add_argument(
        "--jobs",
        type=positive,
        default=1,
        metavar="N",
        help="processes, each with the model and --threads threads; the output is that of one (default %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the inputs, load the model, and annotate as a stream."""
    from jmt.cli.terminal.output import open_output

    _refuse_what_means_nothing(arguments)
    reason = _why_not_resumable(arguments)
    if arguments.resume and reason:
        raise ConfigError(f"--resume: {reason}")
    choose_model_or_service(arguments)
    _note_other_endings(arguments)
    total = _check_inputs(arguments.inputs, arguments.form)
    with ending_in_order():
        if reason is None:
            _write_in_parts(arguments, total)
            return 0
        binary = arguments.to == "docbin"
        with open_output(arguments.output, binary=binary) as stream, opened_annotator(arguments) as annotator:
            annotated = _annotate(annotator, arguments, total)
            if binary:
                from jmt.formats.docbin import docbin_bytes

                stream.write(docbin_bytes(document for document, _ in annotated))
            else:
                for text, _ in annotated:
                    stream.write(text)
    return 0


def _why_not_resumable(arguments: argparse.Namespace) -> str | None:
    """Say why a stopped call could not be gone on with; None where it can."""
    from pathlib import Path

    target = Path(arguments.output)
    if arguments.output == "-" or (target.exists() and not target.is_file()):
        return "only a file can be gone on with: name one with --output FILE"
    if arguments.to == "docbin":
        return "--to docbin is written as a whole at the end: take --to jsonl or conllu, which jmt can go on with"
    if once := [path for path in arguments.inputs if not Path(path).is_file()]:
        return f"{'standard input' if once[0] == '-' else once[0]} can be read only once: name files as inputs"
    return None


def _write_in_parts(arguments: argparse.Namespace, total: int | None) -> None:
    """Annotate files into a file, so that a stopped call can be gone on with."""
    from pathlib import Path

    from jmt.cli.terminal.part import Part, open_part

    def on_kept(part: Part) -> None:
        say(f"jmt: {part.written.documents:,} documents are kept in {part.path}; go on with:")
        say(f"  {going_on(arguments)}")

    target = Path(arguments.output).resolve()
    with (
        opened_annotator(arguments) as annotator,
        open_part(target, _made_from(arguments, annotator), resume=arguments.resume, on_kept=on_kept) as part,
    ):
        if part.written.documents:
            say(f"jmt: going on after {part.written.documents:,} documents")
        elif arguments.resume:
            say(f"jmt: note: there is no {part.path} to go on from: beginning anew")
        elif part.discarded:
            say(
                f"jmt: note: the {part.discarded:,} documents that an earlier call kept in {part.path} are written "
                "anew; --resume would have gone on after them"
            )
        left = None if total is None else total - part.written.size
        for text, size in _annotate(annotator, arguments, left, skip=part.written.documents):
            part.write(text, size)


_DECIDING = ("form", "line_ends", "to", "tasks", "confidences", "segmenter", "corpus", "engine", "device", "threads")
"""Options that what is written depends on."""


def _made_from(arguments: argparse.Namespace, annotator: Annotating) -> dict[str, Any]:
    """Return all that the output depends on; a part is gone on with only where this is the same."""
    from pathlib import Path

    from jmt import __version__
    from jmt.files.hashing import sha256_of

    return {
        "jmt": __version__,
        "inputs": [sha256_of(Path(path)) for path in arguments.inputs],
        "model": annotator.revision,
        **{key: getattr(arguments, key) for key in _DECIDING},
    }


def going_on(arguments: argparse.Namespace) -> str:
    """Return the command that goes on with a stopped call."""
    import shlex

    words = ["jmt", "annotate", *map(_as_file, arguments.inputs)]
    words += ["--url", arguments.url] if arguments.url else ["--model", str(arguments.model)]
    words += ["--line-ends", arguments.line_ends] if arguments.line_ends != "space" else []
    words += ["--from", arguments.form, "--to", arguments.to, "--output", _as_file(arguments.output)]
    words += ["--tasks", arguments.tasks] if arguments.tasks is not None else []
    words += ["--confidences"] if arguments.confidences else []
    words += ["--segmenter", arguments.segmenter] if arguments.segmenter != "auto" else []
    words += ["--corpus", arguments.corpus] if arguments.corpus else []
    words += ["--device", arguments.device] if arguments.device != "auto" else []
    words += ["--threads", str(arguments.threads)] if arguments.threads != 1 else []
    words += ["--jobs", str(arguments.jobs)] if arguments.jobs != 1 else []
    return shlex.join([*words, "--resume"])


def _as_file(name: str) -> str:
    """Write a name that would be read as an option so that it is read as a file."""
    return f"./{name}" if name.startswith("-") else name


def _refuse_what_means_nothing(arguments: argparse.Namespace) -> None:
    """Refuse formats that cannot be written here, and options they have no use for, before a model is loaded."""
    if arguments.to == "docbin":
        require("--to docbin", "spacy")
    if arguments.line_ends == "sentence" and arguments.form not in _WITH_LINE_ENDS:
        raise ConfigError(
            f"--line-ends sentence: with --from {arguments.form} no document has a line end inside; it is for --from "
            f"{', '.join(_WITH_LINE_ENDS)}"
        )
    if arguments.jobs > 1 and arguments.url:
        raise ConfigError(
            "--jobs and --url: a service has processes of its own (jmt serve --workers); leave out --jobs"
        )
    if arguments.confidences and arguments.to != "jsonl":
        raise ConfigError(
            f"--confidences: only --to jsonl has a place for them; --to is {arguments.to}: change it or leave them out"
        )


def _check_inputs(inputs: Iterable[str], form: str) -> int | None:
    """Refuse broken files before anything is written; standard input is checked as it comes.

    Returns how many characters the documents have, None where that is not known before they are read.
    """
    from pathlib import Path

    from jmt.annotate.reading import check_file

    total: int | None = 0
    for path in inputs:
        if Path(path).is_dir():
            raise InputError(f"{path}: this is a folder; name files in it, as in FOLDER/*, or take `jmt bulk`")
        if path == "-" or (Path(path).exists() and not Path(path).is_file()):
            total = None
            continue
        with suppress(EmptyFileError):  # told when its turn comes
            found = check_file(path, form)
            total = None if total is None else total + found
    return total


def _annotate(
    annotator: Annotating, arguments: argparse.Namespace, total: int | None, *, skip: int = 0
) -> Iterator[tuple[Any, int]]:
    """Yield the documents of all inputs but the first `skip`, annotated and written, each with the length of its text.

    Shows on a terminal how far it is.  What is to become a DocBin comes out as documents.
    """
    if arguments.to == "tree" and arguments.form != "conllu":
        _note_a_missing_parser(annotator)
    results = (_by_processes if arguments.jobs > 1 else _by_this_process)(annotator, arguments, skip)
    return weighed_progress(results, lambda item: item[1], total=total, unit="character", about="annotating")


def _by_this_process(annotator: Any, arguments: argparse.Namespace, skip: int) -> Iterator[tuple[Any, int]]:
    from jmt.annotate.writing import WRITERS

    segment: Segment = _unsplit
    if arguments.line_ends == "sentence":
        from jmt.annotate.reading import line_by_line

        segment = line_by_line(annotator.segment)
    write = WRITERS.get(arguments.to)
    sources = _sources(arguments, segment)
    for document, others in annotator.pipe_documents(sources, confidences=arguments.confidences, skip=skip):
        yield write(document, others) if write else document, len(document.text)


def _by_processes(annotator: Any, arguments: argparse.Namespace, skip: int) -> Iterator[tuple[Any, int]]:
    from jmt.annotate.writing import WRITERS
    from jmt.bulk.processes import WindowWork, annotate_by_processes

    work = WindowWork(
        arguments.to if arguments.to in WRITERS else None,
        arguments.confidences,
        arguments.line_ends == "sentence",
        arguments.threads,
    )
    return annotate_by_processes(_sources(arguments, _unsplit), annotator, work, jobs=arguments.jobs, skip=skip)


def _sources(arguments: argparse.Namespace, segment: Segment) -> Iterator[Source]:
    return numbered(source for path in arguments.inputs for source in _read_input(path, arguments.form, segment))


def _note_other_endings(arguments: argparse.Namespace) -> None:
    """Say that what is read as text looks, by its name, like something else."""
    for path in map(Path, arguments.inputs if arguments.form == "text" else ()):
        ending = path.suffix.lower()
        if ending in _READ_OTHERWISE:
            say(f"jmt: note: {path} is read as text; {_READ_OTHERWISE[ending]}")


def _note_a_missing_parser(annotator: Annotating) -> None:
    """Say that no tree will be drawn where none is predicted: bare tags look like a fault."""
    kinds = {task["name"]: task["kind"] for task in annotator.describe()["tasks"]}
    run = annotator.token_tasks
    if run and "parser" not in {kinds[task] for task in run}:
        say(
            f"jmt: note: --to tree: no parser is among the tasks that run ({', '.join(run)}), so that there are tags "
            "and spans to show, and no trees"
        )


def numbered(sources: Iterable[Source]) -> Iterator[Source]:
    """Name every document by its number among all of a command's, which CoNLL-U shows as `newdoc id`."""
    for number, (document, others) in enumerate(sources, start=1):
        document.name = str(number)
        yield document, others


def _unsplit(text: str) -> Document:
    """Return a text that `pipe_documents` is to split: it asks a service about many documents at once."""
    from jmt.document import Document

    return Document(text, [])


def _read_input(path: str, form: str, segment: Segment) -> Iterator[Source]:
    """Yield the documents of one input; an empty one has none, so that a loop over files goes on."""
    from jmt.annotate.reading import read_documents

    notes: list[str] = []

    def tell(note: str) -> None:
        notes.append(note)
        if len(notes) <= _MOST_NOTES:
            say(f"jmt: warning: {note}")

    try:
        yield from read_documents(path, form, segment, tell)
    except EmptyFileError as empty:
        say(f"jmt: note: {empty.path}: the file is empty, so that there is nothing to annotate in it")
    if len(notes) > _MOST_NOTES:
        say(f"jmt: warning: {path}: {len(notes) - _MOST_NOTES} more like these")
