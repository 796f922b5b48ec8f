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
    from watcher.ops.examining import examine
    from watcher.ops.health import Condition, Health, diagnose
    from watcher.ops.heartbeat import read_heartbeat
    from watcher.store.lock import holder

    running, beat = holder(ctx.state_dir), read_heartbeat(ctx.state_dir)
    if running is None or beat is None:
        return diagnose(holder=running, beat=beat, unattempted_s=None, sending_s=None)
    try:
        with ctx.read_store() as store:
            return examine(holder=running, beat=beat, outbox=store, now=datetime.now(UTC))
    except StoreError as error:
        return Health(condition=Condition.UNWELL, reasons=(str(error),))
