"""One attempt from claimed row to recorded outcome.

The answer is recorded at once and shielded: once the service has spoken, neither a stop nor a
cancelled loop may lose what it said. When the store cannot take it, recording is tried until it can,
and the chat waits.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import AlertContent, DeliveryState, TargetState
from watcher.delivery.outages import unreachable_notices
from watcher.delivery.preparing import Done, Later, Prepared, Ready, prepare, text_of
from watcher.delivery.verdicts import judge
from watcher.errors import SendError, SendFault, StoreUnavailable, TokenRefused
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import Delivery, Target
    from watcher.delivery.lanes import Lanes
    from watcher.delivery.verdicts import Verdict
    from watcher.protocols import Clock, Observer, Sink, Store

RECORD_AGAIN_S = 1.0  # between two tries to record an outcome
CUT_OFF = "stopped while it was being sent"


class Attempts:
    """Carries out attempts.

    Attributes:
        failures: errors that must end the loop, oldest first.
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
        lanes: Lanes,
        buttons: bool,
    ) -> None:
        self._store, self._sinks, self._clock, self._observer = store, sinks, clock, observer
        self._runtime, self._jitter, self._lanes = runtime, jitter, lanes
        self._buttons = buttons
        self._recording: set[asyncio.Task[None]] = set()
        self._threadless: set[str] = set()  # targets whose forum thread is gone
        self.failures: list[BaseException] = []

    async def carry_out(self, row: Delivery, target: Target, state: TargetState, began_at: float) -> None:
        """See one claimed row to its end; frees its lane."""
        lane, sending = target, False
        if target.id in self._threadless:
            target = replace(target, thread_id=None)
        try:
            prepared = await self._prepare(row, target)
            if isinstance(prepared, Ready):
                sending = True
                await self._send(row, target, state, prepared, began_at)
        finally:
            self._lanes.end(lane, sent=sending)

    async def finish(self) -> None:
        """Wait for outcomes that are still being recorded."""
        if self._recording:
            await asyncio.wait(self._recording, timeout=RECORD_AGAIN_S * 5)
        for task in list(self._recording):
            task.cancel()

    async def bury_homeless(self, row: Delivery) -> None:
        """A row whose target is not configured any more."""
        reason = f"target {row.target_id!r} is not configured any more"
        await self._record(lambda: self._settle(row, DeliveryState.DEAD, reason))
        self._tell(row, "dead", 0.0, reason)

    async def _prepare(self, row: Delivery, target: Target) -> Prepared | None:
        """What is to be sent; anything else is recorded here."""
        try:
            policy, now = self._runtime().delivery, self._clock.now()
            prepared = await prepare(row, target, self._store, policy, now, buttons=self._buttons)
        except StoreUnavailable as error:  # nothing was sent: due as before
            reason = str(error)
            await self._record(lambda: self._settle(row, DeliveryState.PENDING, reason))
            raise
        except Exception as error:  # one row that cannot be drawn must not stop the others
            reason = f"could not be drawn: {type(error).__name__}: {error}"
            await self._record(lambda: self._settle(row, DeliveryState.DEAD, reason))
            self._tell(row, "dead", 0.0, reason)
            return None
        if isinstance(prepared, Later):
            later = prepared
            await self._record(lambda: self._settle(row, DeliveryState.PENDING, later.reason, later.due_at))
        elif isinstance(prepared, Done):
            done = prepared
            await self._record(lambda: self._done(row, done))
        return prepared

    async def _send(
        self, row: Delivery, target: Target, state: TargetState, ready: Ready, began_at: float
    ) -> None:
        sink = self._sinks[target.sink]
        failure: SendError
        try:
            receipt = ready.edits
            if ready.edits is None:
                receipt = (await sink.send(target, ready.message)).message_id
            else:
                await sink.edit(target, ready.edits, ready.message)
        except asyncio.CancelledError:
            failure = SendError(CUT_OFF, fault=SendFault.AMBIGUOUS)
            await self._record(lambda: self._failed(row, target, state, failure, began_at))
            raise
        except SendError as error:
            failure = error
        except Exception as error:  # a sink may only raise SendError: what it did is unknown
            failure = SendError(f"{type(error).__name__}: {error}", fault=SendFault.AMBIGUOUS)
        else:
            self._lanes.answered(target)
            kept = receipt if ready.keeps_receipt and ready.edits is None else None
            await self._record(lambda: self._delivered(row, state, ready, kept))
            self._tell(row, "delivered", began_at, None)
            return
        await self._record(lambda: self._failed(row, target, state, failure, began_at))
        self._tell(row, failure.fault.value, began_at, str(failure))
        if failure.fault is SendFault.TOKEN_REFUSED:
            raise TokenRefused(f"{target.sink}: {failure}") from failure

    async def _delivered(self, row: Delivery, state: TargetState, ready: Ready, receipt: str | None) -> None:
        """Rows told along first: should we be killed in between, what is repeated is marked."""
        now, text = self._clock.now(), text_of(ready.message)
        for other in ready.others:
            if other.id is not None:
                await self._store.acknowledge(
                    other.id, receipt=None, sent_text=text, revision=other.revision, now=now
                )
        if row.id is not None:
            await self._store.acknowledge(
                row.id, receipt=receipt, sent_text=text, revision=row.revision, now=now
            )
        state = await self._known(state)
        if state.unreachable_since is not None:
            await self._due_again(state.target_id)
        pause = state.paused_until  # one set while this was in flight holds
        await self._store.save_target_state(
            replace(
                state,
                paused_until=pause if pause and pause > now else None,
                failure_count=0,
                unreachable_since=None,
                unreachable_reason=None,
                last_sent_at=now,
            )
        )

    async def _failed(
        self, row: Delivery, target: Target, state: TargetState, error: SendError, began_at: float
    ) -> None:
        now, jitter = self._clock.now(), self._jitter()
        state = await self._known(state)
        if error.fault is SendFault.THREAD_GONE and target.thread_id is None:
            error = SendError(str(error), fault=SendFault.UNREACHABLE)  # the chat itself is closed
        verdict = judge(error, row, state, self._runtime().delivery, now=now, jitter=jitter)
        if verdict.away:
            self._lanes.failed(target, began_at, jitter)
        else:
            self._lanes.answered(target)
        if verdict.without_thread:
            self._threadless.add(target.id)
        await self._store.save_target_state(verdict.target)
        due_at = None if verdict.held else row.due_at
        await self._settle(row, verdict.row, verdict.reason, due_at, plain=verdict.plain)
        await self._follow_up(target, verdict)

    async def _follow_up(self, target: Target, verdict: Verdict) -> None:
        """What a failure means for other rows and other targets."""
        now = self._clock.now()
        targets = self._runtime().targets
        states = await self._store.target_states()
        if verdict.slow_all_until is not None and self._lanes.slowed(target):
            for other in targets.values():
                if other.sink == target.sink and other.id != target.id:
                    unknown = TargetState(target_id=other.id, chat_id=other.chat_id)
                    state = states.get(other.id, unknown)
                    until = max(state.paused_until or now, verdict.slow_all_until)
                    await self._store.save_target_state(replace(state, paused_until=until))
        if verdict.newly_unreachable:
            days = self._runtime().delivery.unreachable_days
            lost = {state.target_id for state in states.values() if state.unreachable_since is not None}
            reachable = set(targets) - lost - {target.id}
            await self._store.enqueue(
                unreachable_notices(target, verdict.reason, days, targets.values(), reachable, now)
            )
        if verdict.bury_before is not None:
            for row in await self._waiting(target.id):
                if row.created_at <= verdict.bury_before:
                    await self._settle(row, DeliveryState.DEAD, f"unreachable too long: {verdict.reason}")

    async def _known(self, state: TargetState) -> TargetState:
        """What is known of the target by now: others may have written it while a send was in flight."""
        return (await self._store.target_states()).get(state.target_id, state)

    async def _due_again(self, target_id: str) -> None:
        """A chat is back: what was held for it does not expire on the spot (D8)."""
        now = self._clock.now()
        for row in await self._waiting(target_id):
            if row.due_at < now:
                await self._settle(row, row.state, row.reason or "was held", now)

    async def _waiting(self, target_id: str) -> list[Delivery]:
        states = [DeliveryState.PENDING, DeliveryState.AMBIGUOUS]
        return await self._store.deliveries(states=states, target_id=target_id)

    async def _done(self, row: Delivery, done: Done) -> None:
        if row.id is None:
            return
        if done.delivered:
            text = done.sent_text or row.sent_text or ""
            await self._store.acknowledge(
                row.id, receipt=None, sent_text=text, revision=row.revision, now=self._clock.now()
            )
        else:
            await self._settle(row, DeliveryState.EXPIRED, done.reason)

    async def _settle(
        self,
        row: Delivery,
        state: DeliveryState,
        reason: str,
        due_at: datetime | None = None,
        *,
        plain: bool = False,
    ) -> None:
        if row.id is not None:
            await self._store.settle(row.id, state=state, reason=reason, due_at=due_at, plain=plain)

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

    def _tell(self, row: Delivery, outcome: str, began_at: float, error: str | None) -> None:
        now = self._clock.now()
        waited = (row.started_at or now) - row.due_at
        alert = row.content if outcome == "delivered" and isinstance(row.content, AlertContent) else None
        published_at = alert.published_at if alert else None
        self._observer.observe(
            Event(
                name="attempt",
                facts={
                    "delivery": row.id,
                    "kind": row.kind.value,
                    "target": row.target_id,
                    "story": row.story_id,
                    "outcome": outcome,
                    "attempt": row.attempt_count,
                    "duration_s": round(self._clock.monotonic() - began_at, 3) if began_at else 0.0,
                    "wait_s": round(max(waited.total_seconds(), 0.0), 3),
                    "since_published_s": _age_s(published_at, now),
                    "since_seen_s": _age_s(alert.first_seen_at if alert else None, now),
                    "error": error,
                },
            )
        )


def _age_s(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else round(max((now - at).total_seconds(), 0.0), 3)
