"""How long a client waits before it asks again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jmt.client.backoff import FIRST_WAIT, LONGEST_WAIT, seconds_to_retry, wait_before

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


def test_waits_double_up_to_a_bound():
    waits = [wait_before(attempt, None, 0.999999) for attempt in (1, 2, 3, 4, 5, 6, 100)]

    assert waits == pytest.approx([0.25, 0.5, 1, 2, 4, LONGEST_WAIT, LONGEST_WAIT], rel=1e-5)


def test_at_least_half_of_a_wait_is_never_left_to_chance():
    assert wait_before(1, None, 0.0) == FIRST_WAIT / 2
    assert wait_before(9, None, 0.0) == LONGEST_WAIT / 2


def test_what_the_service_asks_for_is_waited_out_and_chance_comes_on_top():
    assert wait_before(1, 3.0, 0.0) == 3.0
    assert wait_before(3, 3.0, 0.5) == 3.5


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_passed_over(written: str | None, seconds: float | None):
    assert seconds_to_retry(written, NOW) == seconds
