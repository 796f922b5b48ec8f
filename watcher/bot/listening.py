"""Listens to Telegram beside the watcher: long polling, own connection, never in the way of an alert.

Turns updates into our records, hands them on, answers. Decides nothing: who counts and what follows is
the conversation's affair. What this process cannot answer for (a second poller, an absent service) is
waited out; a refused token ends it.
"""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from watcher.bot.answering import Answers
from watcher.bot.commands import Commands
from watcher.bot.menus import register
from watcher.bot.pressing import Presses
from watcher.bot.reading import read_press, read_said
from watcher.core.timing import backoff_s
from watcher.errors import TokenRefused, WatcherError
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Update

    from watcher.bot.answering import Say
    from watcher.bot.records import Popup, Press, Sources
    from watcher.protocols import Observer

POLL_S = 25  # how long the service may keep a request waiting for an update
HEARD = ["message", "callback_query"]  # channel posts and edited messages are not even asked for
BACKOFF_BASE_S, BACKOFF_CAP_S = 1.0, 60.0
POPUP_RETRIES_S = (0.2, 1.0, 3.0)  # an answer to a press may be given again; Telegram forgets it in seconds
DEAF_AFTER = 8  # failures in a row, two minutes with their pauses: it is no passing matter
STALE = timedelta(minutes=10)  # a command written longer ago, while nobody listened, is not carried out

# python-telegram-bot's documented switch to time periods as timedelta; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class Listener:
    """Listens for one bot.

    Args:
        token: the bot's token.
        base_url: address of the Bot API server; None = Telegram's own.
        proxy: for Telegram alone; None = none.
        sources: what answers are made of.
        say: sends one message through the pacer that alerts go through.
        observer: sees one "heard" event for each update that counted.
        jitter: draws 0–1.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None,
        proxy: str | None,
        sources: Sources,
        say: Say,
        observer: Observer,
        jitter: Callable[[], float],
    ) -> None:
        address = (base_url or "https://api.telegram.org").rstrip("/").removesuffix("/bot") + "/bot"
        kwargs = {"trust_env": False, "verify": not address.startswith("http://")}
        self._polling = HTTPXRequest(connection_pool_size=1, proxy=proxy, httpx_kwargs=dict(kwargs))
        self._answering = HTTPXRequest(connection_pool_size=4, proxy=proxy, httpx_kwargs=dict(kwargs))
        self._bot = Bot(token, base_url=address, request=self._answering, get_updates_request=self._polling)
        self._sources, self._clock = sources, sources.clock
        self._presses, self._commands = Presses(sources), Commands(sources)
        self._answers = Answers(store=sources.store, clock=sources.clock, say=say)
        self._observer, self._jitter = observer, jitter
        self._working: set[asyncio.Task[None]] = set()
        self._offset = 0
        self._username = ""

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
                    if failures == DEAF_AFTER:
                        self._tell_of_deafness(error)
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
        self._username = ((await self._bot.get_me()).username or "").lower()
        await register(self._bot, self._sources.access.admins, self._sources.runtime().targets.values())

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
            return _seconds(error)
        self._observer.observe(
            Event(name="listening_failed", facts={"error": type(error).__name__, "failures": failures})
        )
        return backoff_s(failures, base_s=BACKOFF_BASE_S, cap_s=BACKOFF_CAP_S, jitter=self._jitter())

    def _tell_of_deafness(self, error: TelegramError) -> None:
        """Buttons that do nothing are worse than none: somebody has to know why."""
        text = (
            "another program reads this bot's updates, so buttons and commands do not work: stop it there, or set"
            " telegram.listen: false here"
            if isinstance(error, Conflict)
            else f"buttons and commands do not work for now: {type(error).__name__}"
        )
        self._observer.observe(Event(name="deaf", facts={"where": "telegram", "error": text}))

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
            return await self._pressed(read_press(update))
        said = read_said(update, not_before=self._clock.now() - STALE)
        if said is None or said.addressed not in ("", self._username):
            return False
        answer = await self._commands.answer(said)
        if answer is None:
            return False
        target, pages = answer
        await self._answers.give(target, pages, reply_to=said.message_id)
        return True

    async def _pressed(self, press: Press | None) -> bool:
        """Answer a press at once; what else it brings waits for the chat's turn."""
        popup = await self._presses.answer(press) if press is not None else None
        if press is None or popup is None:
            return False
        await self._pop_up(press, popup)
        if popup.target is not None and popup.page is not None:
            await self._answers.turn(popup.target, press.message_id, popup.page)
        if popup.target is not None and popup.reply:
            await self._answers.give(popup.target, popup.reply, reply_to=press.message_id)
        return True

    async def _pop_up(self, press: Press, popup: Popup) -> None:
        """answerCallbackQuery is no message: it waits for no pace. Answered twice is answered once."""
        for wait_s in POPUP_RETRIES_S:
            try:
                await self._bot.answer_callback_query(
                    press.query_id, text=popup.text or None, show_alert=popup.loud
                )
            except BadRequest:  # too old to be answered: what it asked for is done
                return
            except RetryAfter as error:
                await self._clock.sleep(_seconds(error))
            except NetworkError:
                await self._clock.sleep(wait_s)
            else:
                return


def _seconds(error: RetryAfter) -> float:
    """How long the service asks to wait, with a margin."""
    wait: Any = error.retry_after
    return float(wait.total_seconds() if isinstance(wait, timedelta) else wait) + 0.5
