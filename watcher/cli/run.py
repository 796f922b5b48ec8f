"""`watcher run`: the main job."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from watcher.errors import TokenRefused

if TYPE_CHECKING:
    from watcher.cli.context import CliContext


@click.command("run")
@click.option("--once", is_flag=True, help="Poll what is due, deliver what is due, and end.")
@click.option("--dry-run", is_flag=True, help="Alerts go to the console although a token is set.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="How log lines are written. Default: log.format of watcher.yaml.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="The least that is logged. Default: log.level of watcher.yaml.",
)
@click.pass_obj
def command(
    ctx: CliContext, *, once: bool, dry_run: bool, log_format: str | None, log_level: str | None
) -> None:
    """Watch the feeds and send alerts until stopped (Ctrl-C or SIGTERM).

    Without TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID alerts go to the console, drawn as they will look in
    Telegram. The first poll of every feed is silent: its backlog is recorded, and one message says
    what is watched and what the last 24 hours held.

    \b
    watcher run
    watcher run --once --dry-run
    watcher --config /etc/watcher --state /var/lib/watcher run --log-format json
    """
    from watcher.ops.logs import LogObserver, configure_logging
    from watcher.store.lock import refuse_second

    refuse_second(ctx.state_dir)  # told before the configuration is read: within 3 s on any machine (L3)
    loaded = ctx.load()
    log = loaded.settings.log
    configure_logging(form=log_format or log.format, level=log_level or log.level)
    for warning in loaded.warnings:
        click.echo(f"note: {warning}", err=True)

    async def watch() -> None:
        from watcher.app.composing import compose

        async with compose(
            loaded,
            reload=ctx.load,
            state_dir=ctx.state_dir,
            observer=LogObserver(for_a_person=sys.stderr.isatty()),
            dry_run=dry_run,
        ) as service:
            await (service.run_once() if once else service.run())

    try:
        asyncio.run(watch())
    except TokenRefused as error:
        advice = "ask https://t.me/BotFather for the right one, then: watcher telegram test"
        raise TokenRefused(f"Telegram refuses the token ({error}): {advice}") from error
