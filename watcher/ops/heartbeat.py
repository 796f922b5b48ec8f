"""The heartbeat file: what the running watcher last said of itself, for `watcher health`.

Ages are counted on the kernel's monotonic clock, which all processes of a machine share and which neither
jumps nor counts a suspended machine's time. The file has a fixed size, so that on a full disk it can still be
overwritten where it is.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEARTBEAT_NAME = "heartbeat.json"
_SIZE = 4096  # one block


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """One sign of life.

    Attributes:
        pid: of the running watcher.
        started_at: ISO time.
        interval_s: the longest configured polling interval.
        ticked_age_s: since the loop last ticked, when this was written.
        cycle_age_s: since a poll cycle last ended; since the start when none has.
        feed_count: configured feeds.
        failing_count: of those, failing now.
        problems: what else is wrong, in words.
        age_s: since this was written (set when it is read).
    """

    pid: int
    started_at: str
    interval_s: float
    ticked_age_s: float
    cycle_age_s: float
    feed_count: int = 0
    failing_count: int = 0
    problems: list[str] = field(default_factory=list)
    age_s: float = 0.0


def write_heartbeat(state_dir: Path, beat: Heartbeat) -> None:
    """Replace the file atomically, or, when the disk is full, overwrite it in place.

    Raises:
        OSError: neither was possible.
    """
    path = state_dir / HEARTBEAT_NAME
    content = {**asdict(beat), "written": time.monotonic()}
    content["problems"] = [problem[:300] for problem in beat.problems[:5]]
    data = json.dumps(content).encode().ljust(_SIZE)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, data, 0)
        finally:
            os.close(descriptor)


def read_heartbeat(state_dir: Path) -> Heartbeat | None:
    """The last sign of life; None when there is none that can be read."""
    try:
        content = json.loads((state_dir / HEARTBEAT_NAME).read_bytes())
        content["age_s"] = time.monotonic() - content.pop("written")
        known = {f.name for f in fields(Heartbeat)}
        return Heartbeat(**{key: value for key, value in content.items() if key in known})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
