"""Records as the store's tests need them, every value of no interest filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from watcher.core.model import (
    Acknowledged,
    Alert,
    AlertContent,
    AlertKind,
    Conclusion,
    Delivery,
    DeliveryKind,
    EditContent,
    Entry,
    Evidence,
    Fate,
    FeedState,
    JudgedEntry,
    Match,
    Mention,
    PollOutcome,
    PollPlan,
    Settled,
    StoryChange,
    TopicTag,
    alert_key,
    edit_key,
)

if TYPE_CHECKING:
    from watcher.protocols import Store

NOW = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)


def later(**amount: float) -> datetime:
    """NOW plus an amount, as timedelta takes it."""
    return NOW + timedelta(**amount)


def entry(number: int, *, feed_id: str = "lokalblatt", at: datetime = NOW, **changes: Any) -> Entry:
    """Entry `number` of a feed."""
    made = Entry(
        id=f"{number:016x}",
        feed_id=feed_id,
        guid=f"urn:{number}",
        url=f"https://blatt.example/{number}?ref=rss",
        canonical_url=f"https://blatt.example/{number}",
        title=f"Bridge number {number} opens in Gao «early»",
        summary="Ein Satz – deux phrases. Гойта приехал.",
        outlet="Lokalblatt",
        language="en",
        published_at=at - timedelta(minutes=5),
        first_seen_at=at,
    )
    return replace(made, **changes)


def match(entry_id: str, *, profile_id: str = "aes", score: float = 81.5) -> Match:
    """A match with one piece of evidence and one near miss."""
    mention = Mention(
        concept="sahel-state",
        member="ml",
        term="Gao",
        field="title",
        start=26,
        end=29,
        words="Gao",
        quality=97,
        weight=0.8,
    )
    return Match(
        entry_id=entry_id,
        profile_id=profile_id,
        profile_version="v1",
        score=score,
        threshold=60.0,
        evidence=(Evidence(pattern="state × act", score=score, mentions=(mention,)),),
        near=(Evidence(pattern="two states", score=20.0, mentions=(), missing=("other-state",), note="no"),),
    )


def judged(number: int, *, story_id: str | None = None, **changes: Any) -> JudgedEntry:
    """Entry `number` as decided: a new story when it has a story, else off topic."""
    one = entry(number, **changes)
    if story_id is None:
        return JudgedEntry(entry=one, fate=Fate.OFF_TOPIC, reason="no evidence")
    return JudgedEntry(
        entry=one, fate=Fate.NEW_STORY, reason="none like it", matches=(match(one.id),), story_id=story_id
    )


def alert_content(story_id: str, entry_id: str) -> AlertContent:
    """What an alert tells."""
    return AlertContent(
        alert_id=f"a-{story_id}",
        story_id=story_id,
        entry_id=entry_id,
        kind=AlertKind.NEW_STORY,
        topics=(TopicTag(id="aes", name="Alliance", score=81.5, why="Gao × opens"),),
        headline="Bridge opens in Gao",
        url="https://blatt.example/1",
        outlet="Lokalblatt",
        language=None,
        summary="Ein Satz.",
        published_at=None,
        first_seen_at=NOW,
    )


def delivery(number: int = 1, *, target_id: str = "desk", due_at: datetime = NOW, **changes: Any) -> Delivery:
    """The alert of story `number` for a target."""
    story_id = f"s-{number:016x}"
    made = Delivery(
        kind=DeliveryKind.ALERT,
        target_id=target_id,
        content=alert_content(story_id, f"{number:016x}"),
        due_at=due_at,
        created_at=NOW,
        dedupe_key=alert_key(story_id, target_id),
        story_id=story_id,
    )
    return replace(made, **changes)


def edit(number: int = 1, *, target_id: str = "desk", change: str = "", **changes: Any) -> Delivery:
    """The edit of story `number`'s message at a target."""
    story_id = f"s-{number:016x}"
    made = Delivery(
        kind=DeliveryKind.EDIT,
        target_id=target_id,
        content=EditContent(story_id=story_id, change=change),
        due_at=NOW,
        created_at=NOW,
        dedupe_key=edit_key(story_id, target_id),
        story_id=story_id,
    )
    return replace(made, **changes)


def key(number: int) -> bytes:
    """An identity key."""
    return (number * 0x9E3779B97F4A7C15 % 2**64).to_bytes(8, "big")


def story_change(number: int, *entry_numbers: int, at: datetime = NOW, **changes: Any) -> StoryChange:
    """Story `number` opened by the entry of that number, or joined by others."""
    numbers = entry_numbers or (number,)
    made = StoryChange(
        story_id=f"s-{number:016x}",
        opened=number in numbers,
        headline=f"Bridge number {number}",
        opened_at=at,
        last_entry_at=at,
        entry_ids=tuple(f"{n:016x}" for n in numbers),
        topics=("aes",),
        told_targets=("desk",),
    )
    return replace(made, **changes)


def alert(number: int, *, at: datetime = NOW, topics: tuple[str, ...] = ("aes",), suffix: str = "") -> Alert:
    """The alert of story `number`."""
    return Alert(
        id=f"a-{number}{suffix}",
        story_id=f"s-{number:016x}",
        entry_id=f"{number:016x}",
        kind=AlertKind.NEW_STORY,
        topics=topics,
        score=81.5,
        created_at=at,
    )


def state(feed_id: str = "lokalblatt", **changes: Any) -> FeedState:
    """A polled feed's state."""
    made = FeedState(
        feed_id=feed_id,
        url=f"https://{feed_id}.example/rss",
        etag=b'W/"\xff\x00"',
        last_modified=b"Mon, 04 May 2026 12:00:00 GMT",
        next_poll_at=later(minutes=10),
        next_poll_reason="every 10 min",
        last_poll_at=NOW,
        last_success_at=NOW,
        last_status=200,
    )
    return replace(made, **changes)


def plan(feed_id: str = "lokalblatt", *, now: datetime = NOW, **changes: Any) -> PollPlan:
    """A poll that changed nothing but its feed's state, plus the changes given."""
    made = PollPlan(feed_id=feed_id, outcome=PollOutcome.UNCHANGED, now=now, state=state(feed_id))
    return replace(made, **changes)


def news(number: int, *, now: datetime = NOW, target_id: str = "desk") -> PollPlan:
    """A poll that found one new story, with all that follows from it."""
    story_id = f"s-{number:016x}"
    return plan(
        now=now,
        outcome=PollOutcome.NEW,
        entries=(judged(number, story_id=story_id, at=now),),
        shown={key(3 * number): 1, key(3 * number + 1): 2, key(3 * number + 2): 3},
        stories=(story_change(number, at=now),),
        alerts=(alert(number, at=now),),
        deliveries=(delivery(number, target_id=target_id, due_at=now, created_at=now),),
    )


async def acknowledge(store: Store, delivery_id: int | None, **facts: Any) -> None:
    """A row is delivered, and nothing else follows."""
    now = facts.pop("now", NOW)
    row = Acknowledged(delivery_id=delivery_id or 0, **facts)
    await store.conclude(Conclusion(now=now, acknowledged=(row,)))


async def settle(store: Store, delivery_id: int | None, **facts: Any) -> None:
    """A row was not delivered, and nothing else follows."""
    await store.conclude(Conclusion(now=NOW, settled=(Settled(delivery_id=delivery_id or 0, **facts),)))
