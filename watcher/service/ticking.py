"""The service's beat: each job every so often, counted on the loop's monotonic clock (X1).

The only importer of apscheduler, which only ticks, and whose beat is made proof against the machine's clock: its
interval trigger walks through every missed beat when the clock is set a year ahead (31 million of them: minutes
of standstill) and waits for the old time to come again when it is set back.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

STALL_S = 1.0  # real seconds without a beat after which the clock is taken to have been set back


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something the service does every so often."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[None]]


class Ticker:
    """Runs jobs, each in a task of its own and never twice at once.

    Args:
        jobs: with their intervals in real seconds.
        run: carries one job out; never raises.

    Attributes:
        running: the jobs' tasks that have not ended.
    """

    def __init__(self, jobs: Sequence[Job], run: Callable[[Job], Awaitable[None]]) -> None:
        self._jobs, self._run = jobs, run
        self._running: dict[str, asyncio.Task[None]] = {}
        self._due: dict[str, float] = {}
        self._beaten_at = 0.0

    @property
    def running(self) -> set[asyncio.Task[None]]:
        return set(self._running.values())

    async def beat_until(self, stopping: asyncio.Event) -> None:
        """Begin jobs as they fall due until stopped; those that run then are left running."""
        loop = asyncio.get_running_loop()
        self._beaten_at = loop.time()
        self._due = {job.name: self._beaten_at + job.every_s for job in self._jobs}
        beat = _Again(min(job.every_s for job in self._jobs))
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(self._beat, beat, id="beat")
        scheduler.start()
        try:
            while not stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STALL_S):
                        await stopping.wait()
                if loop.time() - self._beaten_at >= STALL_S:
                    scheduler.reschedule_job("beat", trigger=beat)
        finally:
            scheduler.shutdown(wait=False)

    async def _beat(self) -> None:
        now = self._beaten_at = asyncio.get_running_loop().time()
        for job in self._jobs:
            if now >= self._due[job.name] and job.name not in self._running:
                self._due[job.name] = max(self._due[job.name] + job.every_s, now)
                task = asyncio.create_task(self._carry_out(job), name=job.name)
                self._running[job.name] = task

    async def _carry_out(self, job: Job) -> None:
        try:
            await self._run(job)
        finally:
            del self._running[job.name]


class _Again(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """So long after now, whatever the last time was."""

    def __init__(self, every_s: float) -> None:
        self._every = timedelta(seconds=every_s)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + self._every
