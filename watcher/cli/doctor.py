"""`watcher doctor`: looks for trouble and says what to do about it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.ops.doctor import Finding


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also ask Telegram whether it takes our token.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array, for machines.")
@click.pass_obj
def command(ctx: CliContext, *, online: bool, as_json: bool) -> None:
    """Look for trouble and say what to do about it. Exit 1 when something was found.

    Looks at the configuration, the state directory, the database (every page of it, and what its rows must
    keep), the outbox, the feeds, the clock and the running watcher. Changes nothing.
    """
    from watcher.cli.output import emit_json
    from watcher.errors import ExitCode
    from watcher.ops.doctor import Severity

    findings = [*_configuration(ctx, online=online), *_state(ctx)]
    if as_json:
        emit_json(
            [
                {"severity": f.severity.value, "subject": f.subject, "text": f.text, "advice": f.advice}
                for f in findings
            ]
        )
    else:
        for finding in findings:
            click.echo(f"{finding.severity.value:>7}  {finding.subject}: {finding.text}")
            if finding.advice:
                click.echo(f"{'':>7}  → {finding.advice}")
    if any(finding.severity is not Severity.OK for finding in findings):
        raise SystemExit(ExitCode.FINDING)


def _configuration(ctx: CliContext, *, online: bool) -> list[Finding]:
    from watcher.errors import ConfigError
    from watcher.ops.doctor import error, fine, warning

    try:
        loaded = ctx.load()
    except ConfigError as problem:
        count = len(problem.problems)
        return [error("configuration", f"{count} problems:\n{problem}", "`watcher check` shows them too")]
    found = [warning("configuration", text, "`watcher check` shows it too") for text in loaded.warnings]
    if online:
        found.append(_telegram(ctx))
    return found or [fine("configuration", f"{len(loaded.feeds.feeds)} feeds, {len(loaded.profiles)} topics")]


def _telegram(ctx: CliContext) -> Finding:
    import asyncio

    from watcher.errors import SendError, SendFault
    from watcher.ops.doctor import error, fine, warning

    loaded = ctx.load()
    token = loaded.environment.token
    if not token:
        return warning("telegram", "no token: alerts go to the console", "set TELEGRAM_BOT_TOKEN")
    from watcher.sinks.redaction import guard_logging
    from watcher.sinks.telegram import TelegramSink

    guard_logging(token)
    settings = loaded.settings.telegram

    async def ask() -> str:
        sink = TelegramSink(
            token,
            base_url=settings.base_url,
            proxy=settings.proxy.get_secret_value() if settings.proxy else None,
        )
        try:
            return (await sink.whoami()).username
        finally:
            await sink.aclose()

    try:
        return fine("telegram", f"answers; the bot is @{asyncio.run(ask())}")
    except SendError as failure:
        if failure.fault is SendFault.TOKEN_REFUSED:
            return error("telegram", "does not take the token", "ask @BotFather for the right one")
        return error(
            "telegram",
            f"cannot be reached: {failure}",
            "check network and proxy; alerts wait in the outbox and are sent when it answers",
        )


def _state(ctx: CliContext) -> list[Finding]:
    from watcher.core.model import DeliveryState
    from watcher.errors import StoreError
    from watcher.ops.doctor import (
        check_clock,
        check_feeds,
        check_outbox,
        check_state_directory,
        error,
        fine,
    )
    from watcher.ops.examining import overdue_since

    now = datetime.now(UTC)
    undelivered = [state for state in DeliveryState if state is not DeliveryState.DELIVERED]
    found = check_state_directory(ctx.state_dir, ctx.database)
    if not ctx.database.exists():
        return [
            *found,
            fine("database", f"{ctx.database}: none yet; `watcher run` makes it"),
            check_clock(None, now),
        ]
    try:
        with ctx.read_store() as store:
            problems = store.problems()
            states = store.feed_states()
            rows = store.deliveries(states=undelivered, limit=10_000)
            targets = store.target_states()
            due_at, attempt_at = store.next_due_delivery_at(), store.last_attempt_at()
    except StoreError as problem:
        advice = "`watcher restore FILE` puts a backup in its place"
        if not os.access(ctx.database, os.R_OK | os.W_OK):
            advice = "look again when the permissions are right"
        return [*found, error("database", str(problem), advice)]
    found += [
        error("database", problem, "back it up as it is, then restore a backup; tell the makers")
        for problem in problems
    ] or [fine("database", f"{ctx.database}: {ctx.database.stat().st_size / 2**20:.1f} MiB, sound")]
    latest = max((s.last_poll_at for s in states if s.last_poll_at), default=None)
    return [
        *found,
        check_clock(latest, now),
        *check_feeds(states, now),
        *check_outbox(rows, targets, overdue_since(due_at, attempt_at, None), now),
        _running(ctx),
    ]


def _running(ctx: CliContext) -> Finding:
    from watcher.cli.health import look
    from watcher.ops.doctor import error, fine, warning
    from watcher.ops.health import Condition
    from watcher.store.lock import holder

    if holder(ctx.state_dir) is None:
        return warning("watcher", "is not running", "start `watcher run`")
    health = look(ctx)
    reasons = "; ".join(health.reasons)
    if health.condition is Condition.WELL:
        return fine("watcher", reasons)
    if health.condition is Condition.DEGRADED:
        return warning("watcher", reasons, "it goes on by itself when the cause ends")
    return error("watcher", reasons, "look at its log; restart it if that names no cause")
