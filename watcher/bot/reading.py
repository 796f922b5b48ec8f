"""Telegram's updates as our records; what must be ignored (B1) is None here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from telegram import Message

from watcher.bot.records import Press, Said

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Update, User

WORDS_LENGTH = 500  # of what follows a command


def read_press(update: Update) -> Press | None:
    """A press on one of our buttons; None when there is no message or person behind it."""
    query = update.callback_query
    if (
        query is None
        or not isinstance(query.message, Message)
        or query.data is None
        or query.from_user.is_bot
    ):
        return None
    return Press(
        query_id=query.id,
        update_id=update.update_id,
        data=query.data,
        **_heard(query.message, query.from_user),
    )


def read_said(update: Update, *, not_before: datetime) -> Said | None:
    """A command written now by a person as themselves.

    Channel posts, edited and forwarded messages, anonymous admins, other bots and what was written before
    `not_before` are ignored.
    """
    message, user = update.message, update.effective_user
    if message is None or user is None or not re.match(r"/\w", message.text or ""):
        return None
    if user.is_bot or message.sender_chat or message.forward_origin or message.via_bot:
        return None
    if message.date < not_before:
        return None
    first, *rest = (message.text or "")[1:].split(maxsplit=1)
    name, _, addressed = first.partition("@")
    return Said(
        name=name.lower(),
        addressed=addressed.lower(),
        words=" ".join("".join(rest).split())[:WORDS_LENGTH],
        replied_data=_data(message.reply_to_message),
        **_heard(message, user),
    )


def _heard(message: Message, user: User) -> dict[str, Any]:
    """What Heard holds."""
    chat = message.chat
    return {
        "chat_id": str(chat.id),
        "chat_name": f"@{chat.username}" if chat.username else "",
        "thread_id": message.message_thread_id if message.is_topic_message else None,
        "message_id": str(message.message_id),
        "user_id": user.id,
        "user_name": user.full_name or user.username or "",
        "private": chat.type == "private",
        "language": user.language_code or "en",
    }


def _data(message: Message | None) -> tuple[str, ...]:
    if message is None or message.reply_markup is None:
        return ()
    rows = message.reply_markup.inline_keyboard
    return tuple([str(button.callback_data) for row in rows for button in row if button.callback_data])
