"""`watcher health`: is the running watcher well? For people, supervisors and container health checks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.ops.health import Health


@click.command("health")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(ctx: CliContext, *, as_json: bool) -> None:
    """Exit 0 when the running watcher is well, 1 when it is not.

    Not well: the loop does not tick, no poll cycle ended within three intervals, or a due delivery was not
    attempted for five minutes. Waiting for quiet hours, pacing or an absent Telegram is no fault; when all
    feeds fail, the watcher is "degraded", exit 0.
    """
    from watcher.cli.output import emit_json
    from watcher.errors import ExitCode
    from watcher.ops.health import Condition

    health = look(ctx)
    if as_json:
        emit_json({"condition": health.condition.value, "reasons": list(health.reasons)})
    else:
        click.echo(f"{health.condition.value}: {'; '.join(health.reasons)}")
    if health.condition is Condition.UNWELL:
        raise SystemExit(ExitCode.FINDING)


def look(ctx: CliContext) -> Health:
    """Gather the facts and judge them."""
    from watcher.errors import StoreError
    from watcher.ops.health import Condition, Health, diagnose
    from watcher.ops.heartbeat import read_heartbeat
    from watcher.store.lock import holder

    running, beat = holder(ctx.state_dir), read_heartbeat(ctx.state_dir)
    if running is None or beat is None:
        return diagnose(holder=running, beat=beat, unattempted_s=None, sending_s=None)
    now = datetime.now(UTC)
    try:
        with ctx.read_store() as store:
            overdue_at = overdue_since(
                store.next_due_delivery_at(), store.last_attempt_at(), datetime.fromisoformat(beat.started_at)
            )
            sending_at = store.sending_since()
    except StoreError as error:
        return Health(condition=Condition.UNWELL, reasons=(str(error),))
    return diagnose(
        holder=running,
        beat=beat,
        unattempted_s=None if overdue_at is None else (now - overdue_at).total_seconds(),
        sending_s=None if sending_at is None else (now - sending_at).total_seconds(),
    )


def overdue_since(
    due_at: datetime | None, last_attempt_at: datetime | None, started_at: datetime | None
) -> datetime | None:
    """Since when a row waits without any attempt being made; a time to come when it is not due yet."""
    if due_at is None:
        return None
    return max(at for at in (due_at, last_attempt_at, started_at) if at is not None)
