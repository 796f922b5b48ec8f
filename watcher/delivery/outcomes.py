"""What became of attempts, written to the store.

Recorded at once, in one transaction and shielded: once the service has spoken, neither a stop nor a cancelled
loop may lose what it said, and a kill finds all that follows from it or nothing. When the store cannot take
it, recording is tried until it can, and the chat waits.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import Acknowledged, Conclusion, DeliveryState, Settled, TargetState
from watcher.delivery.outages import unreachable_notices
from watcher.delivery.preparing import text_of
from watcher.delivery.verdicts import judge
from watcher.errors import SendError, SendFault, StoreUnavailable
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import Delivery, Target
    from watcher.delivery.lanes import Lanes
    from watcher.delivery.preparing import Done, Ready
    from watcher.delivery.verdicts import Verdict
    from watcher.protocols import Clock, Observer, Store

RECORD_AGAIN_S = 1.0  # between two tries to record an outcome


class Outcomes:
    """Records what became of attempts."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        observer: Observer,
        runtime: Callable[[], Runtime],
        jitter: Callable[[], float],
        lanes: Lanes,
    ) -> None:
        self._store, self._clock, self._observer = store, clock, observer
        self._runtime, self._jitter, self._lanes = runtime, jitter, lanes
        self._recording: set[asyncio.Task[None]] = set()

    async def finish(self, within_s: float) -> None:
        """Wait for outcomes that are still being recorded; what the store has not taken by then, the next
        process finds in sending."""
        if self._recording:
            await asyncio.wait(self._recording, timeout=within_s)
        for task in self._recording:
            task.cancel()
        await asyncio.gather(*self._recording, return_exceptions=True)

    async def settled(
        self, row: Delivery, state: DeliveryState, reason: str, due_at: datetime | None = None
    ) -> None:
        """Nothing was sent: the row is in this state, for this reason."""
        await self._record(lambda: self._settle(row, state, reason, due_at))

    async def done(self, row: Delivery, done: Done) -> None:
        """There was nothing to send."""
        await self._record(lambda: self._done(row, done))

    async def delivered(self, row: Delivery, state: TargetState, ready: Ready, receipt: str | None) -> None:
        """The service took it; `receipt` is None when the message is not the row's own."""
        await self._record(lambda: self._delivered(row, state, ready, receipt))

    async def failed(
        self, row: Delivery, target: Target, state: TargetState, error: SendError, began_at: float
    ) -> Verdict:
        """It did not, or nobody knows; returns what follows."""
        verdicts: list[Verdict] = []  # judged once, however often the writing has to be tried

        async def write() -> None:
            if not verdicts:
                verdicts.append(await self._judge(row, target, state, error))
                if verdicts[0].away:
                    self._lanes.failed(target, began_at, self._jitter())
                else:
                    self._lanes.answered(target)
            await self._failed(row, target, verdicts[0])

        await self._record(write)
        return verdicts[0]

    async def _delivered(self, row: Delivery, state: TargetState, ready: Ready, receipt: str | None) -> None:
        now, text = self._clock.now(), text_of(ready.message)
        state = await self._known(state)
        pause = state.paused_until  # one set while this was in flight holds
        await self._store.conclude(
            Conclusion(
                now=now,
                acknowledged=(
                    *(_acknowledged(other, text) for other in ready.others),
                    _acknowledged(row, text, receipt),
                ),
                settled=tuple(await self._due_again(row, now)) if state.unreachable_since else (),
                targets=(
                    replace(
                        state,
                        paused_until=pause if pause and pause > now else None,
                        failure_count=0,
                        unreachable_since=None,
                        unreachable_reason=None,
                        last_sent_at=now,
                    ),
                ),
            )
        )

    async def _judge(self, row: Delivery, target: Target, state: TargetState, error: SendError) -> Verdict:
        if error.fault is SendFault.THREAD_GONE and target.thread_id is None:
            error = SendError(str(error), fault=SendFault.UNREACHABLE)  # the chat itself is closed
        known, policy = await self._known(state), self._runtime().delivery
        return judge(error, row, known, policy, now=self._clock.now(), jitter=self._jitter())

    async def _failed(self, row: Delivery, target: Target, verdict: Verdict) -> None:
        """The row and its target; and what the failure means for other rows and other targets."""
        now, targets = self._clock.now(), self._runtime().targets
        states = await self._store.target_states()
        changed = [verdict.target]
        queued: list[Delivery] = []
        buried: list[Settled] = []
        until = verdict.slow_all_until
        if until is not None and self._lanes.slowed(target, max((until - now).total_seconds(), 0.0)):
            for other in targets.values():
                if other.sink == target.sink and other.id != target.id:
                    unknown = TargetState(target_id=other.id, chat_id=other.chat_id)
                    state = states.get(other.id, unknown)
                    changed.append(replace(state, paused_until=max(state.paused_until or now, until)))
        if verdict.newly_unreachable:
            days = self._runtime().delivery.unreachable_days
            lost = {state.target_id for state in states.values() if state.unreachable_since is not None}
            reachable = set(targets) - lost - {target.id}
            queued = unreachable_notices(target, verdict.reason, days, targets.values(), reachable, now)
        if verdict.bury_before is not None:
            reason = f"unreachable too long: {verdict.reason}"
            buried = [
                _settled(old, DeliveryState.DEAD, reason)  # this row, too, after what is said of it below
                for old in (row, *await self._waiting(target.id))
                if old.created_at <= verdict.bury_before
            ]
        due_at = None if verdict.held else row.due_at
        settled = _settled(row, verdict.row, verdict.reason, due_at, plain=verdict.plain)
        await self._store.conclude(
            Conclusion(now=now, settled=(settled, *buried), targets=tuple(changed), queued=tuple(queued))
        )

    async def _known(self, state: TargetState) -> TargetState:
        """What is known of the target by now: others may have written it while a send was in flight."""
        return (await self._store.target_states()).get(state.target_id, state)

    async def _due_again(self, row: Delivery, now: datetime) -> list[Settled]:
        """A chat is back: what was held for it does not expire on the spot (D8)."""
        return [
            _settled(held, held.state, held.reason or "was held", now)
            for held in await self._waiting(row.target_id)
            if held.due_at < now
        ]

    async def _waiting(self, target_id: str) -> list[Delivery]:
        states = [DeliveryState.PENDING, DeliveryState.AMBIGUOUS]
        return await self._store.deliveries(states=states, target_id=target_id)

    async def _settle(
        self, row: Delivery, state: DeliveryState, reason: str, due_at: datetime | None = None
    ) -> None:
        await self._store.conclude(
            Conclusion(now=self._clock.now(), settled=(_settled(row, state, reason, due_at),))
        )

    async def _done(self, row: Delivery, done: Done) -> None:
        if not done.delivered:
            await self._settle(row, DeliveryState.EXPIRED, done.reason)
            return
        text = done.sent_text or row.sent_text or ""
        await self._store.conclude(
            Conclusion(now=self._clock.now(), acknowledged=(_acknowledged(row, text),))
        )

    async def _record(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write an outcome, shielded, until the store takes it."""
        task = asyncio.create_task(self._until_taken(write))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)
        await asyncio.shield(task)

    async def _until_taken(self, write: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await write()
            except StoreUnavailable as error:
                self._observer.observe(Event(name="store_unavailable", facts={"error": str(error)}))
                await self._clock.sleep(RECORD_AGAIN_S)
            else:
                return


def _acknowledged(row: Delivery, text: str, receipt: str | None = None) -> Acknowledged:
    return Acknowledged(delivery_id=row.id or 0, receipt=receipt, sent_text=text, revision=row.revision)


def _settled(
    row: Delivery, state: DeliveryState, reason: str, due_at: datetime | None = None, *, plain: bool = False
) -> Settled:
    return Settled(delivery_id=row.id or 0, state=state, reason=reason, due_at=due_at, plain=plain)
