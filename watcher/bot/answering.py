"""Brings answers to a chat, through the pacer that alerts go through, and keeps the pages of long ones.

What Telegram answers has its decision here too: a person waits, so it is tried again for a while, but never
where it might arrive twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from watcher.bot.paging import shown
from watcher.core.model import KeptPages
from watcher.errors import SendError, SendFault

if TYPE_CHECKING:
    from watcher.bot.records import Pages
    from watcher.core.model import Message, Target
    from watcher.protocols import Clock, Store

PAGES_KEPT = timedelta(days=2)
TRIES = 6
SLOW_DOWN_S = 5.0  # a 429 that names no time
LONGEST_WAIT_S = 60.0  # nobody waits longer for an answer


class Say(Protocol):
    """Sends one message, or edits one, in its chat's turn; returns the message's id."""

    async def __call__(self, target: Target, message: Message, *, edits: str | None = None) -> str:
        """See Courier.say; raises SendError."""
        ...


class Answers:
    """Brings answers."""

    def __init__(self, *, store: Store, clock: Clock, say: Say) -> None:
        self._store, self._clock, self._say = store, clock, say

    async def give(self, target: Target, pages: Pages, *, reply_to: str) -> None:
        """Send the first page, in reply to what was asked, and keep the others.

        Raises:
            SendError: it could not be sent.
        """
        receipt = await self._said(target, replace(shown(pages, 0), reply_to=reply_to))
        if len(pages) > 1:
            now = self._clock.now()
            kept = KeptPages(
                chat_id=target.chat_id or "",
                message_id=receipt,
                pages=tuple(page.html for page in pages),
                kept_at=now,
            )
            await self._store.keep_pages(kept, forget_before=now - PAGES_KEPT)

    async def turn(self, target: Target, message_id: str, page: Message) -> None:
        """Put another page in the place of the one that is shown.

        Raises:
            SendError: it could not be edited.
        """
        await self._said(target, page, edits=message_id)

    async def _said(self, target: Target, message: Message, *, edits: str | None = None) -> str:
        for number in range(TRIES):
            try:
                return await self._say(target, message, edits=edits)
            except SendError as error:
                last = error
            match last.fault:
                case SendFault.RATE_LIMITED if (
                    wait_s := last.retry_after_s or SLOW_DOWN_S
                ) <= LONGEST_WAIT_S:
                    await self._clock.sleep(wait_s + 0.5)
                case SendFault.UNSENT | SendFault.AWAY:
                    await self._clock.sleep(2.0**number)
                case SendFault.AMBIGUOUS if edits is not None:
                    await self._clock.sleep(2.0**number)
                case SendFault.MALFORMED if message.html:
                    message = replace(message, html="")
                case SendFault.THREAD_GONE if target.thread_id is not None:
                    target = replace(target, thread_id=None)
                case SendFault.MIGRATED if last.new_chat_id:
                    target = replace(target, chat_id=last.new_chat_id)
                case _:
                    break
        raise last
