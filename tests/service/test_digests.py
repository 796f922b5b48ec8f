"""The daily digest comes once a local day, at its time, with the stories of the target's topics."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.polls import ATTACKS, TIES, runtime
from tests.fakes.store import MemoryStore
from watcher.core.model import DigestContent, Entry, Mute, Story, Target
from watcher.service import Current
from watcher.service.digests import DAY, Digests, daily_digest, due_at

EVENING = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def story(number: int, *topics: str, outlets: int = 1) -> Story:
    entries = tuple(
        Entry(
            id=f"e{number}-{n}",
            feed_id="f",
            guid="",
            url=f"https://o.example/{number}",
            canonical_url="",
            title=f"Headline {number}",
            summary="",
            outlet=f"Outlet {n}",
            language="en",
            published_at=EVENING,
            first_seen_at=EVENING,
        )
        for n in range(outlets)
    )
    return Story(
        id=f"s{number}",
        headline=f"Headline {number}",
        opened_at=EVENING,
        last_entry_at=EVENING,
        entries=entries,
        topics=topics,
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 2, 18, 29, tzinfo=UTC), None),  # 19:29 in Lagos
        (datetime(2026, 3, 2, 18, 30, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 2)),  # the next day there, still caught up
        (datetime(2026, 3, 3, 1, 0, tzinfo=UTC), None),  # too late to be news
    ],
)
def test_due_at_the_local_time_and_a_while_after(now: datetime, expected: date | None) -> None:
    """19:30 in Lagos is 18:30 UTC; a restart catches up for six hours."""
    target = Target(id="desk", digest_at="19:30", time_zone="Africa/Lagos")
    found = due_at(target, now)
    assert expected == (found and found.date())


def test_a_clock_change_gives_one_digest_a_day() -> None:
    """On both days of the year when clocks change there is exactly one digest day."""
    target = Target(id="desk", digest_at="02:30", time_zone="Europe/Paris")
    for start in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        hours = (start + timedelta(minutes=10 * n) for n in range(6 * 24 * 3))
        days = [due.date() for now in hours if (due := due_at(target, now)) is not None]
        assert 3 == len(set(days))


def test_lines_are_of_the_targets_topics_most_told_first() -> None:
    """A digest holds only stories of its topics; the story most outlets told stands first."""
    stories = [story(1, "ties"), story(2, "ties", outlets=3), story(3, "attacks")]
    digest = daily_digest(Target(id="desk", topics=("ties",)), stories, runtime(), date(2026, 3, 2), EVENING)
    assert digest is not None
    assert isinstance(digest.content, DigestContent)
    assert ["Headline 2", "Headline 1"] == [line.headline for line in digest.content.lines]
    assert (
        daily_digest(Target(id="desk", topics=("none",)), stories, runtime(), date(2026, 3, 2), EVENING)
        is None
    )


def test_a_digest_leaves_out_what_goes_elsewhere_and_what_is_muted() -> None:
    """A topic that names its own targets, a muted topic, story or outlet: not in the digest either."""
    elsewhere = replace(TIES, targets=("ministry",))
    stories = [story(1, "ties"), story(2, "attacks"), story(3, "ties", "attacks", outlets=2)]

    def headlines(*mutes: tuple[str, str]) -> list[str]:
        digest = daily_digest(
            Target(id="desk"),
            stories,
            runtime(Target(id="desk"), profiles=(elsewhere, ATTACKS)),
            date(2026, 3, 2),
            EVENING,
            [Mute(kind=kind, value=value, until=None, created_at=EVENING) for kind, value in mutes],
        )
        if digest is None:
            return []
        assert isinstance(digest.content, DigestContent)
        return [line.headline for line in digest.content.lines]

    assert ["Headline 3", "Headline 2"] == headlines()
    assert ["Headline 2"] == headlines(("story", "s3"))
    assert ["Headline 3"] == headlines(("outlet", "Outlet 0"))
    assert [] == headlines(("topic", "attacks"))


async def test_a_late_digest_holds_the_day_before_its_time() -> None:
    """Sent five hours late, it still has what came right after the last one."""
    early = replace(story(1, "ties"), last_entry_at=EVENING - DAY + timedelta(hours=1))
    store = MemoryStore(stories={"s1": early})
    current = Current(runtime=runtime(Target(id="desk", digest_at="18:30")), started_at=EVENING)
    clock = FakeClock(EVENING + timedelta(hours=5))
    await Digests(current=current, store=store, clock=clock, on_queued=lambda: None).look()
    assert 1 == len(store.rows)


async def test_a_digest_is_queued_once_also_after_a_restart() -> None:
    """Looking again, in this process or the next, queues nothing more for that day."""
    store = MemoryStore(stories={"s1": story(1, "ties")})
    clock = FakeClock(EVENING)
    current = Current(runtime=runtime(Target(id="desk", digest_at="18:00")), started_at=EVENING)
    for _ in range(2):  # two processes
        digests = Digests(current=current, store=store, clock=clock, on_queued=lambda: None)
        await digests.look()
        await digests.look()
    assert 1 == len(store.rows)
