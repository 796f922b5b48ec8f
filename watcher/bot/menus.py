"""The menus of commands that Telegram shows: everybody's in each language, and the longer ones of admins."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeChatMember
from telegram.error import BadRequest, Forbidden

from watcher.bot.commands import names_for
from watcher.core.rendering.catalogue import FALLBACK, languages, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from watcher.core.model import Target


async def register(bot: Bot, admins: Collection[int], targets: Iterable[Target]) -> None:
    """Tell Telegram the commands.

    An admin who never wrote to the bot, and groups an admin is not in, are refused: their menu is the general one.

    Raises:
        TelegramError: the service is away.
    """
    chats = {target.chat_id for target in targets if target.sink == "telegram" and target.chat_id}
    groups = sorted(chat for chat in chats if chat.startswith(("-", "@")))
    for_admins: list[BotCommandScope] = [
        scope
        for admin in admins
        for scope in (
            BotCommandScopeChat(admin),
            *(BotCommandScopeChatMember(group, admin) for group in groups),
        )
    ]
    for language in languages():
        code = None if language == FALLBACK else language
        for scope in (None, *for_admins):
            with contextlib.suppress(BadRequest, Forbidden):
                await bot.set_my_commands(
                    _menu(language, admin=scope is not None), scope=scope, language_code=code
                )


def _menu(language: str, *, admin: bool) -> list[BotCommand]:
    answers = texts(language).answers
    return [BotCommand(name, answers[f"help {name}"]) for name in names_for(admin=admin)]
