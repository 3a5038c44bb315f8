"""How long to wait before a request is sent once more."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.25
"""Seconds; doubled with every further attempt."""
LONGEST_WAIT = 8.0
"""Seconds; where the doubling ends."""


def wait_before(attempt: int, retry_after: float | None, share: float) -> float:
    """Give the seconds to wait before retry number `attempt` (from 1).

    `share` in [0, 1) is drawn by the caller: clients that were refused together must not come back together.  What the
    service asks for (`retry_after`, seconds) is waited out in full, and the drawn part comes on top.
    """
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 30))
    return bound * (1 + share) / 2 if retry_after is None else retry_after + bound * share


def seconds_to_retry(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds or a date (RFC 9110, 10.2.3); None where there is none that can be read."""
    if retry_after is None:
        return None
    written = retry_after.strip()
    if written.isascii() and written.isdecimal():
        return float(written[:9])
    try:
        date = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
