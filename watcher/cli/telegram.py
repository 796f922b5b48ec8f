"""`watcher telegram`: whose the token is, which chats wrote to the bot, and whether messages arrive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.core.model import Target
    from watcher.errors import SendError
    from watcher.sinks.telegram import Identity, SeenChat, TelegramSink

BLOCKED = "Is there a network? Where Telegram is blocked: telegram.proxy in watcher.yaml"
CHAT_COLUMNS = ("chat_id", "type", "title")


@click.group("telegram")
def command() -> None:
    """Find your chat id, and see that messages arrive."""


@command.command("whoami", short_help="Show whose the token is, and the ids of its chats.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def whoami(ctx: CliContext, *, as_json: bool) -> None:
    """Whose the token is, and the ids of chats that wrote to the bot lately.

    Write anything to your bot (or add it to your group) first; then put the id shown here into
    TELEGRAM_CHAT_ID or a target's `chat`.
    """
    from watcher.cli.output import emit, emit_json

    identity, chats = asyncio.run(_ask(ctx.load()))
    rows = [{"chat_id": chat.chat_id, "type": chat.type, "title": chat.title} for chat in chats]
    if as_json:
        emit_json({"id": identity.id, "name": identity.name, "username": identity.username, "chats": rows})
        return
    click.echo(f"The token is good: it is {identity.name}, @{identity.username}.")
    if rows:
        emit(rows, CHAT_COLUMNS, title="Chats that wrote to it lately")
    else:
        click.echo(
            f"No chat wrote to it in the last 24 hours. Open https://t.me/{identity.username}, press Start or"
            " write anything (in a group: add the bot and write /start), and run this again."
        )


@command.command("test")
@click.argument("targets", nargs=-1)
@click.pass_obj
def test(ctx: CliContext, targets: tuple[str, ...]) -> None:
    """Send a test message to each target, or to the TARGETS named.

    \b
    watcher telegram test
    watcher telegram test desk
    """
    import watcher.config as configuration
    from watcher.errors import ConfigError

    loaded = ctx.load()
    known = configuration.targets(loaded)
    unknown = [name for name in targets if name not in known]
    if unknown:
        raise ConfigError([f"no such target: {name}; configured: {', '.join(known)}" for name in unknown])
    chosen = [target for name, target in known.items() if not targets or name in targets]
    failures = asyncio.run(_test(loaded, chosen))
    if failures:
        raise click.exceptions.Exit(1)


def _sink(loaded: Loaded) -> TelegramSink:
    """The sender as the configuration has it.

    Raises:
        ConfigError: there is no token.
    """
    from watcher.errors import ConfigError
    from watcher.sinks.redaction import guard_logging
    from watcher.sinks.telegram import TelegramSink

    token = loaded.environment.token
    if not token:
        raise ConfigError(
            ["TELEGRAM_BOT_TOKEN is not set: get a token from https://t.me/BotFather and export it"]
        )
    guard_logging(token)
    settings = loaded.settings.telegram
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    return TelegramSink(token, base_url=settings.base_url, proxy=proxy)


async def _ask(loaded: Loaded) -> tuple[Identity, Sequence[SeenChat]]:
    from watcher.errors import SendError

    sink = _sink(loaded)
    try:
        return await sink.whoami(), await sink.seen_chats()
    except SendError as error:
        raise _fatal(error) from error
    finally:
        await sink.aclose()


async def _test(loaded: Loaded, targets: Sequence[Target]) -> int:
    """Send to each target; returns how many failed."""
    from watcher.core.model import NoticeContent, NoticeKind
    from watcher.core.rendering import render_notice
    from watcher.errors import SendError, SendFault
    from watcher.sinks.console import ConsoleSink

    telegram = _sink(loaded) if any(target.sink == "telegram" for target in targets) else None
    failed = 0
    try:
        for target in targets:
            sink = telegram if target.sink == "telegram" and telegram else ConsoleSink()
            message = render_notice(NoticeContent(kind=NoticeKind.TEST, facts={"target": target.id}), target)
            try:
                await sink.send(target, message)
            except SendError as error:
                if error.fault is SendFault.TOKEN_REFUSED:
                    raise _fatal(error) from error
                failed += 1
                click.echo(f"{target.id}: not sent: {error}. {_advice(error, target)}".rstrip(), err=True)
            else:
                where = f"chat {target.chat_id}" if target.chat_id else "the console"
                click.echo(f"{target.id}: sent to {where}")
    finally:
        if telegram is not None:
            await telegram.aclose()
    return failed


def _fatal(error: SendError) -> Exception:
    from watcher.errors import SendError, SendFault, TokenRefused

    if error.fault is SendFault.TOKEN_REFUSED:
        return TokenRefused(f"Telegram refuses the token ({error}): ask https://t.me/BotFather for a new one")
    if error.fault in (SendFault.UNSENT, SendFault.AWAY, SendFault.AMBIGUOUS):
        return SendError(f"Telegram cannot be reached ({error}). {BLOCKED}", fault=error.fault)
    return error


def _advice(error: SendError, target: Target) -> str:
    from watcher.errors import SendFault

    if error.fault is SendFault.MIGRATED:
        return f"The group has a new id: {error.new_chat_id}; put it in the place of {target.chat_id}"
    if error.fault is SendFault.UNREACHABLE:
        return "Is the bot in the chat, may it write there, and is the id right (watcher telegram whoami)?"
    if error.fault in (SendFault.UNSENT, SendFault.AWAY, SendFault.AMBIGUOUS):
        return BLOCKED
    return ""
