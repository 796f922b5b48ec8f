"""Rehearse crashes: a real `watcher run`, killed at random moments, while numbered items are published.

Counts what a user would: items never told of, told of twice, told of twice without saying so.
`bench/crash.py` runs the long form, `test_crash.py` the short one.
"""

from __future__ import annotations

import random
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.core.model import DeliveryKind, DeliveryState
from watcher.demo.botapi import BotApi, Fault
from watcher.demo.feedserver import FeedServer, Item
from watcher.store.reading import ReadStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.harness import Running
    from watcher.demo.feedserver import ServedFeed

FEED_COUNT = 4
FROZEN_S = 2.0
PATIENCE_S = 90.0  # with a machine that is busy with other things
TOPIC = """\
id: drill
name: Drill
threshold: 50
concepts:
  beacon:
    members:
{members}
patterns: [{{name: beacon, score: 80, needs: [beacon]}}]
"""
MEMBER_COUNT = 1000  # each item names a member of its own, so that each opens a story
WATCHER_YAML = """\
polling: {{interval: {interval}, max_interval: {interval}}}
alerts:
  edit_delay: 0s
  edit_interval: 1s
  flood: {{per_feed: 1000, per_topic_hour: 100000}}
telegram: {{base_url: {base_url}}}
targets: [{{id: chat, chat: "{chat}", max_alerts_per_hour: 1000}}]
testing: {{min_interval: 1s, lift_host_limits: true, clock_scale: {scale}, allow_private: [{allowed}]}}
"""
FAULTS = (
    Fault(action="accepted_hung_up"),
    Fault(action="accepted_reset"),
    Fault(action="accepted_broken"),
    Fault(action="hung_up"),
    Fault(action="error_500"),
    Fault(action="error_502"),
    Fault(action="too_many", seconds=1),
    Fault(action="slow", seconds=0.5),
)
SYLLABLES = [a + b for a in "bdfghklmnprstvwz" for b in "aeiou"]
NUMBER = re.compile(r"drill(\d+)n")


@dataclass(slots=True)
class Tally:
    """What came of it."""

    ends: int = 0  # kills or terminations
    ambiguous: int = 0  # calls the service took without answering
    published: int = 0
    under_fire: int = 0  # sends the service saw before the last, peaceful run
    lost: list[int] = field(default_factory=list)
    doubled: int = 0  # messages beyond an item's first
    unmarked: int = 0  # of those, without the mark or with a sound
    bad_exits: int = 0  # a termination that did not end with 0 in time
    broken: list[str] = field(default_factory=list)  # other promises, in words
    seconds: float = 0.0
    note: str = ""  # a further figure, in words

    def __str__(self) -> str:
        return (
            f"{self.ends} ends, {self.published} items, {self.under_fire} sends amid them: lost {len(self.lost)}, doubled {self.doubled}"
            f" (unmarked {self.unmarked}), calls taken without an answer {self.ambiguous},"
            f" bad exits {self.bad_exits}; {self.seconds:.0f} s"
            + (f"; {self.note}" if self.note else "")
            + "".join(f"; BROKEN: {what}" for what in self.broken)
        )

    def promise(self, kept: bool, what: str) -> None:
        """Note what was not as it must be."""
        if not kept:
            self.broken.append(what)


