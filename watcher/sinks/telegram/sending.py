"""Sends to Telegram over python-telegram-bot's `Bot`; the only sender.

No retry, no pacing, no queue: one call, one outcome. Every exception is translated once into a
SendError. May not log; the token is in no error text.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from watcher.core.model import Receipt
from watcher.errors import SendError, SendFault
from watcher.sinks.redaction import Redactor
from watcher.sinks.telegram.faults import is_not_modified, is_reply_gone, translate

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from watcher.core.model import Message, Target

READ_TIMEOUT_S = 30.0  # long, because a read time-out is an ambiguous send (D3)
CONNECT_TIMEOUT_S = 10.0
POOL_TIMEOUT_S = 30.0
TELEGRAM_URL = "https://api.telegram.org"
KIND_TIMEOUT_S = 3.0  # an alert waits no longer to learn whether it goes to a group
GENERAL_THREAD = 1  # of a forum, in links; the service knows it only as the chat itself
MAX_ERROR_LENGTH = 200
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the token belongs to."""

    id: int
    name: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChat:
    """A chat that wrote to the bot lately."""

    chat_id: str
    type: str  # "private" | "group" | "supergroup" | "channel"
    title: str


class TelegramSink:
    """Sink over the Bot API.

    Args:
        token: the bot's token; kept in this object only.
        base_url: address of the Bot API server, with or without "/bot"; None = Telegram's own.
        proxy: URL of a proxy for Telegram alone; None = none, whatever the environment says.
        read_timeout_s: seconds without an answer after which a send counts as ambiguous.

    Raises:
        SendError: TOKEN_REFUSED when the token does not even look like one.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None = None,
        proxy: str | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._redact = Redactor(token)
        address = (base_url or TELEGRAM_URL).rstrip("/").removesuffix("/bot") + "/bot"
        request = HTTPXRequest(
            connection_pool_size=8,
            read_timeout=read_timeout_s,
            write_timeout=read_timeout_s,
            connect_timeout=CONNECT_TIMEOUT_S,
            pool_timeout=POOL_TIMEOUT_S,
            proxy=proxy,
            # A plain http server has no certificate to verify, and loading the authorities takes 0.25 s.
            httpx_kwargs={"trust_env": False, "verify": not address.startswith("http://")},
        )
        self._request = request
        self._kinds: dict[str, str] = {}  # chat -> what the service says it is
        try:
            self._bot = Bot(token, request=request, get_updates_request=request, base_url=address)
        except InvalidToken as error:
            raise self._translated(error) from None

    async def send(self, target: Target, message: Message) -> Receipt:
        """Send one message; no retry inside.

        Raises:
            SendError: with the fault that says what follows.
        """
        reply = None
        if message.reply_to is not None:
            reply = ReplyParameters(message_id=int(message.reply_to), allow_sending_without_reply=True)
        try:
            sent = await self._call(self._send(target, message, reply))
        except _ReplyGone:
            sent = await self._call(self._send(target, message, None))
        return Receipt(message_id=str(sent.message_id))

    async def edit(self, target: Target, receipt: str, message: Message) -> None:
        """Replace a message's text; "not modified" is success.

        Raises:
            SendError: as for send; MESSAGE_GONE when there is nothing to edit any more.
        """
        call = self._bot.edit_message_text(
            text=message.html or message.plain,
            parse_mode="HTML" if message.html else None,
            chat_id=_chat(target),
            message_id=int(receipt),
            link_preview_options=NO_PREVIEW,
            reply_markup=_keyboard(message),
        )
        await self._call(call, not_modified_is_fine=True)

    async def shared(self, target: Target) -> bool:
        """Whether the chat is a group. An id tells, but for supergroups, channels and names: those are
        asked for once."""
        chat = target.chat_id or ""
        if not chat.startswith(("-100", "@")):
            return chat.startswith("-")
        if chat not in self._kinds:
            try:
                async with asyncio.timeout(KIND_TIMEOUT_S):
                    self._kinds[chat] = str((await self._call(self._bot.get_chat(_chat(target)))).type)
            except (SendError, TimeoutError):
                return False  # the message itself will tell what is wrong
        return self._kinds[chat] in ("group", "supergroup")

    async def verify(self) -> None:
        """Ask once whether the service knows the token.

        Raises:
            SendError: TOKEN_REFUSED when it does not; else as for send.
        """
        await self.whoami()

    async def whoami(self) -> Identity:
        """Ask who the token belongs to.

        Raises:
            SendError: TOKEN_REFUSED when the service does not know it; else as for send.
        """
        user = await self._call(self._bot.get_me())
        return Identity(id=user.id, name=user.full_name, username=user.username or "")

    async def seen_chats(self) -> list[SeenChat]:
        """Chats that wrote to the bot in the last 24 hours and were not answered yet.

        Raises:
            SendError: as for send.
        """
        updates = await self._call(self._bot.get_updates(timeout=0))
        chats = [update.effective_chat for update in updates if update.effective_chat is not None]
        found = {
            chat.id: SeenChat(chat_id=str(chat.id), type=str(chat.type), title=chat.effective_name or "")
            for chat in chats
        }
        return list(found.values())

    async def aclose(self) -> None:
        """Close connections. Idempotent."""
        await self._request.shutdown()

    def _send(self, target: Target, message: Message, reply: ReplyParameters | None) -> Awaitable[Any]:
        return self._bot.send_message(
            chat_id=_chat(target),
            text=message.html or message.plain,
            parse_mode="HTML" if message.html else None,
            message_thread_id=None if target.thread_id == GENERAL_THREAD else target.thread_id,
            disable_notification=message.silent,
            link_preview_options=NO_PREVIEW,
            reply_parameters=reply,
            reply_markup=_keyboard(message),
        )

    async def _call(self, call: Awaitable[Any], *, not_modified_is_fine: bool = False) -> Any:
        try:
            return await call
        except Exception as error:
            if not_modified_is_fine and is_not_modified(error):
                return None
            failure = _ReplyGone() if is_reply_gone(error) else self._translated(error)
        # Raised out here so that nothing is chained: the cause's request holds the token (K1).
        raise failure

    def _translated(self, error: Exception) -> SendError:
        found = translate(error)
        text = " ".join(str(found).partition(". Parsing the server response")[0].split())
        return SendError(
            self._redact(text)[:MAX_ERROR_LENGTH],
            fault=found.fault,
            retry_after_s=found.retry_after_s,
            new_chat_id=found.new_chat_id,
        )


class _ReplyGone(Exception):
    """The message to reply to was deleted: a definite refusal, so it is sent without the reply."""


def _chat(target: Target) -> int | str:
    if target.chat_id is None:
        raise SendError(f"target {target.id!r} has no chat_id", fault=SendFault.UNREACHABLE)
    number = target.chat_id.lstrip("-")
    return int(target.chat_id) if number.isascii() and number.isdigit() else target.chat_id


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [[_button(label, action) for label, action in row] for row in message.buttons]
    )


def _button(label: str, action: str) -> InlineKeyboardButton:
    if action.startswith(("https://", "http://")):
        return InlineKeyboardButton(label, url=action)
    return InlineKeyboardButton(label, callback_data=action)
