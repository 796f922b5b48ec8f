"""Telegram's updates as our records; what must be ignored (B1) is None here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Message

from watcher.bot.records import Press, Said

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Update, User


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
        chat_id=str(query.message.chat_id),
        thread_id=_thread(query.message),
        message_id=str(query.message.message_id),
        user_id=query.from_user.id,
        user_name=_name(query.from_user),
        data=query.data,
    )


def read_said(update: Update, *, not_before: datetime) -> Said | None:
    """A command written now by a person as themselves.

    Channel posts, edited and forwarded messages, anonymous admins, other bots and what was written before
    `not_before` are ignored.
    """
    message, user = update.message, update.effective_user
    if message is None or user is None or not message.text or not message.text.startswith("/"):
        return None
    if user.is_bot or message.sender_chat or message.forward_origin or message.via_bot:
        return None
    if message.date < not_before:
        return None
    first, _, words = message.text.partition(" ")
    return Said(
        chat_id=str(message.chat_id),
        thread_id=_thread(message),
        message_id=str(message.message_id),
        user_id=user.id,
        user_name=_name(user),
        private=message.chat.type == "private",
        name=first[1:].partition("@")[0].lower(),
        words=" ".join(words.split())[:500],
        replied_data=_data(message.reply_to_message),
    )


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _name(user: User) -> str:
    return user.username or user.full_name


def _data(message: Message | None) -> tuple[str, ...]:
    if message is None or message.reply_markup is None:
        return ()
    rows = message.reply_markup.inline_keyboard
    return tuple([str(button.callback_data) for row in rows for button in row if button.callback_data])
