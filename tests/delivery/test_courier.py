"""The delivery loop over fakes: order, pacing, and the decision for every failure (D1–D12)."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.delivery.harness import DESK, OPS, ROOM, Rehearsal
from tests.fakes.store import MemoryStore
from watcher.core.model import (
    DeliveryPolicy,
    DeliveryState,
    Entry,
    Message,
    NoticeKind,
    Story,
    Target,
    edit_key,
)
from watcher.errors import SendError, SendFault, StoreUnavailable, TokenRefused
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PENDING, DELIVERED = DeliveryState.PENDING, DeliveryState.DELIVERED


@pytest.fixture(params=["memory", "sqlite"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """A rehearsal over each store."""
    made = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "watcher.db")
    yield Rehearsal(store=made)
    await made.aclose()


def told(desk: Rehearsal, story_id: str, *outlets: str) -> Story:
    """A story these outlets report."""
    now = desk.clock.now()
    entries = tuple(
        Entry(
            id=f"e-{outlet}",
            feed_id=outlet,
            guid=outlet,
            url="",
            canonical_url="",
            title=f"As {outlet} puts it",
            summary="",
            outlet=outlet,
            language="en",
            published_at=now,
            first_seen_at=now,
        )
        for outlet in outlets
    )
    return Story(
        id=story_id, headline="x", opened_at=now, last_entry_at=now, entries=entries, topics=("aes",)
    )


async def test_an_alert_is_sent_once_and_acknowledged(desk: Rehearsal) -> None:
    """Delivered with its receipt and the text that was sent; one canonical event tells of it."""
    await desk.alert()
    courier = desk.courier()
    await courier.drain()
    await courier.drain()
    row = await desk.row()
    assert (row.state, row.receipt, row.attempt_count) == (DELIVERED, "1", 1)
    assert desk.sink.texts == [row.sent_text]
    (event,) = [event for event in desk.events if event.name == "attempt"]
    assert set(event.facts) == {
        "delivery", "kind", "target", "story", "outcome", "attempt", "duration_s", "wait_s", "error",
        "since_published_s", "since_seen_s",
    }  # fmt: skip
    assert (event.facts["outcome"], event.facts["target"]) == ("delivered", "desk")


async def test_sending_is_marked_before_the_call(desk: Rehearsal) -> None:
    """D1: while the service is spoken to, the row says so."""
    await desk.alert()
    desk.sink.held["desk"] = asyncio.Event()
    drain = asyncio.create_task(desk.courier().drain())
    async with asyncio.timeout(5):
        while not desk.sink.attempts:
            await asyncio.sleep(0)
    assert (await desk.row()).state is DeliveryState.SENDING
    desk.sink.held["desk"].set()
    await drain
    assert (await desk.row()).state is DELIVERED


async def test_messages_of_a_chat_keep_their_order_through_failures(desk: Rehearsal) -> None:
    """D7: a row that fails stays the head of its line."""
    for number in range(5):
        await desk.alert(f"s-{number}")
        desk.clock.advance(1)
    desk.sink.fail(SendFault.AWAY, count=3)
    desk.sink.fail(SendFault.UNSENT, count=2)
    await desk.run_for(120)
    assert desk.headlines() == [f"s-{number}" for number in range(5)]
    assert not any(taken.message.silent for taken in desk.sink.taken)


async def test_a_slow_chat_does_not_hold_up_another() -> None:
    """One send in flight per chat, others go on; new rows are found meanwhile."""
    desk = Rehearsal(targets=(DESK, OPS))
    desk.sink.held["desk"] = asyncio.Event()
    await desk.alert("s-1", "desk")
    drain = asyncio.create_task(desk.courier().drain())
    async with asyncio.timeout(5):
        while not desk.sink.attempts:
            await asyncio.sleep(0)
        for number in range(3):
            await desk.alert(f"s-{number}", "ops")
        while len(desk.headlines("ops")) < 3:
            await asyncio.sleep(0)
    assert desk.sink.attempts.count("desk") == 1
    desk.sink.held["desk"].set()
    await drain
    assert desk.headlines("desk") == ["s-1"]


async def test_pacing_keeps_a_second_between_messages_and_18_a_minute_in_groups() -> None:
    """D12, by the loop's own clock."""
    desk = Rehearsal(targets=(DESK, ROOM))
    for number in range(40):
        await desk.alert(f"s-{number}", "desk")
        await desk.alert(f"s-{number}", "room")
    at: dict[str, list[float]] = {"desk": [], "room": []}
    send = desk.sink.send

    async def timed(target: Target, message: object) -> object:
        at[target.id].append(desk.clock.monotonic())
        return await send(target, message)  # type: ignore[arg-type]

    desk.sink.send = timed  # type: ignore[assignment, method-assign]
    await desk.courier().drain()
    assert (len(at["desk"]), len(at["room"])) == (40, 40)
    for times in at.values():
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 1.0
    assert all(later - earlier >= 60.0 for earlier, later in zip(at["room"], at["room"][18:], strict=False))
    assert at["desk"][-1] < 60.0


