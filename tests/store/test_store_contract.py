"""The contract of protocols.Store about feeds, polls and stories, over every implementation."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.store.records import (
    NOW,
    acknowledge,
    alert,
    delivery,
    edit,
    entry,
    judged,
    key,
    later,
    news,
    plan,
    state,
    story_change,
)
from watcher.core.model import DeliveryState, Fate, FeedState, Mute, TargetState

if TYPE_CHECKING:
    from watcher.protocols import Store

FEEDS = {"lokalblatt": "https://lokalblatt.example/rss", "courrier": "https://courrier.example/rss"}


async def test_new_feeds_are_due_at_once(store: Store) -> None:
    """A feed that was never polled is due whatever the time is."""
    await store.sync_feeds(FEEDS, NOW)
    assert sorted(s.feed_id for s in await store.due_feeds(NOW, 10)) == ["courrier", "lokalblatt"]
    next_at = await store.next_due_feed_at()
    assert next_at is not None
    assert next_at < NOW


async def test_feed_state_comes_back_exactly(store: Store) -> None:
    """Every field of a feed's state survives, validators byte for byte."""
    full = FeedState(
        feed_id="lokalblatt",
        url=FEEDS["lokalblatt"],
        etag=b'\xff"\x00',
        last_modified=b"gestern",
        body_hash=b"\x01" * 16,
        next_poll_at=later(minutes=1),
        next_poll_reason="why",
        last_poll_at=NOW,
        last_success_at=later(hours=-1),
        last_status=503,
        failure_count=3,
        failing_since=later(hours=-2),
        last_error="boom",
        failure_told=True,
        redirect_url="https://new.example/",
        redirect_count=2,
        redirect_since=later(hours=-3),
        moved_to="https://moved.example/",
        gone_count=1,
        gone_since=later(hours=-4),
        gone=True,
        entries_per_day=3.25,
        last_entry_at=later(days=-1),
        silence_told=True,
        isolated=True,
        ttl_s=3600.0,
        skip_hours=(3, 4),
        skip_days=(6,),
    )
    assert all(getattr(full, f.name) != f.default for f in fields(FeedState)), "a field is not covered"
    await store.sync_feeds(FEEDS, NOW)
    await store.commit_polls([plan(state=full)])
    assert full in await store.feed_states()


async def test_due_feeds_are_the_longest_due_first(store: Store) -> None:
    """Never-polled feeds go first, then the longest due; the limit holds; later ones are not due."""
    await store.sync_feeds({name: f"https://{name}.example/rss" for name in "abcd"}, NOW)
    await store.commit_polls(
        [
            plan("a", state=state("a", next_poll_at=later(seconds=-1))),
            plan("b", state=state("b", next_poll_at=later(seconds=-9))),
            plan("c", state=state("c", next_poll_at=later(seconds=1))),
        ]
    )
    assert [s.feed_id for s in await store.due_feeds(NOW, 10)] == ["d", "b", "a"]
    assert [s.feed_id for s in await store.due_feeds(NOW, 2)] == ["d", "b"]


async def test_clock_set_back_makes_feeds_due_once(store: Store) -> None:
    """A feed that was polled by a clock a year ahead is due when it is right again, until it is polled."""
    await store.sync_feeds({"lokalblatt": FEEDS["lokalblatt"]}, NOW)
    ahead = state(last_poll_at=later(days=365), next_poll_at=later(days=365, minutes=10))
    await store.commit_polls([plan(state=ahead)])
    assert [s.feed_id for s in await store.due_feeds(NOW, 9)] == ["lokalblatt"]
    await store.commit_polls([plan(state=state())])
    assert await store.due_feeds(NOW, 9) == []


async def test_gone_feeds_are_never_due(store: Store) -> None:
    """A feed that is gone is neither due nor waited for, but still known."""
    await store.sync_feeds({"lokalblatt": FEEDS["lokalblatt"]}, NOW)
    await store.commit_polls([plan(state=state(gone=True, next_poll_at=None))])
    assert await store.due_feeds(NOW, 10) == []
    assert await store.next_due_feed_at() is None
    assert [s.feed_id for s in await store.feed_states()] == ["lokalblatt"]


