"""What a new process knows of the last one's deliveries and of each target."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.model import Conclusion, DeliveryKind, DeliveryState, Settled, TargetState
from watcher.delivery.lanes import is_group, lane_of
from watcher.delivery.verdicts import UNREACHABLE_RETRY

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.delivery.lanes import Lanes
    from watcher.protocols import Store

RESTART_PROBE_AFTER = timedelta(minutes=10)
"""A restart tries unreachable chats at once (somebody may have mended them), but not in a crash loop."""


async def resume(store: Store, runtime: Runtime, lanes: Lanes, now: datetime) -> None:
    """Once at start: what was interrupted is held if that is the policy; pacing remembers the last sends."""
    if runtime.delivery.on_ambiguous == "hold":
        await _hold(store, now)
    states = await store.target_states()
    for target in runtime.targets.values():
        state = states.get(target.id)
        if state is None:
            continue
        tried_at = (state.paused_until or now) - UNREACHABLE_RETRY
        if state.unreachable_since is not None and tried_at < now - RESTART_PROBE_AFTER:
            await store.save_target_state(replace(state, paused_until=now))
        if state.last_sent_at is not None:
            ago_s = max((now - state.last_sent_at).total_seconds(), 0.0)
            pacer = lanes.bot(target.sink).pacer
            pacer.assume_full(lane_of(target), ago_s, group=is_group(target))


async def _hold(store: Store, now: datetime) -> None:
    """New messages that may have arrived wait for a person; edits can be repeated without harm."""
    held = [
        Settled(delivery_id=row.id or 0, state=row.state, reason=row.reason or "interrupted")
        for row in await store.deliveries(states=[DeliveryState.AMBIGUOUS])
        if row.due_at <= now and row.kind is not DeliveryKind.EDIT
    ]
    if held:
        await store.conclude(Conclusion(now=now, settled=tuple(held)))


async def known_states(store: Store, runtime: Runtime) -> dict[str, TargetState]:
    """What is known of each configured target; of another chat's nothing."""
    known = await store.target_states()
    states = {}
    for target in runtime.targets.values():
        state = known.get(target.id)
        if state is None or state.chat_id != target.chat_id:
            fresh = TargetState(target_id=target.id, chat_id=target.chat_id)
            if state is not None:
                await store.save_target_state(fresh)
            state = fresh
        states[target.id] = state
    return states