async def test_a_restart_remembers_the_pace() -> None:
    """A new process does not know how many messages a group got in the last minute: it assumes the most."""
    desk = Rehearsal(targets=(ROOM,))
    await desk.alert("s-1", "room")
    await desk.courier().drain()
    await desk.alert("s-2", "room")
    before = desk.clock.monotonic()
    await desk.courier().drain()
    assert desk.headlines("room") == ["s-1", "s-2"]
    assert desk.clock.monotonic() - before >= 60.0


async def test_what_may_have_arrived_is_repeated_silently_and_marked(desk: Rehearsal) -> None:
    """D3, D4: ambiguous, so resent, without sound, and it says why."""
    desk.sink.arrives = True
    desk.sink.fail(SendFault.AMBIGUOUS)
    await desk.alert()
    await desk.run_for(30)
    first, second = desk.sink.taken
    assert (first.message.silent, second.message.silent) == (False, True)
    assert "possible repeat" not in first.message.html
    assert second.message.html.startswith("<i>↻ possible repeat</i>")
    assert (await desk.row()).state is DELIVERED


async def test_hold_sends_at_most_once_and_leaves_the_rest_to_a_person(desk: Rehearsal) -> None:
    """D4: held until somebody retries it; what is behind it goes on."""
    desk.policy = DeliveryPolicy(on_ambiguous="hold")
    desk.sink.fail(SendFault.AMBIGUOUS)
    await desk.alert("s-1")
    await desk.alert("s-2")
    await desk.run_for(600)
    row = await desk.row("s-1")
    assert row.state is DeliveryState.AMBIGUOUS
    assert desk.headlines() == ["s-2"]
    assert row.id is not None
    assert await desk.store.requeue(row.id, desk.clock.now())
    await desk.run_for(10)
    assert desk.headlines() == ["s-2", "s-1"]
    assert "possible repeat" in desk.sink.texts[1]


@pytest.mark.parametrize(("policy", "sent"), [("resend", 1), ("hold", 0)])
async def test_a_send_interrupted_by_a_kill_is_ambiguous(desk: Rehearsal, policy: str, sent: int) -> None:
    """What was being sent when the process died is repeated and marked, or held."""
    desk.policy = DeliveryPolicy(on_ambiguous=policy)
    await desk.alert()
    await desk.store.claim(desk.clock.now(), busy_targets=[], limit=1)  # and then it was killed
    await desk.store.recover(desk.clock.now())
    await desk.run_for(60)
    assert len(desk.sink.taken) == sent
    assert all("possible repeat" in text for text in desk.sink.texts)


async def test_what_was_interrupted_keeps_its_place(desk: Rehearsal) -> None:
    """D7: after a kill the row that was being sent still comes before those behind it."""
    for number in range(3):
        await desk.alert(f"s-{number}")
        desk.clock.advance(1)
    await desk.store.claim(desk.clock.now(), busy_targets=[], limit=1)  # and then it was killed
    desk.clock.advance(60)
    await desk.store.recover(desk.clock.now())
    await desk.run_for(60)
    assert desk.headlines() == ["s-0", "s-1", "s-2"]


