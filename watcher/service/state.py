"""What is in force in the running watcher."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.deciding import Runtime


@dataclass(slots=True, kw_only=True)
class Current:
    """Shared by the service's parts; changed between ticks only.

    Attributes:
        runtime: the configuration in force, swapped whole.
        paused: no polls are started (a user asked).
        ticked_at: when the loop last ticked.
        cycle_ended_at: when a poll was last committed, or nothing was due.
    """

    runtime: Runtime
    started_at: datetime
    paused: bool = False
    ticked_at: datetime | None = None
    cycle_ended_at: datetime | None = None
    problems: dict[str, str] = field(default_factory=dict)  # what -> why, while it lasts
