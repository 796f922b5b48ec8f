"""The dead man's ping: a URL that is fetched while all is well, so that silence is the alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import FetchRequest
from watcher.errors import FetchError
from watcher.ops.health import Condition
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.ops.health import Health
    from watcher.protocols import Fetcher, Observer

ANSWER_BYTES = 64 * 1024  # of the answer, which nobody reads; a longer one is cut off and counts all the same


class DeadMansPing:
    """Pings, through the one gate to the network.

    Args:
        url: a secret: who knows it can pretend that we are alive.
        health: asks how the watcher is; unwell withholds the ping, degraded (all feeds failing) does not.
        fetcher: the gate; its guard applies.
        observer: sees each ping, as one event, without the URL.
    """

    def __init__(
        self, *, url: str, health: Callable[[], Awaitable[Health]], fetcher: Fetcher, observer: Observer
    ) -> None:
        self._url, self._health, self._fetcher, self._observer = url, health, fetcher, observer

    async def look(self) -> None:
        """Ping, or withhold the ping."""
        health = await self._health()
        if health.condition is Condition.UNWELL:
            self._tell("withheld", "; ".join(health.reasons))
            return
        try:
            await self._fetcher.fetch(FetchRequest(feed_id="ping", url=self._url, max_bytes=ANSWER_BYTES))
        except FetchError as error:
            if error.status is None or not 200 <= error.status < 300:  # 204 is no feed, but an answer
                self._tell("failed", str(error))
                return
        self._tell("sent", None)

    def _tell(self, outcome: str, error: str | None) -> None:
        self._observer.observe(Event(name="ping", facts={"outcome": outcome, "error": error}))