async def test_an_answer_waits_for_its_chats_turn(desk: Rehearsal) -> None:
    """What is said outside the outbox keeps the pace of its chat and is not retried."""
    courier = desk.courier()
    at = []
    for _ in range(3):
        await courier.say(DESK, Message(html="hello", plain="hello"))
        at.append(desk.clock.monotonic())
    assert min(later - earlier for earlier, later in itertools.pairwise(at)) >= 1.0
    desk.sink.fail(SendFault.AWAY)
    with pytest.raises(SendError):
        await courier.say(DESK, Message(html="hello", plain="hello"))
    assert len(desk.sink.taken) == 3


async def test_an_answer_goes_ahead_of_a_flood() -> None:
    """Somebody waits for it: the next turn of its chat is the answer's, whatever is queued there."""
    desk = Rehearsal(targets=(ROOM,))
    for number in range(40):
        await desk.alert(f"s-{number}", "room")
    courier = desk.courier()
    flood = asyncio.create_task(desk.run_for(200, courier))
    while len(desk.sink.taken) < 20:
        await asyncio.sleep(0)
    before = len(desk.sink.taken)
    await courier.say(ROOM, Message(html="hello", plain="hello"))
    texts = [taken.message.plain for taken in desk.sink.taken]
    assert texts.index("hello") <= before + 1
    await flood
    assert len(desk.sink.taken) == 41


async def test_while_the_service_is_away_one_send_probes_it() -> None:
    """D7: gaps double to a minute; nothing else is tried; afterwards all goes out, in order."""
    desk = Rehearsal(targets=(DESK, ROOM, OPS))
    for number in range(10):
        for target in ("desk", "room", "ops"):
            await desk.alert(f"s-{number}", target)
    outage = 2 * 3600.0
    desk.sink.fail(SendFault.AWAY, count=10_000)
    courier = await desk.run_for(outage)
    probes = len(desk.sink.attempts)
    assert probes <= 3 + outage / 48 + 10  # the jittered minute is at least 48 s
    desk.sink.failures.clear()
    back_at = desk.clock.monotonic()
    async with asyncio.timeout(15):
        while len(desk.sink.taken) < 30:
            await desk.run_for(1, courier)
    assert desk.clock.monotonic() - back_at <= 300.0
    for target in ("desk", "room", "ops"):
        assert desk.headlines(target) == [f"s-{number}" for number in range(10)]


async def test_a_message_that_always_fails_does_not_hold_up_other_chats() -> None:
    """Probes take turns, so a poisonous row delays its own chat only."""
    desk = Rehearsal(targets=(DESK, OPS))
    desk.sink.fail(SendFault.AWAY, target="desk", count=1000)
    await desk.alert("s-1", "desk")
    for number in range(5):
        await desk.alert(f"s-{number}", "ops")
    await desk.run_for(120)
    assert len(desk.headlines("ops")) == 5
    assert desk.headlines("desk") == []


async def test_slowing_down_waits_as_told_even_over_a_restart(desk: Rehearsal) -> None:
    """D6: retry_after + 0.5 s, kept in the store; a row is never given up for it."""
    desk.sink.fail(SendFault.RATE_LIMITED, retry_after_s=300.0)
    await desk.alert()
    await desk.courier().drain()
    assert desk.sink.attempts == ["desk"]
    await desk.age(seconds=290)
    await desk.courier().drain()
    assert desk.sink.attempts == ["desk"]
    await desk.age(seconds=11)
    await desk.courier().drain()
    assert desk.headlines() == ["s-1"]
    assert not desk.sink.taken[0].message.silent


async def test_two_chats_told_to_slow_down_slow_the_whole_bot() -> None:
    """D6: two 429s within 10 s mean the bot."""
    desk = Rehearsal(targets=(DESK, ROOM, OPS))
    desk.sink.fail(SendFault.RATE_LIMITED, target="desk", retry_after_s=60.0)
    desk.sink.fail(SendFault.RATE_LIMITED, target="room", retry_after_s=60.0)
    await desk.alert("s-1", "desk")
    await desk.alert("s-1", "room")
    await desk.courier().drain()
    await desk.alert("s-1", "ops")
    courier = await desk.run_for(50)
    assert desk.headlines("ops") == []
    await desk.run_for(15, courier)
    assert [desk.headlines(target) for target in ("desk", "room", "ops")] == [["s-1"]] * 3