class Rehearsal:
    """One watcher, its feeds and its chat.

    Args:
        directory: for configuration and state.
        source: of all chance.
        faults: share of sends that meet a fault, 0–1.
        latency_s: of every call to the service.
        scale: how fast the watcher's clock runs.
        interval_s: real seconds between two polls of a feed.
        members: how many items can be published at most, each with a word of its own.
    """

    def __init__(
        self,
        directory: Path,
        source: random.Random,
        *,
        faults: float = 0.0,
        latency_s: float = 0.0,
        scale: float = 1.0,
        interval_s: float = 1.0,
        members: int = MEMBER_COUNT,
    ) -> None:
        self.source, self.scale, self.interval_s = source, scale, interval_s
        self.ahead = timedelta()  # of the watcher's clock
        self.api = BotApi(token=TOKEN, latency_s=latency_s)
        self.api.add_chat(CHAT)
        self.server = FeedServer()
        self.site = Site(directory, base_url=self.api.url)
        self.feeds: list[ServedFeed] = [self.server.feed(f"feed-{n}") for n in range(FEED_COUNT)]
        self.published = 0
        self.words = ["".join(self.source.choices(SYLLABLES, k=5)) for _ in range(members)]
        self._faults = faults
        self._configure()

    def close(self) -> None:
        """Stop the servers."""
        self.server.close()
        self.api.close()

    def publish(self) -> None:
        """One more numbered item, unlike any other, in a feed drawn by lot."""
        words = " ".join("".join(self.source.choices(SYLLABLES, k=4)) for _ in range(5))
        title = f"{self.words[self.published]} {words} drill{self.published}n"
        at = datetime.now(UTC) + self.ahead - timedelta(seconds=30)
        feed = self.source.choice(self.feeds)
        feed.publish(Item(title=title, link=f"https://a.example/{self.published}", published_at=at))
        self.published += 1

    def run(self, ends: int, end: Callable[[Running], bool], longest_s: float) -> Tally:
        """Start and end the watcher so many times at random moments, then let it finish in peace."""
        began = time.monotonic()
        tally = Tally()
        with self.site.running() as run:
            self.wait_polled(run, 1)
            wait_until(lambda: self.api.sent, "the first run was told of", PATIENCE_S)
            run.terminate()
        self.api.faults.chaos(self._faults, FAULTS, self.source.randrange(1000))
        for _ in range(ends):
            with self.site.running() as run:
                if self.source.random() < 0.8:  # else it may be met while it starts
                    wait_until(lambda run=run: run.events("start"), "it started", PATIENCE_S)
                self._publish_for(self.source.uniform(0.0, longest_s))
                tally.bad_exits += not end(run)
            tally.ends += 1
        tally.under_fire = sum(call.method == "sendMessage" for call in self.api.calls)
        self.api.faults.clear()
        with self.site.running() as run:
            self.wait_polled(run, 2)
            wait_until(lambda: not self.waiting(), "the outbox is empty", 600.0)
            tally.bad_exits += run.terminate() != 0
        self.count(tally)
        tally.seconds = time.monotonic() - began
        return tally

    def outage(self, items: int, away_s: float) -> tuple[Tally, float]:
        """The service is away while items are published; returns what came of it and how long after
        its return the last message arrived, in the watcher's own seconds."""
        began = time.monotonic()
        tally = Tally()
        with self.site.running() as run:
            self.wait_polled(run, 1)
            wait_until(lambda: self.api.sent, "the first run was told of", PATIENCE_S)
            self.api.refuse()
            for _ in range(items):
                self.publish()
                time.sleep(away_s / self.scale / items / 2)  # the outage itself: it has to last
            time.sleep(away_s / self.scale / 2)
            self.api.accept()
            back = time.monotonic()
            wait_until(lambda: not self.waiting(), "the outbox is empty", 120.0)
            late_s = (time.monotonic() - back) * self.scale
            tally.bad_exits += run.terminate() != 0
        self.count(tally)
        tally.seconds = time.monotonic() - began
        return tally, late_s

    def in_order(self) -> bool:
        """Whether the chat got its alerts in the order they were queued."""
        with ReadStore(self.site.state / "watcher.db") as store:
            rows = store.deliveries(states=[DeliveryState.DELIVERED], limit=10_000)
        alerts = sorted((row for row in rows if row.kind is DeliveryKind.ALERT), key=lambda row: row.id or 0)
        receipts = [int(row.receipt or 0) for row in alerts]
        return receipts == sorted(receipts)

    def _configure(self) -> None:
        for feed in self.feeds:
            self.site.add_feed(feed.title, feed.url)
        self.site.write()
        allowed = ", ".join(f'"{feed.host_port}"' for feed in self.feeds)
        interval = f"{max(1, round(self.interval_s * self.scale))}s"
        text = WATCHER_YAML.format(
            base_url=self.api.url, chat=CHAT, allowed=allowed, scale=self.scale, interval=interval
        )
        (self.site.config / "watcher.yaml").write_text(text, encoding="utf-8")
        members = "\n".join(f"      m{n}: {{en: [{word}]}}" for n, word in enumerate(self.words))
        for path in (self.site.config / "topics").glob("*.yaml"):
            path.unlink()
        (self.site.config / "topics" / "drill.yaml").write_text(
            TOPIC.format(members=members), encoding="utf-8"
        )

    def wait_polled(self, run: Running, times: int) -> None:
        """Until each feed was polled so often."""
        names = [feed.title for feed in self.feeds]
        wait_until(
            lambda: run.process.poll() is not None or all(run.polled(name, times) for name in names),
            f"every feed was polled {times} times",
            PATIENCE_S,
        )
        assert run.process.poll() is None, run.err

    def _publish_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self.source.uniform(0.2, 1.0)))  # the rhythm is what is rehearsed
            if self.source.random() < 0.5:
                self.publish()
            if self._faults and self.source.random() < 0.1:
                self.api.refuse()
                time.sleep(0.5)  # nobody listens for a while
                self.api.accept()

    def waiting(self) -> bool:
        """Whether the outbox holds something that is not delivered."""
        return self._any(DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)

    def sending(self) -> bool:
        """Whether something is marked as being sent."""
        return self._any(DeliveryState.SENDING)

    def queued(self) -> int:
        """Alerts that were ever queued."""
        with ReadStore(self.site.state / "watcher.db") as store:
            return sum(row.kind is DeliveryKind.ALERT for row in store.deliveries(limit=10_000))

    def _any(self, *states: DeliveryState) -> bool:
        with ReadStore(self.site.state / "watcher.db") as store:
            return bool(store.deliveries(states=states, limit=1))

    def asked(self) -> int:
        """Polls the feeds have seen."""
        return sum(len(feed.requests) for feed in self.feeds)

    def count(self, tally: Tally) -> None:
        """Fill in what the chat saw."""
        tally.published = self.published
        tally.ambiguous += sum(call.fault.startswith("accepted_") for call in self.api.calls)
        told: Counter[int] = Counter()
        for message in self.api.sent:
            for number in {int(found) for found in NUMBER.findall(message.text)}:
                if told[number]:
                    tally.doubled += 1
                    tally.unmarked += "possible repeat" not in message.text or not message.silent
                told[number] += 1
        tally.lost = self.untold()

    def untold(self) -> list[int]:
        """Numbers of items that are in no message."""
        told = {int(found) for message in self.api.sent for found in NUMBER.findall(message.text)}
        return [number for number in range(self.published) if number not in told]


def kill(run: Running) -> bool:
    """SIGKILL: nothing can be done about it."""
    run.kill()
    return True


def terminate(run: Running) -> bool:
    """SIGTERM: a graceful end, exit 0; before the watcher runs, the interpreter's own."""
    began = bool(run.events("start"))
    code = run.terminate()
    return code == 0 or (code == -signal.SIGTERM and not began)


def freeze(run: Running) -> bool:
    """SIGSTOP as a suspended machine would, then go on, then a graceful end."""
    wait_until(lambda: run.events("start"), "it started", PATIENCE_S)
    run.process.send_signal(signal.SIGSTOP)
    time.sleep(FROZEN_S)
    run.process.send_signal(signal.SIGCONT)
    time.sleep(FROZEN_S)
    return run.terminate() == 0
