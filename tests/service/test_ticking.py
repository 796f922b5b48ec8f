"""The beat holds whatever the machine's clock does."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers import base

from watcher.service.ticking import Job, Ticker


class JumpingClock(datetime):
    """What apscheduler takes for the time; `jump` sets it ahead or back."""

    jump = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + cls.jump


async def carried_out(job: Job) -> None:
    await job.run()


async def test_a_job_runs_again_and_again_and_never_twice_at_once() -> None:
    """A job that takes longer than its interval is left alone; the others keep their beat meanwhile."""
    release, begun, quick = asyncio.Event(), [], []

    async def slow() -> None:
        begun.append(1)
        await release.wait()

    async def often() -> None:
        quick.append(1)

    stopping = asyncio.Event()
    jobs = (Job(name="slow", every_s=0.01, run=slow), Job(name="often", every_s=0.01, run=often))
    ticker = Ticker(jobs, carried_out)
    beating = asyncio.create_task(ticker.beat_until(stopping))
    async with asyncio.timeout(5):
        while len(quick) < 5:
            await asyncio.sleep(0.005)
        assert [1] == begun
        stopping.set()
        await beating
    assert 1 == len(ticker.running)  # left to be waited for
    release.set()
    await asyncio.gather(*ticker.running)
    assert set() == ticker.running


async def test_the_beat_survives_a_clock_that_jumps(monkeypatch: object) -> None:
    """X1: a year ahead, a year back, an hour: beats neither stop nor come in a rush to make up for it."""
    monkeypatch.setattr(base, "datetime", JumpingClock)  # type: ignore[attr-defined]
    beats: list[float] = []
    stopping = asyncio.Event()

    async def beat() -> None:
        beats.append(asyncio.get_running_loop().time())

    ticker = Ticker((Job(name="beat", every_s=0.02, run=beat),), carried_out)
    beating = asyncio.create_task(ticker.beat_until(stopping))
    async with asyncio.timeout(10):
        for jump in (timedelta(days=365), timedelta(days=-365), timedelta(hours=1), timedelta()):
            JumpingClock.jump = jump
            known = len(beats)
            while len(beats) < known + 5:
                await asyncio.sleep(0.005)
        stopping.set()
        await beating
    gaps = [later - earlier for earlier, later in itertools.pairwise(beats)]
    assert max(gaps) < 3.0
    assert len(beats) < 40