async def test_answers_wait_with_a_chat_that_was_told_to_slow_down(desk: Rehearsal) -> None:
    """D6: what is said outside the outbox provokes no further 429, whichever of the two met the first."""
    courier = desk.courier()
    desk.sink.fail(SendFault.RATE_LIMITED, retry_after_s=20.0)
    with pytest.raises(SendError):
        await courier.say(DESK, Message(html="hello", plain="hello"))
    slowed_at = desk.clock.monotonic()
    await courier.say(DESK, Message(html="hello", plain="hello"))
    assert desk.clock.monotonic() - slowed_at >= 20.5


async def test_a_group_that_waits_for_its_minute_holds_up_nobody() -> None:
    """W3: while one chat's backlog waits for its pace, a new alert for another goes out at once."""
    desk = Rehearsal(targets=(DESK, ROOM))
    for number in range(19):
        await desk.alert(f"s-{number}", "room")
    courier = desk.courier()
    drain = asyncio.create_task(courier.drain())
    async with asyncio.timeout(5):
        while len(desk.sink.taken) < 18:
            await asyncio.sleep(0)
        for _ in range(5):
            await asyncio.sleep(0)
        began_at = desk.clock.monotonic()
        await desk.alert("s-90", "desk")
        while "s-90" not in desk.headlines():
            await asyncio.sleep(0)
        assert desk.clock.monotonic() - began_at <= 3.0
        await courier.stop()
        await drain


async def test_one_chat_told_to_slow_down_slows_only_itself() -> None:
    """D6: the others go on."""
    desk = Rehearsal(targets=(DESK, OPS))
    desk.sink.fail(SendFault.RATE_LIMITED, target="desk", retry_after_s=60.0)
    await desk.alert("s-1", "desk")
    await desk.alert("s-1", "ops")
    await desk.run_for(5)
    assert (desk.headlines("desk"), desk.headlines("ops")) == ([], ["s-1"])


async def test_an_unreachable_chat_is_held_tried_daily_and_told_of(desk: Rehearsal) -> None:
    """D8: held, not expired; one try a day; the others hear of it once; it comes back by itself."""
    desk.targets = (DESK, OPS, ROOM)
    desk.sink.fail(SendFault.UNREACHABLE, target="desk", count=3)
    await desk.alert("s-1")
    await desk.alert("s-2")
    courier = await desk.run_for(3600, step_s=60)
    assert desk.sink.attempts.count("desk") == 1
    notices = [taken for taken in desk.sink.taken if "cannot be reached" in taken.message.html]
    assert [taken.target_id for taken in notices] == ["ops"]
    await desk.run_for(2.5 * 86400, courier, step_s=900)
    assert desk.sink.attempts.count("desk") == 3
    assert desk.headlines("desk") == []
    await desk.run_for(86400, courier, step_s=900)
    assert desk.headlines("desk") == ["s-1", "s-2"]
    assert len([taken for taken in desk.sink.taken if "cannot be reached" in taken.message.html]) == 1


async def test_a_chat_lost_for_a_week_has_its_rows_buried() -> None:
    """D8: after seven days of daily tries, dead, with the reason; younger rows are held on."""
    desk = Rehearsal(targets=(DESK, OPS))
    desk.sink.fail(SendFault.UNREACHABLE, target="desk", count=1000)
    await desk.alert("s-old")
    courier = await desk.run_for(5 * 86400, step_s=900)
    await desk.alert("s-young")
    await desk.run_for(3 * 86400, courier, step_s=900)
    old, young = await desk.row("s-old"), await desk.row("s-young")
    assert (old.state, young.state) == (DeliveryState.DEAD, PENDING)
    assert "unreachable too long" in (old.reason or "")


async def test_a_restart_tries_an_unreachable_chat_at_once_but_not_in_a_crash_loop() -> None:
    """Whoever mended the chat need not wait a day; a crash loop does not hammer it."""
    desk = Rehearsal()
    desk.sink.fail(SendFault.UNREACHABLE, count=1)
    await desk.alert()
    await desk.courier().drain()
    await desk.courier().drain()
    assert len(desk.sink.attempts) == 1
    await desk.age(minutes=30)
    await desk.courier().drain()
    assert desk.headlines() == ["s-1"]


