"""The doctor finds each kind of trouble and advises; without trouble it says what it looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.store.records import NOW, delivery, later, state
from watcher.core.model import DeliveryState, TargetState
from watcher.ops.doctor import (
    Finding,
    Severity,
    check_clock,
    check_feeds,
    check_outbox,
    check_state_directory,
)

if TYPE_CHECKING:
    from pathlib import Path


def bad(findings: list[Finding]) -> list[str]:
    """Subjects of what was found wrong; each must come with advice."""
    wrong = [finding for finding in findings if finding.severity is not Severity.OK]
    assert all(finding.advice for finding in wrong)
    return [finding.subject for finding in wrong]


def test_dead_feeds_are_found() -> None:
    """A gone feed and one failing for a day are found; one that failed just now is not."""
    states = [
        state("good"),
        state("gone", gone=True),
        state("long", failing_since=later(days=-2), failure_count=9, last_error="503"),
        state("short", failing_since=later(hours=-2), failure_count=2),
    ]
    assert bad(check_feeds(states, NOW)) == ["feed gone", "feed long"]
    assert bad(check_feeds(states[:1], NOW)) == []
    assert bad(check_feeds([], NOW)) == []


def test_all_feeds_failing_is_the_network() -> None:
    """When every feed fails, the advice is about the network."""
    (finding,) = check_feeds([state("a", failing_since=NOW, failure_count=1)], NOW)
    assert (finding.severity, "network" in finding.advice) == (Severity.ERROR, True)


def test_outbox_trouble_is_found() -> None:
    """Unreachable targets, rows nobody attempts, held, dead and expired rows are found."""
    far = NOW.replace(year=9999)
    rows = [
        delivery(1, state=DeliveryState.DEAD, reason="refused"),
        delivery(2, state=DeliveryState.EXPIRED, reason="late"),
        delivery(3, state=DeliveryState.AMBIGUOUS, due_at=far),
        delivery(4, state=DeliveryState.DEAD, reason="dropped by user"),
    ]
    targets = {
        "desk": TargetState(target_id="desk", unreachable_since=NOW, unreachable_reason="blocked"),
        "ops": TargetState(target_id="ops"),
    }
    found = check_outbox(rows, targets, later(minutes=-6), NOW)
    assert bad(found) == ["target desk", "outbox", "outbox", "outbox", "outbox"]
    assert bad(check_outbox(rows[3:], {}, later(minutes=-4), NOW)) == []
    assert bad(check_outbox([delivery(1)], {}, None, NOW)) == []


def test_clock_that_was_set_back_is_found() -> None:
    """A database written in the future, or a machine without a clock, is found."""
    assert bad([check_clock(later(hours=1), NOW)]) == ["clock"]
    assert bad([check_clock(None, NOW.replace(year=1970))]) == ["clock"]
    assert bad([check_clock(later(seconds=30), NOW), check_clock(None, NOW)]) == []


def test_state_directory_open_to_all_is_found(tmp_path: Path) -> None:
    """A missing directory and one everybody may write into are found."""
    assert bad(check_state_directory(tmp_path / "none", tmp_path / "none" / "x.db")) == ["state directory"]
    tmp_path.chmod(0o777)
    assert "permissions" in bad(check_state_directory(tmp_path, tmp_path / "x.db"))
    tmp_path.chmod(0o750)
    assert "permissions" not in bad(check_state_directory(tmp_path, tmp_path / "x.db"))
