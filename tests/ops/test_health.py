"""Health is judged by the loop, the poll cycle and the outbox, and by nothing else (T7)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from watcher.ops.health import Condition, diagnose
from watcher.ops.heartbeat import HEARTBEAT_NAME, Heartbeat, read_heartbeat, write_heartbeat

if TYPE_CHECKING:
    from pathlib import Path

BEAT = Heartbeat(
    pid=7,
    started_at="2026-05-04T12:00:00+00:00",
    interval_s=600,
    ticked_age_s=0.5,
    cycle_age_s=100,
    feed_count=3,
    failing_count=1,
    age_s=2.0,
)


def condition(**facts: Any) -> Condition:
    """The verdict when all is well but for these facts."""
    facts = {"holder": 7, "beat": BEAT, "unattempted_s": None, "sending_s": None, **facts}
    return diagnose(**facts).condition


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Condition.WELL),
        ({"unattempted_s": 299.0, "sending_s": 40.0}, Condition.WELL),
        ({"unattempted_s": -3600.0}, Condition.WELL),  # due later: quiet hours, a pause
        ({"unattempted_s": 301.0}, Condition.UNWELL),
        ({"sending_s": 301.0}, Condition.UNWELL),
        ({"holder": None}, Condition.UNWELL),
        ({"holder": 0}, Condition.WELL),
        ({"beat": None}, Condition.UNWELL),
        ({"holder": 8}, Condition.UNWELL),  # the heartbeat is of an earlier process
        ({"beat": replace(BEAT, age_s=61)}, Condition.UNWELL),
        ({"beat": replace(BEAT, ticked_age_s=61)}, Condition.UNWELL),
        ({"beat": replace(BEAT, cycle_age_s=1797)}, Condition.WELL),
        ({"beat": replace(BEAT, cycle_age_s=1799)}, Condition.UNWELL),
        ({"beat": replace(BEAT, interval_s=1, cycle_age_s=50)}, Condition.WELL),
        ({"beat": replace(BEAT, failing_count=3)}, Condition.DEGRADED),
        ({"beat": replace(BEAT, feed_count=0, failing_count=0)}, Condition.WELL),
        ({"beat": replace(BEAT, problems=["configuration: broken"])}, Condition.DEGRADED),
    ],
)
def test_verdict(facts: dict[str, Any], expected: Condition) -> None:
    """Only a loop, a cycle or an outbox that stands still is unwell; trouble outside is degraded."""
    assert condition(**facts) is expected


def test_verdict_names_its_reasons() -> None:
    """Every fault is named with its figure."""
    health = diagnose(
        holder=7, beat=replace(BEAT, age_s=100, cycle_age_s=5000), unattempted_s=400.0, sending_s=400.0
    )
    text = "; ".join(health.reasons)
    for part in ("not ticked for 100 s", "no poll cycle has ended for 5100 s", "400 s", "sending"):
        assert part in text


def test_heartbeat_comes_back_with_its_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is read, with the seconds since then on the monotonic clock."""
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    write_heartbeat(tmp_path, BEAT)
    monkeypatch.setattr(time, "monotonic", lambda: 1042.0)
    assert read_heartbeat(tmp_path) == replace(BEAT, age_s=42.0)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff\xff", b"null"])
def test_unreadable_heartbeat_is_none(tmp_path: Path, content: bytes) -> None:
    """A missing, broken or foreign file is no sign of life, and no crash."""
    assert read_heartbeat(tmp_path) is None
    (tmp_path / HEARTBEAT_NAME).write_bytes(content)
    assert read_heartbeat(tmp_path) is None


def test_heartbeat_is_overwritten_in_place_when_there_is_no_room(tmp_path: Path) -> None:
    """When no new file can be made, the old one is overwritten: the watcher still shows that it lives."""
    write_heartbeat(tmp_path, replace(BEAT, problems=["x" * 9999] * 99))
    size = (tmp_path / HEARTBEAT_NAME).stat().st_size
    (tmp_path / f"{HEARTBEAT_NAME}.new").mkdir()  # stands for the full disk: the new file cannot be written
    write_heartbeat(tmp_path, replace(BEAT, pid=8))
    beat = read_heartbeat(tmp_path)
    assert beat is not None
    assert beat.pid == 8
    assert (tmp_path / HEARTBEAT_NAME).stat().st_size == size == 4096