async def test_a_target_that_gets_another_chat_starts_afresh() -> None:
    """What was known of one chat says nothing of another."""
    desk = Rehearsal()
    desk.sink.fail(SendFault.UNREACHABLE)
    await desk.alert()
    await desk.courier().drain()
    desk.targets = (replace(DESK, chat_id="77"),)
    await desk.courier().drain()
    assert [taken.chat_id for taken in desk.sink.taken] == ["77"]


async def test_a_migrated_chat_is_written_to_under_its_new_id(desk: Rehearsal) -> None:
    """D10: at once, for good, over restarts; the old id is never used again."""
    desk.sink.fail(SendFault.MIGRATED, new_chat_id="-1002")
    await desk.alert("s-1")
    before = desk.clock.monotonic()
    await desk.courier().drain()
    assert desk.clock.monotonic() - before < 10.0
    await desk.alert("s-2")
    await desk.courier().drain()
    assert [taken.chat_id for taken in desk.sink.taken] == ["-1002", "-1002"]


async def test_refused_markup_is_sent_once_as_plain_text(desk: Rehearsal) -> None:
    """D9: our bug must not cost the alert; a second refusal buries it."""
    desk.sink.fail(SendFault.MALFORMED)
    await desk.alert("s-1")
    await desk.run_for(10)
    assert desk.sink.taken[0].message.html == ""
    assert "Headline of s-1" in desk.sink.taken[0].message.plain
    desk.sink.fail(SendFault.MALFORMED, count=2)
    await desk.alert("s-2")
    await desk.run_for(100)
    assert (await desk.row("s-2")).state is DeliveryState.DEAD
    assert len(desk.sink.attempts) == 4


async def test_a_definite_refusal_is_never_retried(desk: Rehearsal) -> None:
    """Any other 400: dead, with the service's own words, and the next one goes out."""
    desk.sink.fail(SendFault.REJECTED)
    await desk.alert("s-1")
    await desk.alert("s-2")
    await desk.run_for(10)
    assert (await desk.row("s-1")).state is DeliveryState.DEAD
    assert desk.headlines() == ["s-2"]


async def test_a_lost_thread_falls_back_to_its_chat() -> None:
    """The alert reaches the chat itself when the forum thread is gone."""
    desk = Rehearsal(targets=(replace(DESK, thread_id=5),))
    desk.sink.fail(SendFault.THREAD_GONE)
    await desk.alert("s-1")
    await desk.alert("s-2")
    await desk.run_for(10)
    assert [taken.thread_id for taken in desk.sink.taken] == [None, None]
    desk.sink.fail(SendFault.THREAD_GONE, count=2)
    await desk.alert("s-3")
    await desk.run_for(10)
    assert (await desk.store.target_states())["desk"].unreachable_since is not None


async def test_threads_of_one_chat_share_its_pace_and_none_starves() -> None:
    """Two forum threads are one chat to the service; they take turns."""
    desk = Rehearsal(targets=(replace(ROOM, id="a", thread_id=1), replace(ROOM, id="b", thread_id=2)))
    for number in range(4):
        await desk.alert(f"s-{number}", "a")
    await desk.alert("s-9", "b")
    await desk.courier().drain()
    order = [taken.target_id for taken in desk.sink.taken]
    assert sorted(order) == ["a", "a", "a", "a", "b"]
    assert order.index("b") <= 2
    assert desk.clock.monotonic() >= 4.0


async def test_a_refused_token_ends_the_loop_within_seconds(desk: Rehearsal) -> None:
    """D11: at the first call of all, deliveries or not; the row is kept."""
    desk.sink.fail(SendFault.TOKEN_REFUSED, target="verify")
    with pytest.raises(TokenRefused):
        await desk.courier().drain()
    desk.sink.fail(SendFault.TOKEN_REFUSED)
    await desk.alert()
    with pytest.raises(TokenRefused):
        await desk.courier().drain()
    assert (await desk.row()).state is PENDING


async def test_a_service_absent_at_the_start_is_asked_again() -> None:
    """D11: the loop neither ends nor forgets to ask."""
    desk = Rehearsal()
    desk.sink.fail(SendFault.UNSENT, target="verify", count=2)
    desk.sink.fail(SendFault.TOKEN_REFUSED, target="verify")
    with pytest.raises(TokenRefused):
        await desk.run_for(120)


