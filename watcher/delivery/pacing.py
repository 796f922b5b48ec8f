"""When a chat may get its next message, so that the service never has to say "too many requests" (D12).

In memory and outside the client: the outbox waits, no request does. Figures of the service: one
message a second in a chat, 20 a minute in a group, 30 a second for a bot; kept below by a margin for
clocks that differ and requests that overtake each other.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT_GAP_S = 1.05
GROUP_PER_MINUTE = 18
MINUTE_S = 60.5
BOT_PER_SECOND = 28


class Pacer:
    """Remembers the latest sends of one bot.

    A chat's gap is counted from the end of a request: the service took the message before that, so
    what it sees is never closer, however long requests travel.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._last: dict[str, float] = {}
        self._minute: defaultdict[str, deque[float]] = defaultdict(deque)
        self._second: deque[float] = deque()

    def chat_wait_s(self, chat: str, *, group: bool) -> float:
        """Seconds until this chat may get a message; 0 = now."""
        now = self._monotonic()
        wait = self._last.get(chat, float("-inf")) + CHAT_GAP_S - now
        if group:
            minute = self._minute[chat]
            while minute and minute[0] + MINUTE_S <= now:
                minute.popleft()
            if len(minute) >= GROUP_PER_MINUTE:
                wait = max(wait, minute[-GROUP_PER_MINUTE] + MINUTE_S - now)
        return max(wait, 0.0)

    def bot_allowance(self) -> int:
        """How many messages the bot may begin to send now, over all chats."""
        now = self._monotonic()
        while self._second and now - self._second[0] >= 1.0:
            self._second.popleft()
        return BOT_PER_SECOND - len(self._second)

    def began(self) -> None:
        """A request goes out."""
        self._second.append(self._monotonic())

    def ended(self, chat: str, *, group: bool) -> None:
        """Its answer is here, or will not come."""
        now = self._monotonic()
        self._last[chat] = now
        if group:
            self._minute[chat].append(now)

    def assume_full(self, chat: str, ago_s: float, *, group: bool) -> None:
        """After a restart: the last message went out so long ago, others may have been just before it."""
        at = self._monotonic() - ago_s
        self._last[chat] = at
        if group and ago_s < MINUTE_S:
            self._minute[chat].extend([at] * GROUP_PER_MINUTE)
