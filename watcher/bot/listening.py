"""Listens to Telegram beside the watcher: long polling, own connection, never in the way of an alert.

Turns updates into our records, hands them on, answers. Decides nothing: who counts and what follows is
the conversation's affair. What this process cannot answer for (a second poller, an absent service) is
waited out; a refused token ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from watcher.bot.commands import NAMES
from watcher.bot.reading import read_press, read_said
from watcher.core.rendering.catalogue import languages, texts
from watcher.core.timing import backoff_s
from watcher.errors import TokenRefused, WatcherError
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Update

    from watcher.bot.commands import Commands
    from watcher.bot.pressing import Presses
    from watcher.core.model import Message, Target
    from watcher.protocols import Clock, Observer

POLL_S = 25  # how long the service may keep a request waiting for an update
HEARD = ["message", "callback_query"]  # channel posts and edited messages are not even asked for
BACKOFF_BASE_S, BACKOFF_CAP_S = 1.0, 60.0
STALE = timedelta(minutes=10)  # a command written longer ago, while nobody listened, is not carried out

# python-telegram-bot's documented switch to time periods as timedelta; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class Listener:
    """Listens for one bot.

    Args:
        token: the bot's token.
        base_url: address of the Bot API server; None = Telegram's own.
        proxy: for Telegram alone; None = none.
        presses: carries out presses.
        commands: answers commands.
        say: sends one message through the pacer that alerts go through.
        clock: for waits and for the age of commands.
        observer: sees one "heard" event for each update that counted.
        jitter: draws 0–1.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None,
        proxy: str | None,
        presses: Presses,
        commands: Commands,
        say: Callable[[Target, Message], Awaitable[None]],
        clock: Clock,
        observer: Observer,
        jitter: Callable[[], float],
    ) -> None:
        address = (base_url or "https://api.telegram.org").rstrip("/").removesuffix("/bot") + "/bot"
        kwargs = {"trust_env": False, "verify": not address.startswith("http://")}
        self._polling = HTTPXRequest(connection_pool_size=1, proxy=proxy, httpx_kwargs=dict(kwargs))
        self._answering = HTTPXRequest(connection_pool_size=4, proxy=proxy, httpx_kwargs=dict(kwargs))
        self._bot = Bot(token, base_url=address, request=self._answering, get_updates_request=self._polling)
        self._presses, self._commands, self._say = presses, commands, say
        self._clock, self._observer, self._jitter = clock, observer, jitter
        self._working: set[asyncio.Task[None]] = set()
        self._offset = 0

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            TokenRefused: the service refused our token.
        """
        failures, greeted = 0, False
        try:
            while True:
                try:
                    if not greeted:
                        await self._greet()
                        greeted = True
                    await self._hear()
                    failures = 0
                except InvalidToken as error:
                    raise TokenRefused("telegram: the token was refused while listening") from error
                except TelegramError as error:
                    failures += 1
                    await self._clock.sleep(self._wait_s(error, failures))
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """End what is being answered and close connections. Idempotent."""
        for task in list(self._working):
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self._polling.shutdown()
        await self._answering.shutdown()

    async def _greet(self) -> None:
        """No webhook may take our updates; the commands are known in every language."""
        await self._bot.delete_webhook()
        for language in languages():
            answers = texts(language).answers
            menu = [BotCommand(name, answers[f"help {name}"]) for name in NAMES]
            await self._bot.set_my_commands(menu, language_code=None if language == "en" else language)

    async def _hear(self) -> None:
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=POLL_S, allowed_updates=HEARD, read_timeout=POLL_S + 10
        )
        for update in updates:
            self._offset = update.update_id + 1
            task = asyncio.create_task(self._guarded(update), name=f"update {update.update_id}")
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def _wait_s(self, error: TelegramError, failures: int) -> float:
        if isinstance(error, RetryAfter):
            wait: Any = error.retry_after
            return float(wait.total_seconds() if isinstance(wait, timedelta) else wait) + 0.5
        self._observer.observe(
            Event(name="listening_failed", facts={"error": type(error).__name__, "failures": failures})
        )
        return backoff_s(failures, base_s=BACKOFF_BASE_S, cap_s=BACKOFF_CAP_S, jitter=self._jitter())

    async def _guarded(self, update: Update) -> None:
        """One update's surprise must not end the listening."""
        began = self._clock.monotonic()
        facts = {"kind": "press" if update.callback_query else "command", "error": ""}
        try:
            counted = await self._handle(update)
        except (TelegramError, WatcherError) as error:
            counted, facts["error"] = True, type(error).__name__
        except Exception as error:  # reported, so that it can be mended
            counted, facts["error"] = True, f"{type(error).__name__}: {error}"
        if counted:
            duration_s = round(self._clock.monotonic() - began, 3)
            self._observer.observe(Event(name="heard", facts={**facts, "duration_s": duration_s}))

    async def _handle(self, update: Update) -> bool:
        """Carry out one update; False when it does not count."""
        if update.callback_query is not None:
            press = read_press(update)
            popup = await self._presses.answer(press) if press is not None else None
            if popup is None:
                return False
            with contextlib.suppress(BadRequest):  # too old to be answered: what it asked for is done
                await self._bot.answer_callback_query(
                    update.callback_query.id, text=popup.text, show_alert=popup.loud
                )
            return True
        said = read_said(update, not_before=self._clock.now() - STALE)
        answer = await self._commands.answer(said) if said is not None else None
        if answer is None:
            return False
        await self._say(*answer)
        return True
