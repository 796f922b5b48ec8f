"""Asks each service once whether it knows us, so that a refused token ends the watcher within seconds (D11).

An absent service is asked again later; meanwhile deliveries find their own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import SendError, SendFault, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping

    from watcher.core.model import Target
    from watcher.protocols import Clock, Sink

ASK_AGAIN_S = 15.0


class Verification:
    """What is still to be asked.

    Args:
        sinks: by name.
        clock: for the time between two questions.
    """

    def __init__(self, sinks: Mapping[str, Sink], clock: Clock) -> None:
        self._sinks, self._clock = sinks, clock
        self._open = set(sinks)
        self._ask_at: dict[str, float] = {}  # monotonic

    def due(self, targets: Iterable[Target]) -> list[Coroutine[None, None, None]]:
        """Questions to ask now, of sinks that have a target; each raises TokenRefused when refused."""
        now = self._clock.monotonic()
        asked = []
        for sink in self._open & {target.sink for target in targets}:
            if self._ask_at.get(sink, now) <= now:
                self._ask_at[sink] = now + ASK_AGAIN_S
                asked.append(self._ask(sink))
        return asked

    def wait_s(self) -> float:
        """Seconds until there is something to ask again."""
        waiting = [at for sink, at in self._ask_at.items() if sink in self._open]
        return max(min(waiting) - self._clock.monotonic(), 0.0) if waiting else ASK_AGAIN_S

    async def _ask(self, sink: str) -> None:
        try:
            await self._sinks[sink].verify()
        except SendError as error:
            if error.fault is SendFault.TOKEN_REFUSED:
                raise TokenRefused(f"{sink}: {error}") from error
            return  # absent: asked again
        self._open.discard(sink)
