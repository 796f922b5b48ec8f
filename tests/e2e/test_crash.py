"""Never lose an alert, never send one twice without saying so: the short form (bench/crash.py is the long)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.e2e.crash import Rehearsal, kill, terminate

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)


def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    """D5: kills amid faults lose nothing; what is doubled is marked, silent and accounted for."""
    rehearsal = Rehearsal(tmp_path, random.Random(11), members=50, faults=0.3, latency_s=0.1)
    try:
        tally = rehearsal.run(3, kill, 1.5)
    finally:
        rehearsal.close()
    assert tally.published > 0
    assert tally.lost == [], str(tally)
    assert tally.unmarked == 0, str(tally)
    assert tally.doubled <= tally.ends + tally.ambiguous, str(tally)


def test_terminated_at_random_moments_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """D5: SIGTERM lets running sends finish: exit 0, nothing lost, nothing repeated."""
    rehearsal = Rehearsal(tmp_path, random.Random(12), members=50, faults=0.0, latency_s=0.3)
    try:
        tally = rehearsal.run(2, terminate, 1.5)
    finally:
        rehearsal.close()
    assert (tally.lost, tally.doubled, tally.bad_exits) == ([], 0, 0), str(tally)
