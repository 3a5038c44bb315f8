"""A stream of documents annotated by several processes of this machine: the results and the order of one process.

The documents are cut into windows as one process would cut them, and each window goes to one of the processes, so that
nothing depends on how many there are.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any

from jmt.annotate.reading import line_by_line
from jmt.annotate.splitting import document_windows
from jmt.annotate.writing import WRITERS
from jmt.errors import WorkerError

if TYPE_CHECKING:
    from jmt.annotate.annotator import Annotator, Recipe
    from jmt.annotate.reading import Source

Result = tuple[Any, int]
"""A document as it is written (a `Document` where no writer is named), and the code points of its text."""
_Answer = tuple[list[Result], Exception | None]


@dataclass(frozen=True, slots=True)
class WindowWork:
    """What is done with every window of documents."""

    writer: str | None
    """One of `WRITERS`; None: documents come out as they are."""
    confidences: bool
    sentence_per_line: bool
    """Whether a line end inside a text ends a sentence."""
    threads: int

    def done(self, annotator: Annotator, window: list[Source], skip: int) -> _Answer:
        """Annotate a window and write all but its first `skip` documents; the second value is what stopped it."""
        from jmt.annotate.annotator import annotate_window

        results: list[Result] = []
        write = WRITERS[self.writer] if self.writer else None
        try:
            if self.sentence_per_line:
                split = line_by_line(annotator.segment)
                for document, _ in window:
                    document.sentences = document.sentences or split(document.text).sentences
            annotated = annotate_window(annotator, window, confidences=self.confidences)
            for number, (document, others) in enumerate(annotated):
                if number >= skip:
                    results.append((write(document, others) if write else document, len(document.text)))
        except Exception as error:  # raised by the process that waits, once what came before it is out
            return results, error
        return results, None


def annotate_by_processes(
    sources: Iterable[Source], annotator: Annotator, work: WindowWork, *, jobs: int, skip: int = 0
) -> Iterator[Result]:
    """Yield what becomes of every document but the first `skip`, in order and in bounded memory.

    The processes are started by spawn and load the model themselves.
    Raises WorkerError where one of them is killed, and what reading or annotating a document raises in its turn.
    """
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(annotator.__reduce__(), work)
    )
    waiting: deque[Future[_Answer]] = deque()
    windows = document_windows(sources)
    fault: Exception | None = None
    try:
        while fault is None or waiting:
            while fault is None and len(waiting) < 2 * jobs:
                try:
                    window = next(windows)
                except Exception as error:  # raised below, once the documents before it are out
                    fault = error
                else:
                    if len(window) > skip:
                        waiting.append(pool.submit(_do, window, skip))
                    skip = max(0, skip - len(window))
            if waiting:
                results, error_of_work = waiting.popleft().result()
                yield from results
                if error_of_work is not None:
                    raise error_of_work
    except BrokenProcessPool:
        _let_go(pool)
        raise WorkerError(
            "one of the processes of --jobs ended before its time: it was killed, by hand or for want of memory; "
            "fewer --jobs need less"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)
    if not isinstance(fault, StopIteration):
        raise fault


def _let_go(pool: ProcessPoolExecutor) -> None:
    """End the other processes, and close the end of the pipe from which a dead one would have read its work.

    Python ends those that it knows of when one dies.  It does not know of one that is just being started: that one
    would wait for work, or for a reader of its answer, and Python for its end, both for ever.
    Before 3.11.5 Python also waits for ever for the window to be written whose reader is gone
    (https://github.com/python/cpython/issues/94777).
    """
    for process in list((pool._processes or {}).values()):
        process.terminate()
    if sys.version_info < (3, 11, 5):
        pool._call_queue._reader.close()  # type: ignore[attr-defined]


_recipe: Recipe
_work: WindowWork
_annotator: list[Annotator] = []
"""That of this process, once it is loaded."""


def _begin(recipe: Recipe, work: WindowWork) -> None:
    """Get a process ready: Ctrl-C is its parent's business, and it does not outlive its parent."""
    global _recipe, _work
    _recipe, _work = recipe, work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _do(window: list[Source], skip: int) -> _Answer:
    """Annotate a window, with the model loaded at the first."""
    if not _annotator:
        load, options = _recipe
        try:
            _annotator.append(load(*options))
        except Exception as error:
            return [], error
        _annotator[0].predictor.engine.limit_threads(_work.threads)
        gc.set_threshold(100_000, 10, 10)  # what is made of a text has no cycles: the collector need not look often
    return _work.done(_annotator[0], window, skip)
