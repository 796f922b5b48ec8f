"""The delivery loop: claims due rows, one per chat at a time, and sees each attempt to its end."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.model import TargetState
from watcher.delivery.attempts import Attempts
from watcher.delivery.lanes import NEVER_S, Lanes
from watcher.delivery.outages import expire_old
from watcher.delivery.resuming import known_states, resume
from watcher.delivery.verdicts import TRANSIENT, slow_down_s
from watcher.delivery.verification import Verification
from watcher.errors import SendError, SendFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watcher.core.deciding import Runtime
    from watcher.core.model import Delivery, Message, Target
    from watcher.protocols import Clock, Observer, Sink, Store

LOOK_S = 1.0  # while sends are in flight or a chat waits for its pace, new rows are looked for this often
SOON_S = 1.0  # a row due within it is waited for instead of returning
IDLE_S = 15.0  # an empty outbox is looked at again after so long at the latest
EXPIRE_EVERY_S = 60.0
RECORD_WITHIN_S = 5.0  # after the grace: for the store to take what was cut off


class Courier:
    """Delivers what the outbox holds.

    Args:
        store: the outbox.
        sinks: by name, as targets name them.
        clock: all waiting is in its seconds.
        observer: sees one "attempt" event for each attempt.
        runtime: the configuration in force, asked at every use.
        jitter: draws 0–1.
        buttons: alerts carry buttons, because somebody listens to presses.
    """

    def __init__(
        self,
        *,
        store: Store,
        sinks: Mapping[str, Sink],
        clock: Clock,
        observer: Observer,
        runtime: Callable[[], Runtime],
        jitter: Callable[[], float],
        buttons: bool = False,
    ) -> None:
        self._store, self._sinks, self._clock = store, sinks, clock
        self._runtime, self._jitter = runtime, jitter
        self._lanes = Lanes(clock.monotonic)
        self._attempts = Attempts(
            store=store,
            sinks=sinks,
            clock=clock,
            observer=observer,
            runtime=runtime,
            jitter=jitter,
            lanes=self._lanes,
            buttons=buttons,
        )
        self._running: set[asyncio.Task[None]] = set()
        self._verification = Verification(sinks, clock)
        self._begun = False
        self._stopping = asyncio.Event()
        self._claiming = asyncio.Lock()  # held from a claim to the start of what was claimed
        self._expire_at = float("-inf")  # monotonic

    async def drain(self) -> float:
        """Deliver everything that is due, waiting for pacing but not for a service that is away.

        Returns:
            Seconds of the clock after which it is worth draining again.

        Raises:
            TokenRefused: a service refused our token.
            StoreUnavailable: nothing could be claimed; what runs goes on.
        """
        if not self._begun:
            await resume(self._store, self._runtime(), self._lanes, self._clock.now())
            self._begun = True
        while not self._stopping.is_set():
            self._raise_failures()
            await self._expire()
            for work in self._verification.due(self._runtime().targets.values()):
                self._track(asyncio.create_task(work, name="verify"))
            async with self._claiming:
                if self._stopping.is_set():
                    break
                # Looked up first: a chat whose turn comes between the two is served at the next round.
                wait_s, lingering = await self._next_wait()
                started = await self._start_due()
            if started:
                continue
            if not self._running and not lingering:
                self._raise_failures()
                return max(wait_s, 0.05)
            await self._wait(min(wait_s, LOOK_S))
        return IDLE_S

    async def say(self, target: Target, message: Message, *, edits: str | None = None) -> str:
        """Send one message that is in no outbox (an answer to somebody), or edit one, ahead of the outbox.

        Waits for the pace of its chat and for sends in flight there; never retried.

        Args:
            edits: receipt of the message to edit; None = a new message.

        Returns:
            The message's receipt.

        Raises:
            SendError: it was not sent.
        """
        with self._lanes.left_to_answer(target) as its_turn:
            while not its_turn():
                if self._stopping.is_set():
                    raise SendError("stopping", fault=SendFault.UNSENT)
                await self._clock.sleep(min(max(self._lanes.wait_s(target), 0.02), LOOK_S / 10))
            began_at = self._lanes.begin(target)
        try:
            sink, receipt = self._sinks[target.sink], edits
            if receipt is None:
                receipt = (await sink.send(target, message)).message_id
            else:
                await sink.edit(target, receipt, message)
        except SendError as error:
            if error.fault in TRANSIENT:
                self._lanes.failed(target, began_at, self._jitter())
            else:
                self._lanes.answered(target)
            if error.fault is SendFault.RATE_LIMITED:
                self._lanes.slowed(target, slow_down_s(error))
            raise
        else:
            self._lanes.answered(target)
            return receipt
        finally:
            self._lanes.end(target, sent=True)

    async def stop(self, grace_s: float | None = None) -> None:
        """Claim no more; running sends finish, or become ambiguous when the grace is over (X2).

        Args:
            grace_s: real seconds for sends; None = as the policy says. RECORD_WITHIN_S may come on top.
        """
        self._stopping.set()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (self._runtime().delivery.stop_grace_s if grace_s is None else grace_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline), self._claiming:
                pass  # a claim under way has begun what it claimed: that is waited for, too
        late = set(self._running)
        if late:
            _, late = await asyncio.wait(late, timeout=max(deadline - loop.time(), 0.0))
        deadline = loop.time() + RECORD_WITHIN_S
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=RECORD_WITHIN_S)
        await self._attempts.outcomes.finish(max(deadline - loop.time(), 0.0))
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _start_due(self) -> int:
        """Claim what may go out now and start its attempts; returns how many."""
        now, states = self._clock.now(), await known_states(self._store, self._runtime())
        targets = {
            target_id: replace(target, chat_id=states[target_id].migrated_to or target.chat_id)
            for target_id, target in self._runtime().targets.items()
        }
        probes = [
            target_id
            for target_id, state in states.items()
            if state.unreachable_since is not None
            and (state.paused_until is None or state.paused_until <= now)
        ]
        started = 0
        for sink in self._sinks:
            lanes = self._lanes.ready(sink, targets)
            while lanes and (limit := self._lanes.allowance(sink)) > 0:
                # An absent service is probed by one target after the other: none can hold up all.
                free = {sharing[0] for sharing in (lanes[:1] if self._lanes.bot(sink).away else lanes)}
                busy = [target_id for target_id in targets if target_id not in free]
                rows = await self._store.claim(now, busy_targets=busy, limit=limit, probe_targets=probes)
                for row in rows:
                    started += 1
                    await self._start(row, targets.get(row.target_id), states)
                served = {row.target_id for row in rows}
                lanes = [
                    sharing[1:] if sharing[0] in free else sharing
                    for sharing in lanes
                    if sharing[0] not in served
                ]
                lanes = [sharing for sharing in lanes if sharing]
        return started

    async def _start(self, row: Delivery, target: Target | None, states: Mapping[str, TargetState]) -> None:
        if target is None:
            await self._attempts.bury_homeless(row)
            return
        began_at = self._lanes.begin(target)
        work = self._attempts.carry_out(row, target, states[target.id], began_at)
        self._track(asyncio.create_task(work, name=f"delivery {row.id}"))

    async def _next_wait(self) -> tuple[float, bool]:
        """Seconds until something may go out, and whether to wait here for it."""
        due_at = await self._store.next_due_delivery_at()
        verify_in = self._verification.wait_s()
        if due_at is None:
            return min(IDLE_S, verify_in), False
        due_in = (due_at - self._clock.now()).total_seconds()
        if due_in > 0:
            return min(due_in, verify_in, IDLE_S), due_in <= SOON_S
        waits = [
            (wait, self._lanes.probing(target))
            for target in self._runtime().targets.values()
            if 0.0 < (wait := self._lanes.wait_s(target)) < NEVER_S
        ]
        if any(self._lanes.allowance(sink) <= 0 and not self._lanes.bot(sink).away for sink in self._sinks):
            return 0.05, True
        if not waits:  # in flight, left to an answer, queued a moment ago, or for a sink there is none of
            return 0.5, self._lanes.in_use
        wait_s, probing = min(waits)
        return min(wait_s, verify_in), not probing

    async def _expire(self) -> None:
        """Now and then: alerts that are too old go into a digest (D7)."""
        if self._clock.monotonic() < self._expire_at:
            return
        now = self._clock.now()
        await expire_old(self._store, now, timedelta(seconds=self._runtime().delivery.max_age_s))
        self._expire_at = self._clock.monotonic() + EXPIRE_EVERY_S

    def _track(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._attempts.failures.append(error)

    def _raise_failures(self) -> None:
        if self._attempts.failures:
            raise self._attempts.failures.pop(0)

    async def _wait(self, seconds: float) -> None:
        """Until a send ends, we are stopped, or the time is over."""
        timer = asyncio.create_task(self._clock.sleep(seconds))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({timer, stop, *self._running}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (timer, stop):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
