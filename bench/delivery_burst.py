"""200 alerts at once to two chats and a group: how long, how paced, and whether a 429 was provoked.

    python -m bench.delivery_burst [--alerts 200] [--scale 20]

The whole way: SQLite outbox, courier, python-telegram-bot, HTTP, and a stand-in that enforces the
service's flood limits on the same scaled clock. Times are printed in the outbox's own seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.app.clock import SystemClock
from watcher.core.deciding import Runtime
from watcher.core.model import (
    AlertContent,
    AlertKind,
    Delivery,
    DeliveryKind,
    Target,
    TopicTag,
    alert_key,
)
from watcher.delivery import Courier
from watcher.demo.botapi import BotApi
from watcher.sinks.telegram import TelegramSink
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.demo.botapi import Sent
    from watcher.protocols import Event

TARGETS = (
    Target(id="first chat", sink="telegram", chat_id="41"),
    Target(id="second chat", sink="telegram", chat_id="42"),
    Target(id="group", sink="telegram", chat_id="-100", group=True),
)


class Silent:
    """An observer that takes no note."""

    def observe(self, event: Event) -> None:
        """Nothing."""


def rows(count: int, clock: SystemClock) -> list[Delivery]:
    """One alert per story and target, all due now."""
    now = clock.now()
    content = AlertContent(
        alert_id="",
        story_id="",
        entry_id="",
        kind=AlertKind.NEW_STORY,
        topics=(TopicTag(id="aes", name="AES", score=80.0, why="Sahel state (Mali) × leaving"),),
        headline="",
        url="https://outlet.example/story",
        outlet="Sahel Courier",
        language="en",
        summary="The step was announced on Sunday. Reactions are awaited.",
        published_at=now,
        first_seen_at=now,
    )
    return [
        Delivery(
            kind=DeliveryKind.ALERT,
            target_id=target.id,
            content=replace(content, story_id=f"s-{number}", headline=f"Story number {number}"),
            due_at=now,
            created_at=now,
            dedupe_key=alert_key(f"s-{number}", target.id),
            story_id=f"s-{number}",
        )
        for number in range(count)
        for target in TARGETS
    ]


async def burst(count: int, scale: float) -> int:
    """Run it; returns the number of 429s."""
    clock = SystemClock(scale)
    runtime = Runtime(
        feeds={},
        profiles={},
        matcher=None,  # type: ignore[arg-type]
        targets={target.id: target for target in TARGETS},
    )
    with tempfile.TemporaryDirectory() as folder, BotApi(limits=True, monotonic=clock.monotonic) as api:
        api.add_chat("-100", "supergroup")
        store = await SqliteStore.open(Path(folder) / "watcher.db")
        sink = TelegramSink(api.token, base_url=api.base_url)
        courier = Courier(
            store=store,
            sinks={"telegram": sink},
            clock=clock,
            observer=Silent(),
            runtime=lambda: runtime,
            jitter=lambda: 0.5,
        )
        await store.enqueue(rows(count, clock))
        began, cpu = clock.monotonic(), time.process_time()
        while len(api.sent) < count * len(TARGETS):
            await clock.sleep(min(await courier.drain(), 5.0))
        took = clock.monotonic() - began
        print(f"{count} alerts to {len(TARGETS)} targets: {took:.0f} s (clock x{scale:g})")
        for target in TARGETS:
            report(target, [message for message in api.sent if message.chat_id == target.chat_id], began)
        spent = time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"CPU {1000 * spent / len(api.sent):.1f} ms a message, stand-in included; peak {peak:.0f} MiB")
        refused = sum(call.status == 429 for call in api.calls)
        print(f"429 provoked: {refused}")
        await courier.stop()
        await sink.aclose()
        await store.aclose()
    return refused


def report(target: Target, sent: Sequence[Sent], began: float) -> None:
    """What one chat saw."""
    times = [message.at for message in sent]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    busiest = max(sum(start <= at < start + 60.0 for at in times) for start in times)
    in_order = [message.text for message in sent] == sorted(
        (message.text for message in sent), key=lambda text: int(text.split("number ")[1].split()[0])
    )
    print(
        f"  {target.id:12} {len(sent)} messages in {times[-1] - began:.0f} s, closest {min(gaps):.2f} s apart,"
        f" at most {busiest} in a minute, in order: {in_order}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alerts", type=int, default=200)
    parser.add_argument("--scale", type=float, default=20.0, help="how fast the outbox's clock runs")
    options = parser.parse_args()
    raise SystemExit(1 if asyncio.run(burst(options.alerts, options.scale)) else 0)


if __name__ == "__main__":
    main()
