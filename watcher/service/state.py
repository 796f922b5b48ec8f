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
        paused_since: no polls are started since then (a user asked); None = not paused.
        ticked_at: when the loop last ticked.
        cycle_ended_at: when a poll was last committed, or nothing was due.
        problems: what is wrong -> why, while it lasts.
    """

    runtime: Runtime
    started_at: datetime
    paused_since: datetime | None = None
    ticked_at: datetime | None = None
    cycle_ended_at: datetime | None = None
    problems: dict[str, str] = field(default_factory=dict)
