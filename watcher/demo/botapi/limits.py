"""The service's flood limits: who sends too fast is told how long to wait.

Pure but for the clock it is given. Figures as documented in the Bots FAQ: avoid more than one message
a second in one chat (short bursts pass), not more than 20 a minute in one group, about 30 a second
over all chats.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT_BURST_COUNT = 3  # messages a chat may get at once before one a second holds
GROUP_PER_MINUTE = 20
BOT_PER_SECOND = 30


class FloodLimits:
    """Counts what was accepted; a refused message does not count."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tokens: dict[str, tuple[float, float]] = {}  # chat -> tokens left, when counted
        self._group: dict[str, deque[float]] = defaultdict(deque)
        self._bot: deque[float] = deque()

    def wait_s(self, chat_id: str, *, group: bool) -> int:
        """Whole seconds to wait, 0 = accepted and counted."""
        now = self._monotonic()
        tokens, counted_at = self._tokens.get(chat_id, (float(CHAT_BURST_COUNT), now))
        tokens = min(float(CHAT_BURST_COUNT), tokens + now - counted_at)
        wait = 1.0 - tokens if tokens < 1.0 else 0.0
        minute = self._group[chat_id]
        while minute and now - minute[0] >= 60.0:
            minute.popleft()
        if group and len(minute) >= GROUP_PER_MINUTE:
            wait = max(wait, 60.0 - (now - minute[0]))
        while self._bot and now - self._bot[0] >= 1.0:
            self._bot.popleft()
        if len(self._bot) >= BOT_PER_SECOND:
            wait = max(wait, 1.0)
        if wait > 0:
            return max(1, math.ceil(wait))
        self._tokens[chat_id] = (tokens - 1.0, now)
        minute.append(now)
        self._bot.append(now)
        return 0
