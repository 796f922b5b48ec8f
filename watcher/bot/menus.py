"""The menus of commands that Telegram shows: everybody's in each language, and the longer ones of admins."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeChatMember
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
    groups = {target.chat_id for target in targets if target.sink == "telegram" and target.chat_id}
    groups = {chat for chat in groups if chat.startswith(("-", "@"))}
    for language in languages():
        code = None if language == FALLBACK else language
        await bot.set_my_commands(_menu(language, admin=False), language_code=code)
        menu = _menu(language, admin=True)
        for admin in admins:
            scopes = [
                BotCommandScopeChat(admin),
                *(BotCommandScopeChatMember(chat, admin) for chat in sorted(groups)),
            ]
            for scope in scopes:
                with contextlib.suppress(BadRequest, Forbidden):
                    await bot.set_my_commands(menu, scope=scope, language_code=code)


def _menu(language: str, *, admin: bool) -> list[BotCommand]:
    answers = texts(language).answers
    return [BotCommand(name, answers[f"help {name}"]) for name in names_for(admin=admin)]