async def test_next_due_feed_is_the_earliest(store: Store) -> None:
    """The next due time is the earliest of the configured feeds; None without any."""
    assert await store.next_due_feed_at() is None
    await store.sync_feeds(FEEDS, NOW)
    await store.commit_polls(
        [
            plan("lokalblatt", state=state("lokalblatt", next_poll_at=later(minutes=9))),
            plan("courrier", state=state("courrier", next_poll_at=later(minutes=4))),
        ]
    )
    assert later(minutes=4) == await store.next_due_feed_at()


async def test_feeds_that_left_the_configuration_are_due_no_more(store: Store) -> None:
    """A removed feed is not due and not shown; when it comes back it has kept its state."""
    await store.sync_feeds(FEEDS, NOW)
    kept = state(next_poll_at=later(minutes=-1))
    await store.commit_polls([plan(state=kept)])
    await store.sync_feeds({"courrier": FEEDS["courrier"]}, NOW)
    assert [s.feed_id for s in await store.due_feeds(NOW, 10)] == ["courrier"]
    assert [s.feed_id for s in await store.feed_states()] == ["courrier"]
    await store.sync_feeds(FEEDS, NOW)
    assert kept in await store.feed_states()


async def test_changed_address_forgets_what_belongs_to_the_old_one(store: Store) -> None:
    """Another URL forgets validators, redirects and failures and is due at once; the past success stays."""
    await store.sync_feeds(FEEDS, NOW)
    old = state(
        body_hash=b"x",
        failure_count=4,
        failing_since=NOW,
        moved_to="https://m.example/",
        gone_count=2,
        gone=True,
    )
    await store.commit_polls([plan(state=old)])
    await store.sync_feeds({**FEEDS, "lokalblatt": "https://neu.example/rss"}, NOW)
    (new,) = [s for s in await store.feed_states() if s.feed_id == "lokalblatt"]
    assert new.url == "https://neu.example/rss"
    assert (new.etag, new.last_modified, new.body_hash, new.next_poll_at) == (None, None, None, None)
    assert (
        new.failure_count,
        new.failing_since,
        new.moved_to,
        new.gone_count,
        new.gone,
    ) == (0, None, None, 0, False)
    assert old.last_success_at == new.last_success_at


async def test_a_feed_that_was_gone_is_asked_again_when_it_is_put_back(store: Store) -> None:
    """Gone outlasts every start; taking the feed out of the list and putting it back ends it."""
    await store.sync_feeds(FEEDS, NOW)
    gone = state(gone=True, gone_count=3, gone_since=NOW, next_poll_at=NOW)
    await store.commit_polls([plan(state=gone)])
    await store.sync_feeds(FEEDS, NOW)
    assert "lokalblatt" not in [s.feed_id for s in await store.due_feeds(later(days=9), 9)]
    await store.sync_feeds({"courrier": FEEDS["courrier"]}, NOW)
    await store.sync_feeds(FEEDS, NOW)
    (back,) = [s for s in await store.due_feeds(later(days=9), 9) if s.feed_id == "lokalblatt"]
    assert (False, 0, None, gone.etag) == (back.gone, back.gone_count, back.gone_since, back.etag)


async def test_poll_of_a_replaced_address_does_not_bring_its_validators_back(store: Store) -> None:
    """A poll that was under way while the URL changed leaves the feed's new state alone."""
    await store.sync_feeds({"lokalblatt": "https://neu.example/rss"}, NOW)
    await store.commit_polls([replace(news(1), state=state())])
    (kept,) = await store.feed_states()
    assert (kept.url, kept.etag, kept.next_poll_at) == ("https://neu.example/rss", None, None)
    assert await store.story(f"s-{1:016x}") is not None


async def test_seen_tells_known_keys_with_the_hour(store: Store) -> None:
    """Only keys this feed has shown are found, with the time they were last shown, to the hour."""
    await store.commit_polls([plan(shown={key(1): 1, key(2): 2})])
    found = await store.seen("lokalblatt", [key(1), key(2), key(3)])
    assert {key(1), key(2)} == set(found)
    assert all(timedelta(0) <= NOW - at < timedelta(hours=1) for at in found.values())
    assert await store.seen("courrier", [key(1)]) == {}
    assert await store.seen("lokalblatt", []) == {}


