"""Many questions at once, few enough of them, and their answers in the order of the questions."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from jmt.errors import InputError

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def in_order(
    questions: Iterable[Question], ask: Callable[[Question, Event], Answer], *, at_once: int
) -> Iterator[tuple[Question, Answer]]:
    """Yield each question with its answer, in order, while at most `at_once` questions are being asked.

    Questions are taken from their source as answers are taken from here, on the caller's thread: memory is bounded.
    `ask` runs on other threads (with one at once: on the caller's own) and gets an event that is set when nobody waits
    for its answer any more.  Where the source or `ask` fails, the answers before the fault still come out first.
    Raises InputError where a forked child goes on with what its parent began: the threads stayed there.
    """
    abandoned = Event()
    try:
        if at_once == 1:
            for question in questions:
                yield question, ask(question, abandoned)
        else:
            yield from _on_threads(iter(questions), ask, at_once, abandoned)
    finally:
        abandoned.set()


def _on_threads(
    source: Iterator[Question], ask: Callable[[Question, Event], Answer], at_once: int, abandoned: Event
) -> Iterator[tuple[Question, Answer]]:
    waiting: deque[tuple[Question, Future[Answer]]] = deque()
    fault: Exception | None = None
    process = os.getpid()
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="jmt-client")
    try:
        while True:
            if os.getpid() != process:
                raise InputError("this stream was begun before the process was forked; begin it anew in the child")
            while fault is None and len(waiting) < at_once:
                try:
                    question = next(source)
                except Exception as error:  # raised again below, once what came before it is out
                    fault = error
                else:
                    waiting.append((question, pool.submit(ask, question, abandoned)))
            if not waiting:
                break
            asked, future = waiting.popleft()
            yield asked, future.result()
        if not isinstance(fault, StopIteration):
            assert fault is not None
            raise fault
    finally:
        if os.getpid() == process:
            pool.shutdown(wait=False, cancel_futures=True)