async def test_what_is_too_old_ends_in_one_digest(desk: Rehearsal) -> None:
    """D7: after max_age an alert is a digest line, not a late buzz."""
    desk.sink.fail(SendFault.UNSENT, count=10_000)
    for number in range(3):
        await desk.alert(f"s-{number}")
    courier = await desk.run_for(25 * 3600, step_s=1800)
    await desk.alert("s-new")
    desk.sink.failures.clear()
    await desk.run_for(300, courier)
    digest, alert = sorted(desk.sink.texts, key=lambda text: "Headline of s-new" in text)
    assert "Stories that could not be delivered in time: 3" in digest
    assert all(f"Headline of s-{number}" in digest for number in range(3))
    assert "s-new" in alert
    assert (await desk.row("s-0")).state is DeliveryState.EXPIRED


async def test_an_edit_replaces_the_message_and_is_not_made_twice() -> None:
    """The story's message is edited; an edit that changes nothing makes no call."""
    desk = Rehearsal()
    await desk.alert()
    courier = desk.courier()
    await courier.drain()
    desk.store.stories["s-1"] = told(desk, "s-1", "Courier", "Lakeside Radio")  # type: ignore[attr-defined]
    await desk.edit()
    await courier.drain()
    assert desk.sink.taken[1].edited
    assert desk.sink.taken[1].receipt == "1"
    assert "Also: Lakeside Radio" in desk.sink.texts[1]
    assert "Changed: toll 12 → 17" in desk.sink.texts[1]
    await desk.edit()
    await desk.run_for(120, courier)
    assert len(desk.sink.taken) == 2
    assert set((await desk.states()).values()) == {DELIVERED}


async def test_edits_of_one_message_keep_their_distance() -> None:
    """At most one edit per interval; the last state wins."""
    desk = Rehearsal()
    await desk.alert()
    courier = await desk.run_for(2)
    for number in range(20):
        await desk.edit(change=f"toll 12 → {number}")
        await desk.run_for(5, courier)
    await desk.run_for(120, courier)
    edits = [taken for taken in desk.sink.taken if taken.edited]
    assert len(edits) <= 3
    assert "12 → 19" in edits[-1].message.html


async def test_an_edit_before_its_alert_folds_into_it(desk: Rehearsal) -> None:
    """The alert tells the whole story when its turn comes; the edit then has nothing to add."""
    desk.sink.fail(SendFault.AWAY, count=2)
    await desk.alert()
    await desk.edit()
    await desk.run_for(60)
    assert len(desk.sink.taken) == 1
    assert "Changed: toll 12 → 17" in desk.sink.texts[0]
    assert (await desk.states())[edit_key("s-1", "desk")] is DELIVERED


async def test_an_edit_whose_alert_died_or_message_is_gone_ends() -> None:
    """Nothing to edit is no reason to try for ever."""
    desk = Rehearsal()
    desk.sink.fail(SendFault.REJECTED)
    await desk.alert("s-1")
    await desk.edit("s-1")
    await desk.alert("s-2")
    courier = await desk.run_for(10)
    desk.sink.fail(SendFault.MESSAGE_GONE)
    await desk.edit("s-2")
    await desk.run_for(100, courier)
    states = await desk.states()
    assert states[edit_key("s-1", "desk")] is DeliveryState.EXPIRED
    assert states[edit_key("s-2", "desk")] is DeliveryState.DEAD


async def test_an_ambiguous_edit_is_simply_made_again() -> None:
    """Edits are idempotent: no mark, no hold."""
    desk = Rehearsal(policy=DeliveryPolicy(on_ambiguous="hold"))
    await desk.alert()
    courier = await desk.run_for(2)
    desk.sink.fail(SendFault.AMBIGUOUS)
    await desk.edit()
    await desk.run_for(60, courier)
    assert desk.sink.taken[-1].edited
    assert "possible repeat" not in desk.sink.texts[-1]


