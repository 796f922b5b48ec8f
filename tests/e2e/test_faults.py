"""What a machine can do to a running watcher: the short forms (bench/crash.py runs the long ones)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.e2e import faults
from tests.e2e.crash import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """One watcher to be, its feeds and its chat."""
    made = Rehearsal(tmp_path, random.Random(21), members=20)
    yield made
    made.close()


@pytest.fixture
def on_small_disk(rehearsal: Rehearsal) -> Iterator[Rehearsal]:
    """The same with a small disk for the state."""
    with faults.small_disk(rehearsal.site.state) as disk:
        if disk is None:
            pytest.skip("mounting a small file system is not permitted here")
        yield rehearsal


def test_a_full_disk_loses_and_doubles_nothing(on_small_disk: Rehearsal) -> None:
    """L2: polling pauses, nothing is sent that could not be marked, and it goes on without a restart."""
    tally = faults.full_disk(on_small_disk, 5.0, items=2)
    assert ([], 0, 0, []) == (tally.lost, tally.doubled, tally.bad_exits, tally.broken), str(tally)


def test_stopped_while_the_database_is_locked(rehearsal: Rehearsal) -> None:
    """X2: SIGTERM while another process holds the lock: what is on its way is written as soon as it can be."""
    tally = faults.locked_at_the_end(rehearsal, 2.0)
    assert ([], 0, 0, []) == (tally.lost, tally.doubled, tally.bad_exits, tally.broken), str(tally)
