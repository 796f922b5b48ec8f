"""Which of the dates that feeds claim can be believed (P7)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

EARLIEST_YEAR = 1990  # no news feed is older: 1970 and year 1 are defaults of broken software
FUTURE_TOLERANCE = timedelta(hours=1)  # clocks differ; further ahead the claim is not believed


def believable(published_at: datetime | None, now: datetime) -> datetime | None:
    """The feed's claim, or None when it cannot be true (absurd years, the future)."""
    if published_at is None or published_at.year < EARLIEST_YEAR or published_at > now + FUTURE_TOLERANCE:
        return None
    return min(published_at, now)
