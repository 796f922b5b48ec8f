"""One attempt: prepare, send, hand the answer on to be recorded, tell of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import AlertContent, DeliveryState
from watcher.delivery.outcomes import Outcomes
from watcher.delivery.preparing import Done, Later, Prepared, Ready, prepare
from watcher.errors import SendError, SendFault, StoreUnavailable, TokenRefused
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import Delivery, Target, TargetState
    from watcher.delivery.lanes import Lanes
    from watcher.protocols import Clock, Observer, Sink, Store

CUT_OFF = "stopped while it was being sent"


class Attempts:
    """Carries out attempts.

    Attributes:
        failures: errors that must end the loop, oldest first.
        outcomes: where answers are recorded.
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
        self._runtime, self._lanes = runtime, lanes
        self._buttons = buttons
        self.outcomes = Outcomes(
            store=store, clock=clock, observer=observer, runtime=runtime, jitter=jitter, lanes=lanes
        )
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

    async def bury_homeless(self, row: Delivery) -> None:
        """A row whose target is not configured any more."""
        reason = f"target {row.target_id!r} is not configured any more"
        await self.outcomes.settled(row, DeliveryState.DEAD, reason)
        self._tell(row, "dead", 0.0, reason)

    async def _prepare(self, row: Delivery, target: Target) -> Prepared | None:
        """What is to be sent; anything else is recorded here."""
        try:
            policy, now = self._runtime().delivery, self._clock.now()
            shared = self._buttons and await self._sinks[target.sink].shared(target)
            prepared = await prepare(
                row, target, self._store, policy, now, buttons=self._buttons, shared=shared
            )
        except StoreUnavailable as error:  # nothing was sent: due as before
            await self.outcomes.settled(row, DeliveryState.PENDING, str(error))
            raise
        except Exception as error:  # one row that cannot be drawn must not stop the others
            reason = f"could not be drawn: {type(error).__name__}: {error}"
            await self.outcomes.settled(row, DeliveryState.DEAD, reason)
            self._tell(row, "dead", 0.0, reason)
            return None
        if isinstance(prepared, Later):
            await self.outcomes.settled(row, DeliveryState.PENDING, prepared.reason, prepared.due_at)
        elif isinstance(prepared, Done):
            await self.outcomes.done(row, prepared)
        return prepared

    async def _send(
        self, row: Delivery, target: Target, state: TargetState, ready: Ready, began_at: float
    ) -> None:
        sink = self._sinks[target.sink]
        try:
            receipt = ready.edits
            if ready.edits is None:
                receipt = (await sink.send(target, ready.message)).message_id
            else:
                await sink.edit(target, ready.edits, ready.message)
        except asyncio.CancelledError:
            cut_off = SendError(CUT_OFF, fault=SendFault.AMBIGUOUS)
            await self.outcomes.failed(row, target, state, cut_off, began_at)
            raise
        except SendError as error:
            failure = error
        except Exception as error:  # a sink may only raise SendError: what it did is unknown
            failure = SendError(f"{type(error).__name__}: {error}", fault=SendFault.AMBIGUOUS)
        else:
            self._lanes.answered(target)
            kept = receipt if ready.keeps_receipt and ready.edits is None else None
            await self.outcomes.delivered(row, state, ready, kept)
            self._tell(row, "delivered", began_at, None)
            return
        verdict = await self.outcomes.failed(row, target, state, failure, began_at)
        if verdict.without_thread:
            self._threadless.add(target.id)
        self._tell(row, failure.fault.value, began_at, str(failure))
        if failure.fault is SendFault.TOKEN_REFUSED:
            raise TokenRefused(f"{target.sink}: {failure}") from failure

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