async def test_a_development_replies_to_the_story_it_follows() -> None:
    """The chat shows what belongs together."""
    desk = Rehearsal()
    await desk.alert("s-1")
    await desk.alert("s-2", follows_story_id="s-1")
    await desk.courier().drain()
    assert [taken.message.reply_to for taken in desk.sink.taken] == [None, "1"]


async def test_digest_lines_due_together_are_one_message(desk: Rehearsal) -> None:
    """Rows of one reason become one digest; another reason is another message."""
    for number in range(25):
        await desk.digest(f"s-{number}")
    await desk.digest("s-x", reason="flood")
    await desk.run_for(60)
    assert len(desk.sink.texts) == 3
    assert "More stories, above this chat's hourly budget: 20" in desk.sink.texts[0]
    assert all(
        f"Line of s-{number}<" in desk.sink.texts[0] or f"Line of s-{number} " in desk.sink.texts[0]
        for number in range(20)
    )
    assert set((await desk.states()).values()) == {DELIVERED}


NIGHT = replace(DESK, quiet_from="11:00", quiet_until="14:00", urgent_score=95.0)  # the clock starts at 12:00


async def test_quiet_hours_hold_alerts_and_tell_them_together() -> None:
    """One digest on waking; edits to it are not tried on the digest's message."""
    desk = Rehearsal(targets=(NIGHT,))
    for number in range(3):
        await desk.alert(f"s-{number}")
    courier = await desk.run_for(3600)
    assert desk.sink.taken == []
    await desk.run_for(3700, courier)
    assert len(desk.sink.texts) == 1
    assert "Stories during quiet hours: 3" in desk.sink.texts[0]
    await desk.edit("s-1")
    await desk.run_for(100, courier)
    assert len(desk.sink.texts) == 1
    assert set((await desk.states()).values()) == {DELIVERED}


async def test_an_urgent_alert_passes_quiet_hours_and_a_lone_one_stays_an_alert() -> None:
    """A score that passes goes out at night; one kept alert is told as itself in the morning."""
    desk = Rehearsal(targets=(NIGHT,))
    await desk.alert("s-quiet")
    await desk.alert("s-urgent", score=96.0)
    courier = await desk.run_for(60)
    assert desk.headlines() == ["s-urgent"]
    await desk.run_for(7300, courier)
    assert desk.headlines() == ["s-urgent", "s-quiet"]


async def test_faults_are_told_at_night_other_notices_wait() -> None:
    """What cannot wait does not."""
    desk = Rehearsal(targets=(NIGHT,))
    await desk.notice(kind=NoticeKind.FEED_GONE)
    await desk.notice(kind=NoticeKind.FAULT)
    await desk.run_for(60)
    assert len(desk.sink.texts) == 1
    assert "Something is wrong" in desk.sink.texts[0]


async def test_a_stop_lets_running_sends_finish(desk: Rehearsal) -> None:
    """X2: nothing is repeated after a graceful stop, and nothing new is begun."""
    await desk.alert("s-1")
    await desk.alert("s-2")
    desk.sink.held["desk"] = asyncio.Event()
    courier = desk.courier()
    drain = asyncio.create_task(courier.drain())
    async with asyncio.timeout(5):
        while not desk.sink.attempts:
            await asyncio.sleep(0)
        stop = asyncio.create_task(courier.stop(grace_s=5))
        await asyncio.sleep(0)
        desk.sink.held["desk"].set()
        await stop
        await drain
    assert desk.headlines() == ["s-1"]
    assert ((await desk.row("s-1")).state, (await desk.row("s-2")).state) == (DELIVERED, PENDING)


async def test_a_stop_amid_a_claim_waits_for_what_was_claimed(desk: Rehearsal) -> None:
    """X2: a row whose claim was under way when the stop came is sent and recorded before stop() returns."""
    await desk.alert()
    claiming, go_on = asyncio.Event(), asyncio.Event()
    claim = desk.store.claim

    async def slow_claim(*args: object, **kwargs: object) -> object:
        rows = await claim(*args, **kwargs)  # type: ignore[arg-type]
        claiming.set()
        await go_on.wait()
        return rows

    desk.store.claim = slow_claim  # type: ignore[method-assign,assignment]
    courier = desk.courier()
    drain = asyncio.create_task(courier.drain())
    async with asyncio.timeout(5):
        await claiming.wait()
        stop = asyncio.create_task(courier.stop(grace_s=5))
        await asyncio.sleep(0)
        go_on.set()
        await stop
        assert (await desk.row()).state is DELIVERED
        await drain


