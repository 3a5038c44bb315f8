"""Several questions at once, answered in order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from itertools import count, islice

import pytest

from jmt.client.in_order import in_order


class Asked:
    """Answers with the question, after a moment that differs, and counts how many are under way."""

    def __init__(self, fails_on: int | None = None) -> None:
        self.fails_on = fails_on
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, question: int, abandoned: threading.Event) -> str:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(random.random() * 0.004)
        with self.lock:
            self.now -= 1
        if question == self.fails_on:
            raise ValueError(f"question {question}")
        return f"answer {question}"


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_answers_come_in_order_with_no_more_under_way_than_allowed(at_once: int):
    asked = Asked()

    found = list(in_order(range(60), asked, at_once=at_once))

    assert found == [(number, f"answer {number}") for number in range(60)]
    assert asked.most == at_once


@pytest.mark.parametrize("at_once", [1, 3])
def test_answers_before_a_fault_of_a_question_come_out_first(at_once: int):
    found: list[tuple[int, str]] = []
    with pytest.raises(ValueError, match="question 7"):
        found.extend(in_order(range(20), Asked(fails_on=7), at_once=at_once))

    assert [question for question, _ in found] == list(range(7))


@pytest.mark.parametrize("at_once", [1, 3])
def test_answers_before_a_fault_of_the_source_come_out_first(at_once: int):
    def source() -> Iterator[int]:
        yield from range(5)
        raise OSError("the file ends")

    found: list[tuple[int, str]] = []
    with pytest.raises(OSError, match="the file ends"):
        found.extend(in_order(source(), Asked(), at_once=at_once))

    assert [question for question, _ in found] == list(range(5))


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_endless_source_is_read_a_few_questions_ahead(at_once: int):
    source = count()
    answers = in_order(source, Asked(), at_once=at_once)
    list(islice(answers, 10))

    assert next(source) <= 10 + at_once


def test_who_stops_listening_ends_what_waits():
    told: list[bool] = []
    begun = threading.Semaphore(0)

    def ask(question: int, abandoned: threading.Event) -> int:
        if question > 0:
            begun.release()
            told.append(abandoned.wait(10))
        return question

    answers = in_order(range(100), ask, at_once=3)
    next(answers)
    assert all(begun.acquire(timeout=10) for _ in range(2))  # one that has not begun would never be asked
    before = time.monotonic()
    answers.close()
    for thread in threading.enumerate():
        if thread.name.startswith("jmt-client"):
            thread.join(5)

    assert time.monotonic() - before < 5
    assert told == [True, True]