async def test_showing_again_renews_the_time(store: Store) -> None:
    """A key that is shown again is known with the time of that showing, though the clock was set back for it."""
    await store.commit_polls([plan(shown={key(1): 1, key(2): 1})])
    for days in (2, 1):
        await store.commit_polls([plan(now=later(days=days), shown={key(1): 1})])
        found = await store.seen("lokalblatt", [key(1), key(2)])
        assert timedelta(days=days) == found[key(1)] - found[key(2)]


async def test_many_keys_are_looked_up_at_once(store: Store) -> None:
    """A document of 1,000 entries with three keys each is one question."""
    keys = {key(n): 1 for n in range(3000)}
    await store.commit_polls([plan(shown=keys)])
    assert set(keys) == set(await store.seen("lokalblatt", [*keys, key(5000)]))


async def test_poll_commits_everything_it_changes(store: Store) -> None:
    """State, seen keys, entries, story, alert and delivery of a poll are all there afterwards."""
    await store.sync_feeds(FEEDS, NOW)
    await store.commit_polls([news(7)])
    assert state() in await store.feed_states()
    assert [key(21)] == list(await store.seen("lokalblatt", [key(21)]))
    story = await store.story(f"s-{7:016x}")
    assert story is not None
    assert (entry(7),) == story.entries
    assert (story.topics, story.told_targets) == (("aes",), ("desk",))
    assert (await store.counts(NOW, NOW)).alerts_by_topic == {"aes": 1}
    (row,) = await store.deliveries()
    assert delivery(7, id=row.id) == row


async def test_committing_a_plan_again_changes_nothing(store: Store) -> None:
    """The same plan twice leaves one entry, one story, one alert and the delivery as it had become."""
    await store.commit_polls([news(1), news(2)])
    (first, _) = await store.claim(NOW, busy_targets=[], limit=9) + [None]
    assert first is not None
    before = (await store.deliveries(), await store.story(first.story_id or ""), await store.counts(NOW, NOW))
    await store.commit_polls([news(1), news(2)])
    after = (await store.deliveries(), await store.story(first.story_id or ""), await store.counts(NOW, NOW))
    assert before == after


async def test_failing_plan_commits_nothing_of_the_group(store: Store) -> None:
    """When one plan of a group cannot be kept, no plan of the group is."""
    broken = replace(news(2), shown={b"short": 1}, deliveries=(delivery(2, due_at=NOW.replace(tzinfo=None)),))
    if hasattr(store, "fail_with"):
        return  # the fake refuses nothing; it is the real store whose transaction is on trial
    try:
        await store.commit_polls([news(1), broken])
    except ValueError:
        pass
    else:
        raise AssertionError("a naive time and a short key were accepted")
    assert await store.deliveries() == []
    assert await store.open_stories(later(days=-1)) == []
    assert await store.seen("lokalblatt", [key(3)]) == {}


async def test_entries_join_a_story_in_order(store: Store) -> None:
    """Entries that join later stand behind the opener, and topics and targets grow."""
    story_id = f"s-{1:016x}"
    await store.commit_polls([news(1)])
    joined = judged(2, story_id=story_id, at=later(hours=1), outlet="Courrier")
    change = story_change(
        1, 2, last_entry_at=later(hours=1), topics=("aes", "russia"), told_targets=("desk", "ops")
    )
    await store.commit_polls([plan(now=later(hours=1), entries=(joined,), stories=(change,))])
    story = await store.story(story_id)
    assert story is not None
    assert [entry(1).id, entry(2).id] == [e.id for e in story.entries]
    assert later(hours=1) == story.last_entry_at
    assert story.opened_at == NOW
    assert (story.topics, story.told_targets) == (("aes", "russia"), ("desk", "ops"))
    assert story.outlets == ("Lokalblatt", "Courrier")


