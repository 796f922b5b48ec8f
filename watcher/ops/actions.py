"""The actions of protocols.Control that change nothing but the store.

The same function serves the running watcher and a command that acts alone; "reload" and "poll" belong to
a running watcher and are answered by the service.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.core.model import Mute
from watcher.protocols import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.protocols import Store

PAUSED_KEY = "paused_since"  # fact: ISO time since when no polls are started, "" = not paused
MUTE_KINDS = ("topic", "outlet", "story")


async def act_on_store(store: Store, action: str, args: Mapping[str, str], now: datetime) -> Answer:
    """Carry out one action.

    Args:
        store: to act on.
        action: "outbox retry", "outbox drop" (id) · "mute" (kind, value, until, by), "unmute" (kind, value)
            · "pause", "resume". Others are answered with ok=False.
        args: as named above; `until` is an ISO time with its zone, or absent for "until unmuted".
        now: aware UTC.

    Raises:
        StoreUnavailable: it could not be carried out now.
    """
    match action:
        case "outbox retry" | "outbox drop":
            return await _outbox(store, action, args, now)
        case "mute" | "unmute":
            return await _mute(store, action, args, now)
        case "pause":
            since = await store.get_value(PAUSED_KEY)
            await store.set_value(PAUSED_KEY, since or now.isoformat())
            return Answer(ok=True, text="Paused: no feeds are polled until `resume`.")
        case "resume":
            await store.set_value(PAUSED_KEY, "")
            return Answer(ok=True, text="Polling again.")
        case "reload" | "poll":
            return Answer(ok=False, text=f"No watcher is running: nothing to {action}.")
        case _:
            return Answer(ok=False, text=f"unknown action {action!r}")


async def _outbox(store: Store, action: str, args: Mapping[str, str], now: datetime) -> Answer:
    text = args.get("id", "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return Answer(ok=False, text=f"{text!r} is no delivery's id: `watcher outbox` lists them")
    if action == "outbox retry":
        done = await store.requeue(int(text), now)
        return Answer(
            ok=done,
            text=f"Delivery {text} will be sent again."
            if done
            else f"Delivery {text} was left as it is: only dead, expired and held ones can be retried.",
        )
    done = await store.drop(int(text), now)
    return Answer(
        ok=done,
        text=f"Delivery {text} was dropped."
        if done
        else f"Delivery {text} was left as it is: it was delivered, is being sent, or does not exist.",
    )


async def _mute(store: Store, action: str, args: Mapping[str, str], now: datetime) -> Answer:
    kind, value = args.get("kind", ""), args.get("value", "")
    if kind not in MUTE_KINDS or not value:
        return Answer(
            ok=False, text=f"mute one of {', '.join(MUTE_KINDS)}, by its name; got {kind!r} {value!r}"
        )
    if action == "unmute":
        done = await store.unmute(kind, value)
        return Answer(ok=True, text=f"{kind} {value}: " + ("no longer muted." if done else "was not muted."))
    until = None
    if args.get("until"):
        try:
            until = datetime.fromisoformat(args["until"])
        except ValueError:
            return Answer(ok=False, text=f"{args['until']!r} is no time: write 2026-05-04T18:00+00:00")
        if until.tzinfo is None:
            return Answer(ok=False, text=f"{args['until']!r} has no time zone: write 2026-05-04T18:00+00:00")
        until = until.astimezone(UTC)
    await store.mute(Mute(kind=kind, value=value, until=until, created_at=now, by=args.get("by", "")))
    ends = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "until unmuted"
    return Answer(ok=True, text=f"{kind} {value}: muted {ends}.")
