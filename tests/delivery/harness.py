"""A courier with fakes around it, and rows to deliver."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.clock import FakeClock
from tests.fakes.sinks import FakeSink
from tests.fakes.store import MemoryStore
from watcher.core.deciding import Runtime
from watcher.core.model import (
    AlertContent,
    AlertKind,
    Delivery,
    DeliveryKind,
    DeliveryPolicy,
    DeliveryState,
    DigestContent,
    DigestLine,
    EditContent,
    NoticeContent,
    NoticeKind,
    Target,
    TopicTag,
    alert_key,
    edit_key,
)
from watcher.delivery import Courier

if TYPE_CHECKING:
    from watcher.protocols import Event, Sink, Store

DESK = Target(id="desk", sink="telegram", chat_id="42")
ROOM = Target(id="room", sink="telegram", chat_id="-100", group=True)
OPS = Target(id="ops", sink="telegram", chat_id="43", ops=True)


@dataclass
class Rehearsal:
    """Everything a courier needs, to be looked at from outside."""

    targets: tuple[Target, ...] = (DESK,)
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    store: Store = field(default_factory=MemoryStore)
    sink: FakeSink = field(default_factory=FakeSink)
    sinks: dict[str, Sink] | None = None
    clock: Any = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)
    queued_count: int = 0

    def observe(self, event: Event) -> None:
        """protocols.Observer."""
        self.events.append(event)

    @property
    def runtime(self) -> Runtime:
        """The configuration in force."""
        return Runtime(
            feeds={},
            profiles={},
            matcher=None,  # type: ignore[arg-type]
            targets={target.id: target for target in self.targets},
            delivery=self.policy,
        )

    def courier(self, *, buttons: bool = False) -> Courier:
        """A courier as a new process would make it."""
        return Courier(
            store=self.store,
            sinks=self.sinks or {"telegram": self.sink},
            clock=self.clock,
            observer=self,
            runtime=lambda: self.runtime,
            jitter=lambda: 0.5,
            buttons=buttons,
        )

    async def queue(self, *rows: Delivery) -> None:
        """Put rows into the outbox."""
        await self.store.enqueue(rows)

    async def alert(self, story: str = "s-1", target: str = "desk", **changes: Any) -> None:
        """Queue an alert; `score` and other changes go into its content."""
        row = self.alert_row(story, target, **changes)
        await self.queue(row)

    def alert_row(self, story: str = "s-1", target: str = "desk", **changes: Any) -> Delivery:
        """An alert's row."""
        self.queued_count += 1
        now = self.clock.now()
        score = changes.pop("score", 80.0)
        content = AlertContent(
            alert_id=f"a-{story}",
            story_id=story,
            entry_id=f"e-{story}",
            kind=AlertKind.NEW_STORY,
            topics=(TopicTag(id="aes", name="AES", score=score, why="Mali"),),
            headline=f"Headline of {story}",
            url=f"https://a.example/{story}",
            outlet="Courier",
            language="en",
            summary="",
            published_at=now,
            first_seen_at=now,
        )
        return Delivery(
            kind=DeliveryKind.ALERT,
            target_id=target,
            content=replace(content, **changes),
            due_at=now,
            created_at=now,
            dedupe_key=alert_key(story, target),
            story_id=story,
        )

    async def edit(self, story: str = "s-1", target: str = "desk", change: str = "toll 12 → 17") -> None:
        """Queue an edit."""
        now = self.clock.now()
        await self.queue(
            Delivery(
                kind=DeliveryKind.EDIT,
                target_id=target,
                content=EditContent(story_id=story, change=change),
                due_at=now,
                created_at=now,
                dedupe_key=edit_key(story, target),
                story_id=story,
                silent=True,
            )
        )

    async def digest(self, story: str, target: str = "desk", reason: str = "budget") -> None:
        """Queue a digest of one line."""
        now = self.clock.now()
        line = DigestLine(
            story_id=story,
            topic="AES",
            headline=f"Line of {story}",
            url="",
            outlet="Courier",
            outlet_count=1,
            at=now,
        )
        await self.queue(
            Delivery(
                kind=DeliveryKind.DIGEST,
                target_id=target,
                content=DigestContent(reason=reason, lines=(line,)),
                due_at=now,
                created_at=now,
                dedupe_key=f"digest:{story}:{target}",
            )
        )

    async def notice(self, target: str = "desk", kind: NoticeKind = NoticeKind.TEST) -> None:
        """Queue a notice."""
        now = self.clock.now()
        await self.queue(
            Delivery(
                kind=DeliveryKind.NOTICE,
                target_id=target,
                content=NoticeContent(kind=kind, facts={"target": target}),
                due_at=now,
                created_at=now,
                dedupe_key=f"notice:{kind}:{target}:{now.isoformat()}",
            )
        )

    async def row(self, story: str = "s-1", target: str = "desk") -> Delivery:
        """An alert's row as it stands."""
        found = await self.store.delivery(alert_key(story, target))
        assert found is not None
        return found

    async def states(self) -> dict[str, DeliveryState]:
        """Every row's state by its key."""
        return {row.dedupe_key: row.state for row in await self.store.deliveries()}

    async def run_for(
        self, seconds: float, courier: Courier | None = None, *, step_s: float = 0.0
    ) -> Courier:
        """Drain as the service does, but at most every `step_s`, until so much time has passed."""
        courier = courier or self.courier()
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            wait_s = await courier.drain()
            await self.clock.sleep(min(max(wait_s, step_s), max(end - self.clock.monotonic(), 0.001)))
        await courier.drain()
        return courier

    def headlines(self, target: str = "desk") -> list[str]:
        """Which stories' messages arrived at a target, in order, edits left out."""
        texts = [
            taken.message.html or taken.message.plain
            for taken in self.sink.taken
            if taken.target_id == target and not taken.edited
        ]
        return [text.partition("Headline of ")[2].partition("<")[0].partition(" ")[0] for text in texts]

    async def age(self, **delta: float) -> None:
        """Let time pass while nothing runs."""
        self.clock.advance(timedelta(**delta).total_seconds())
