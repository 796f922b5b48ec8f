"""`watcher outbox`: deliveries that wait or failed, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import COUNT

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.core.model import Delivery

COLUMNS = ("id", "state", "kind", "target", "due_at", "attempts", "what", "reason")
OPEN = ("pending", "sending", "ambiguous", "dead", "expired")


@click.group("outbox", invoke_without_command=True)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([*OPEN, "delivered"]),
    help="Only these states; may be repeated. Default: all but delivered.",
)
@click.option("--all", "show_all", is_flag=True, help="Delivered ones too.")
@click.option("--limit", type=COUNT, default=100, show_default=True, help="At most so many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="All fields, for machines.")
@click.pass_context
def command(
    click_ctx: click.Context, *, states: tuple[str, ...], show_all: bool, limit: int, as_json: bool
) -> None:
    """Deliveries: what waits, what failed and why. `retry ID` and `drop ID` work while the watcher runs.

    \b
    watcher outbox --state dead
    watcher outbox retry 12
    """
    if click_ctx.invoked_subcommand is not None:
        return
    from watcher.cli.output import emit
    from watcher.core.model import DeliveryState

    ctx: CliContext = click_ctx.obj
    wanted = None if show_all else [DeliveryState(state) for state in states or OPEN]
    with ctx.read_store() as store:
        rows = store.deliveries(states=wanted, limit=limit)
    emit([_row(row) for row in rows], COLUMNS, as_json=as_json)


@command.command("retry")
@click.argument("delivery", type=int)
@click.pass_obj
def retry(ctx: CliContext, delivery: int) -> None:
    """Send a dead, expired or held delivery again."""
    _act(ctx, "outbox retry", delivery)


@command.command("drop")
@click.argument("delivery", type=int)
@click.pass_obj
def drop(ctx: CliContext, delivery: int) -> None:
    """Give up a delivery that was not delivered yet."""
    _act(ctx, "outbox drop", delivery)


def _act(ctx: CliContext, action: str, delivery: int) -> None:
    from watcher.cli.acting import act

    answer = act(ctx, action, {"id": str(delivery)})
    click.echo(answer.text)
    if not answer.ok:
        raise SystemExit(1)


def _row(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state.value,
        "kind": row.kind.value,
        "target": row.target_id,
        "due_at": row.due_at,
        "created_at": row.created_at,
        "attempts": row.attempt_count,
        "what": _what(row),
        "reason": row.reason,
        "story": row.story_id,
        "possible_repeat": row.possible_repeat,
        "started_at": row.started_at,
        "delivered_at": row.delivered_at,
        "message_id": row.receipt,
        "dedupe_key": row.dedupe_key,
        "text": row.sent_text,
    }


def _what(row: Delivery) -> str:
    from watcher.core.model import AlertContent, DigestContent, NoticeContent

    content = row.content
    if isinstance(content, AlertContent):
        return content.headline
    if isinstance(content, DigestContent):
        return f"{len(content.lines)} lines ({content.reason})"
    if isinstance(content, NoticeContent):
        return content.kind.value
    return f"of {content.story_id}"