async def test_a_stop_that_cannot_wait_marks_what_was_being_sent(desk: Rehearsal) -> None:
    """X2: cut off after the grace, the row is ambiguous and the next process repeats it marked."""
    await desk.alert()
    desk.sink.held["desk"] = asyncio.Event()
    courier = desk.courier()
    drain = asyncio.create_task(courier.drain())
    async with asyncio.timeout(5):
        while not desk.sink.attempts:
            await asyncio.sleep(0)
        await courier.stop(grace_s=0.01)
        await drain
    assert (await desk.row()).state is DeliveryState.AMBIGUOUS
    del desk.sink.held["desk"]
    await desk.run_for(10)
    assert "possible repeat" in desk.sink.texts[0]


async def test_an_answer_survives_the_cancellation_of_the_loop() -> None:
    """Once the service has spoken, what it said is recorded whatever happens to the loop."""
    desk = Rehearsal()
    await desk.alert()
    recorded = asyncio.Event()
    go_on = asyncio.Event()
    conclude = desk.store.conclude

    async def slowly(*args: object, **kwargs: object) -> None:
        recorded.set()
        await go_on.wait()
        await conclude(*args, **kwargs)  # type: ignore[arg-type]

    desk.store.conclude = slowly  # type: ignore[method-assign, assignment]
    courier = desk.courier()
    drain = asyncio.create_task(courier.drain())
    await recorded.wait()
    stop = asyncio.create_task(courier.stop(grace_s=0.0))
    for _ in range(20):
        await asyncio.sleep(0)
    go_on.set()
    await stop
    await drain
    assert (await desk.row()).state is DELIVERED


async def test_a_full_disk_does_not_double_what_was_sent() -> None:
    """L2: recording is tried until the store takes it; the chat waits meanwhile."""
    desk = Rehearsal()
    await desk.alert("s-1")
    await desk.alert("s-2")
    conclude, failures = desk.store.conclude, [StoreUnavailable("disk full")] * 5

    async def failing(*args: object, **kwargs: object) -> None:
        if failures:
            raise failures.pop()
        await conclude(*args, **kwargs)  # type: ignore[arg-type]

    desk.store.conclude = failing  # type: ignore[method-assign, assignment]
    await desk.run_for(30)
    assert desk.headlines() == ["s-1", "s-2"]
    assert len([event for event in desk.events if event.name == "store_unavailable"]) == 5


async def test_rows_of_a_target_that_is_gone_are_buried_with_the_reason(desk: Rehearsal) -> None:
    """A target taken out of the configuration leaves no row that waits for ever."""
    await desk.alert("s-1", "nobody")
    await desk.alert("s-2")
    await desk.run_for(5)
    row = await desk.row("s-1", "nobody")
    assert row.state is DeliveryState.DEAD
    assert "not configured" in (row.reason or "")
    assert desk.headlines() == ["s-2"]


async def test_rows_of_a_sink_there_is_none_of_wait() -> None:
    """Without a token nothing is lost and the loop does not spin."""
    desk = Rehearsal(targets=(DESK, Target(id="term", sink="console")))
    await desk.alert("s-1", "term")
    assert await desk.courier().drain() >= 0.5
    assert (await desk.row("s-1", "term")).state is PENDING


async def test_ambiguity_is_counted_per_row_never_lost_over_many_faults(desk: Rehearsal) -> None:
    """A long mix of faults: every story arrives at least once, every repeat is marked and silent."""
    desk.sink.arrives = False
    faults = [SendFault.AWAY, SendFault.AMBIGUOUS, SendFault.UNSENT, SendFault.AMBIGUOUS] * 5
    for number in range(10):
        await desk.alert(f"s-{number}")
    for fault in faults:
        desk.sink.fail(fault)
    await desk.run_for(timedelta(hours=1).total_seconds())
    assert desk.headlines() == [f"s-{number}" for number in range(10)]
    for taken in desk.sink.taken:
        assert taken.message.silent == ("possible repeat" in taken.message.html)