async def test_open_stories_are_those_with_a_recent_entry(store: Store) -> None:
    """Stories whose last entry is too old are left out; the others come oldest first."""
    await store.commit_polls(
        [news(1, now=later(days=-4)), news(3, now=later(hours=-1)), news(2, now=later(hours=-2))]
    )
    assert [f"s-{2:016x}", f"s-{3:016x}"] == [s.id for s in await store.open_stories(later(days=-1))]
    assert len(await store.open_stories(later(days=-9))) == 3


async def test_unknown_story_is_none(store: Store) -> None:
    """A story nobody opened is None."""
    assert await store.story("s-nothing") is None


async def test_counts_are_distinct_stories_by_topic_and_rows_by_target(store: Store) -> None:
    """Two alerts of one story count once for a topic; each queued alert row counts for its target."""
    await store.commit_polls(
        [
            replace(news(1), alerts=(alert(1), alert(1, topics=("aes", "russia"), suffix="b"))),
            replace(
                news(2, target_id="ops"), deliveries=(delivery(2), delivery(2, target_id="ops"), edit(2))
            ),
            news(3, now=later(hours=-2)),
            news(4, now=later(hours=2)),  # told before the clock was set back
        ]
    )
    counts = await store.counts(later(hours=-1), NOW)
    assert dict(counts.alerts_by_topic) == {"aes": 2, "russia": 1}
    assert dict(counts.alerts_by_target) == {"desk": 2, "ops": 1}


async def test_mutes_last_until_their_time(store: Store) -> None:
    """A mute is in force until its time, one without a time until it is ended; the latest word counts."""
    short = Mute(kind="topic", value="aes", until=later(hours=1), created_at=NOW, by="7")
    ever = Mute(kind="outlet", value="Lokalblatt", until=None, created_at=NOW)
    await store.mute(short)
    await store.mute(ever)
    assert [ever, short] == await store.mutes(NOW)
    assert [ever] == await store.mutes(later(hours=1))
    longer = replace(short, until=later(hours=5))
    await store.mute(longer)
    assert [ever, longer] == await store.mutes(later(hours=1))


async def test_unmute_tells_whether_there_was_one(store: Store) -> None:
    """Ending a mute is True once, False when there is none."""
    await store.mute(Mute(kind="topic", value="aes", until=None, created_at=NOW))
    assert await store.unmute("topic", "aes") is True
    assert await store.unmute("topic", "aes") is False
    assert await store.mutes(NOW) == []


async def test_values_are_kept(store: Store) -> None:
    """A fact is None until it is set, and the last value counts."""
    assert await store.get_value("first_run_told") is None
    await store.set_value("first_run_told", "no")
    await store.set_value("first_run_told", "yes")
    assert await store.get_value("first_run_told") == "yes"


async def test_target_states_are_replaced(store: Store) -> None:
    """The last state saved for a target counts, every field of it."""
    full = TargetState(
        target_id="desk",
        chat_id="-100",
        paused_until=NOW,
        failure_count=2,
        unreachable_since=NOW,
        unreachable_reason="blocked",
        migrated_to="-200",
        last_sent_at=NOW,
    )
    assert all(getattr(full, f.name) != f.default for f in fields(TargetState)), "a field is not covered"
    await store.save_target_state(TargetState(target_id="desk"))
    await store.save_target_state(full)
    assert {"desk": full} == await store.target_states()


async def _prune(store: Store, *, entries_before: float = 0, seen_before: float = 0) -> int:
    total, removed = 0, 1
    while removed:
        removed = await store.prune(
            entries_before=later(days=entries_before), seen_before=later(days=seen_before), limit=2
        )
        assert removed <= 2
        total += removed
    return total


async def test_prune_forgets_what_is_over(store: Store) -> None:
    """Old off-topic entries, delivered rows and finished stories go, in batches, and then nothing is left."""
    await store.commit_polls([news(1), plan(entries=tuple(judged(n) for n in range(10, 15)))])
    (row,) = await store.claim(NOW, busy_targets=[], limit=1)
    assert row.id is not None
    await acknowledge(store, row.id, receipt="5", sent_text="t", revision=1, now=NOW)
    assert await _prune(store, entries_before=10, seen_before=-1) == 8  # 6 entries, a row, a story
    assert await store.deliveries() == []
    assert await store.story(f"s-{1:016x}") is None
    assert (await store.counts(NOW, NOW)).alerts_by_topic.get("aes", 0) == 0


