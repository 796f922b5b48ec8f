"""What commands and the bot ask of the running watcher (protocols.Control, the running side)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from watcher.ops.actions import PAUSED_KEY, act_on_store
from watcher.ops.control import carry_out_pending
from watcher.protocols import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from watcher.polling import Poller
    from watcher.protocols import Clock, Observer, Store
    from watcher.service.reloading import Reloader
    from watcher.service.state import Current


class Requests:
    """Carries out requests; is itself the Control of rooms in this process."""

    def __init__(
        self,
        *,
        state_dir: Path,
        current: Current,
        store: Store,
        poller: Poller,
        reloader: Reloader,
        clock: Clock,
        observer: Observer,
        on_queued: Callable[[], None],
    ) -> None:
        self._state_dir, self._current, self._store = state_dir, current, store
        self._poller, self._reloader = poller, reloader
        self._clock, self._observer, self._on_queued = clock, observer, on_queued

    async def look(self) -> None:
        """Carry out what was left in the spool."""
        await carry_out_pending(self._state_dir, self.request)

    async def restore(self) -> None:
        """At start: a pause outlives a restart."""
        since = await self._store.get_value(PAUSED_KEY)
        self._current.paused_since = datetime.fromisoformat(since) if since else None

    async def request(self, action: str, args: Mapping[str, str]) -> Answer:
        """Carry out one action.

        Raises:
            StoreUnavailable: it could not be carried out now.
        """
        if action == "reload":
            answer = await self._reloader.reload()
        elif action == "poll":
            answer = await self._poll(args.get("feed", ""))
        else:
            answer = await act_on_store(self._store, action, args, self._clock.now())
            await self.restore()
            self._on_queued()
        facts = {"action": action, **{key: args[key] for key in sorted(args)}, "ok": answer.ok}
        self._observer.observe(Event(name="request", facts=facts))
        return answer

    async def _poll(self, feed_id: str) -> Answer:
        feed = self._current.runtime.feeds.get(feed_id)
        if feed is None:
            return Answer(ok=False, text=f"no feed has the id {feed_id!r}")
        if feed_id in self._poller.in_flight:
            return Answer(ok=True, text=f"{feed_id} is being polled now.")
        states = {state.feed_id: state for state in await self._store.feed_states()}
        plan = await self._poller.poll(feed, states[feed_id])
        found = f"{len(plan.entries)} new entries" if plan.entries else plan.outcome.value
        return Answer(ok=plan.state.failure_count == 0, text=f"{feed_id}: {plan.state.last_error or found}")