async def test_prune_spares_open_stories_and_unfinished_deliveries(store: Store) -> None:
    """An old entry stays while its story gets new ones or its alert is not final; so does its receipt."""
    await store.commit_polls([news(1), news(2, target_id="ops")])
    (row,) = await store.claim(NOW, busy_targets=["ops"], limit=1)
    assert row.id is not None
    await acknowledge(store, row.id, receipt="5", sent_text="t", revision=1, now=NOW)
    late = judged(3, story_id=f"s-{1:016x}", at=later(days=9))
    await store.commit_polls(
        [
            plan(
                now=later(days=9),
                entries=(late,),
                stories=(story_change(1, 3, last_entry_at=later(days=9)),),
            )
        ]
    )
    assert await _prune(store, entries_before=5, seen_before=-1) == 0
    story = await store.story(f"s-{1:016x}")
    assert story is not None
    assert len(story.entries) == 2
    assert {"5", None} == {d.receipt for d in await store.deliveries()}


async def test_prune_forgets_seen_keys_the_feed_shows_no_more(store: Store) -> None:
    """A key goes when it was not shown since and its feed has shown newer documents without it."""
    await store.commit_polls([plan(shown={key(n): 1 for n in range(5)})])
    await store.commit_polls([plan(now=later(days=30), shown={key(0): 1})])
    assert await _prune(store, entries_before=-1, seen_before=20) == 4
    assert [key(0)] == list(await store.seen("lokalblatt", [key(n) for n in range(5)]))


async def test_prune_spares_what_the_last_document_showed(store: Store) -> None:
    """A feed that answers "not modified" for months keeps the keys of its last document."""
    await store.commit_polls([plan(shown={key(1): 1})])
    await store.commit_polls([plan(now=later(hours=20), shown={key(2): 1})])
    await store.commit_polls([plan(now=later(days=100))])
    assert await _prune(store, entries_before=-1, seen_before=90) == 0
    assert len(await store.seen("lokalblatt", [key(1), key(2)])) == 2


async def test_prune_spares_what_a_partial_document_left_out(store: Store) -> None:
    """A feed that sends only what changed (226) may still show everything of its last whole document."""
    await store.commit_polls([plan(shown={key(1): 1, key(2): 1})])
    await store.commit_polls([plan(now=later(days=100), shown={key(3): 1}, partial=True)])
    assert await _prune(store, entries_before=-1, seen_before=90) == 0
    assert len(await store.seen("lokalblatt", [key(1), key(2), key(3)])) == 3
    await store.commit_polls([plan(now=later(days=101), shown={key(1): 1, key(3): 1})])
    assert await _prune(store, entries_before=-1, seen_before=91) == 1
    assert {key(1), key(3)} == set(await store.seen("lokalblatt", [key(1), key(2), key(3)]))


async def test_first_judgement_of_an_entry_stands(store: Store) -> None:
    """An entry that is committed again with another fate keeps the first one's story."""
    await store.commit_polls([news(1)])
    again = replace(judged(1), fate=Fate.OLD)
    await store.commit_polls([plan(entries=(again,))])
    story = await store.story(f"s-{1:016x}")
    assert story is not None
    assert (entry(1),) == story.entries
    assert [d.state for d in await store.deliveries()] == [DeliveryState.PENDING]


async def test_a_new_headline_is_kept_of_entry_and_story(store: Store) -> None:
    """A retitled entry bears its new headline, in its story too; how often is remembered with the story."""
    await store.sync_feeds(FEEDS, NOW)
    await store.commit_polls([news(1)])
    renamed = entry(1, title="Bridge opened after all")
    change = story_change(1, headline=renamed.title, retitled_count=1, retitled_since=NOW)
    change = replace(change, opened=False, entry_ids=())
    await store.commit_polls([plan(retitled=(renamed,), stories=(change,))])
    (story,) = await store.open_stories(later(hours=-1))
    assert (renamed.title, 1, NOW) == (story.headline, story.retitled_count, story.retitled_since)
    assert [renamed.title] == [member.title for member in story.entries]
