"""The contract of protocols.Store about the outbox, over every implementation."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from tests.store.records import NOW, acknowledge, delivery, edit, later, news, settle
from watcher.core.model import (
    Acknowledged,
    Conclusion,
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestContent,
    DigestLine,
    EditContent,
    NoticeContent,
    NoticeKind,
    Settled,
    Story,
    TargetState,
    TopicTag,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.protocols import Store

PENDING, SENDING, DELIVERED = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.DELIVERED
AMBIGUOUS, DEAD, EXPIRED = DeliveryState.AMBIGUOUS, DeliveryState.DEAD, DeliveryState.EXPIRED


async def claim_one(store: Store, **kwargs: object) -> Delivery:
    """Claim the only claimable row."""
    (row,) = await store.claim(kwargs.pop("now", NOW), busy_targets=[], limit=9)  # type: ignore[arg-type]
    return row


async def only_row(store: Store) -> Delivery:
    """The only row there is."""
    (row,) = await store.deliveries()
    return row


def number(row: Delivery) -> int:
    """The row's id, which the store has given."""
    assert row.id is not None
    return row.id


async def test_rows_come_back_exactly(store: Store) -> None:
    """Every kind of content and every field of a row survives."""
    line = DigestLine(
        story_id=None, topic="aes", headline="<b>", url="", outlet="o", outlet_count=3, at=later(hours=-1)
    )
    rows = [
        delivery(1, silent=True, plain=True, possible_repeat=True, revision=4, attempt_count=2, reason="r"),
        edit(1, change="toll 12 → 17"),
        delivery(
            2,
            kind=DeliveryKind.DIGEST,
            content=DigestContent(reason="flood", lines=(line,), feed_id="f"),
            dedupe_key="d",
        ),
        delivery(
            3,
            kind=DeliveryKind.NOTICE,
            content=NoticeContent(kind=NoticeKind.FIRST_RUN, facts={"feeds": "7"}, lines=(line,)),
            dedupe_key="n",
            story_id=None,
        ),
        delivery(
            4,
            state=DELIVERED,
            started_at=NOW,
            delivered_at=NOW,
            receipt="9",
            sent_text="<b>x</b>\n",
            due_at=NOW,
        ),
    ]
    await store.enqueue(rows)
    found = await store.deliveries()
    assert rows == [replace(row, id=None) for row in found]
    assert len({row.id for row in found}) == len(rows)
    assert {f.name for f in fields(Delivery)} >= {"plain", "sent_text"}


async def test_queuing_a_known_key_changes_nothing(store: Store) -> None:
    """An alert that is queued again stays as it is, in whatever state."""
    await store.enqueue([delivery(1)])
    first = await claim_one(store)
    await store.enqueue([delivery(1, silent=True, due_at=later(days=1))])
    assert first == await only_row(store)


async def test_queuing_an_edit_again_revives_it(store: Store) -> None:
    """A delivered edit that is queued again has the new content, a higher revision, and is pending."""
    await store.enqueue([edit(1)])
    row = await claim_one(store)
    await acknowledge(store, number(row), receipt="5", sent_text="t", revision=1, now=NOW)
    await store.enqueue([edit(1, change="12 → 17", due_at=later(minutes=1))])
    row = await only_row(store)
    assert (PENDING, 2, later(minutes=1)) == (row.state, row.revision, row.due_at)
    assert EditContent(story_id=f"s-{1:016x}", change="12 → 17") == row.content


async def test_edits_of_one_message_are_joined(store: Store) -> None:
    """A later edit keeps the topics and the change that an earlier one named and it does not."""
    ties, attacks = (TopicTag(id=name, name=name, score=80.0, why="") for name in ("ties", "attacks"))
    story_id = f"s-{1:016x}"
    await store.enqueue([edit(1, content=EditContent(story_id=story_id, topics=(ties,), change="12 → 17"))])
    await store.enqueue([edit(1, content=EditContent(story_id=story_id, topics=(attacks,)))])
    row = await only_row(store)
    assert EditContent(story_id=story_id, topics=(ties, attacks), change="12 → 17") == row.content


async def test_pending_edit_keeps_its_earlier_due_time(store: Store) -> None:
    """Outlets that keep joining cannot put an edit off for ever."""
    await store.enqueue([edit(1, due_at=later(seconds=30))])
    await store.enqueue([edit(1, due_at=later(seconds=90))])
    row = await only_row(store)
    assert (later(seconds=30), 2) == (row.due_at, row.revision)


async def test_edit_being_sent_is_pending_again_after_it(store: Store) -> None:
    """An edit queued while it is being sent stays sending, and acknowledging the old revision leaves it pending."""
    await store.enqueue([edit(1)])
    row = await claim_one(store)
    await store.enqueue([edit(1, change="new", due_at=later(minutes=1))])
    assert SENDING is (await only_row(store)).state
    await acknowledge(store, number(row), receipt=None, sent_text="old", revision=row.revision, now=NOW)
    row = await only_row(store)
    assert (PENDING, 2, later(minutes=1)) == (row.state, row.revision, row.due_at)
    row = await claim_one(store, now=later(minutes=1))
    await acknowledge(store, number(row), receipt=None, sent_text="new", revision=row.revision, now=NOW)
    assert DELIVERED is (await only_row(store)).state


async def test_claim_marks_before_it_returns(store: Store) -> None:
    """A claimed row is sending, with one more attempt and the time it began, and is not claimed again."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store, now=later(seconds=1))
    assert (SENDING, 1, later(seconds=1)) == (row.state, row.attempt_count, row.started_at)
    assert row == await only_row(store)
    assert await store.claim(later(days=1), busy_targets=[], limit=9) == []


async def test_claim_takes_the_oldest_of_each_target(store: Store) -> None:
    """One row a target, the one longest due (then the lowest id), at most `limit`, none that is not due."""
    await store.enqueue(
        [
            delivery(1, due_at=later(seconds=-1)),
            delivery(2, due_at=later(seconds=-2)),
            delivery(3, due_at=later(seconds=-2)),
            delivery(4, target_id="ops", due_at=later(seconds=-9)),
            delivery(5, target_id="later", due_at=later(seconds=1)),
            delivery(6, target_id="third", due_at=NOW),
        ]
    )
    claimed = await store.claim(NOW, busy_targets=[], limit=2)
    assert [("ops", f"s-{4:016x}"), ("desk", f"s-{2:016x}")] == [(d.target_id, d.story_id) for d in claimed]
    assert [d.target_id for d in await store.claim(NOW, busy_targets=["desk"], limit=9)] != ["third", "desk"]


async def test_claim_passes_over_busy_paused_and_unreachable_targets(store: Store) -> None:
    """Busy, paused and unreachable targets wait; a pause that has ended does not count."""
    names = ["busy", "free", "over", "paused", "unreachable"]
    await store.enqueue([delivery(n, target_id=name) for n, name in enumerate(names)])
    await store.save_target_state(TargetState(target_id="paused", paused_until=later(seconds=1)))
    await store.save_target_state(TargetState(target_id="over", paused_until=NOW))
    await store.save_target_state(TargetState(target_id="unreachable", unreachable_since=NOW))
    claimed = await store.claim(NOW, busy_targets=["busy"], limit=9)
    assert sorted(d.target_id for d in claimed) == ["free", "over"]


async def test_claim_tries_unreachable_targets_that_are_probed(store: Store) -> None:
    """A probed target is claimed although it is unreachable and paused; probing excuses no busy one."""
    await store.enqueue([delivery(1, target_id="gone"), delivery(2, target_id="both")])
    for name in ("gone", "both"):
        await store.save_target_state(
            TargetState(target_id=name, unreachable_since=NOW, paused_until=later(days=1))
        )
    claimed = await store.claim(NOW, busy_targets=["both"], limit=9, probe_targets=["gone", "both"])
    assert [d.target_id for d in claimed] == ["gone"]


async def test_claim_takes_ambiguous_rows_too(store: Store) -> None:
    """An ambiguous row is claimed when it is due, and still says that it may be a repeat."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=AMBIGUOUS, reason="cut off", due_at=later(seconds=5))
    assert await store.claim(NOW, busy_targets=[], limit=9) == []
    row = await claim_one(store, now=later(seconds=5))
    assert (row.possible_repeat, row.attempt_count) == (True, 2)


async def test_recover_makes_sending_rows_ambiguous(store: Store) -> None:
    """Rows found in sending at start are ambiguous, marked as possible repeats, at their old place in line."""
    await store.enqueue([delivery(1), delivery(2, target_id="ops", due_at=later(days=1))])
    await claim_one(store)
    assert await store.recover(later(seconds=3)) == 1
    row = (await store.deliveries(target_id="desk"))[0]
    assert (AMBIGUOUS, True, NOW) == (row.state, row.possible_repeat, row.due_at)
    assert row.reason
    assert await store.recover(later(seconds=4)) == 0
    assert (await claim_one(store, now=later(seconds=3))).possible_repeat


async def test_acknowledge_keeps_receipt_and_text(store: Store) -> None:
    """A delivered row has its receipt, the text that was sent, the time, and no reason left."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=PENDING, reason="away", due_at=NOW)
    row = await claim_one(store)
    await acknowledge(
        store, number(row), receipt="77", sent_text="<b>x</b>", revision=1, now=later(seconds=2)
    )
    row = await only_row(store)
    assert (DELIVERED, "77", "<b>x</b>", later(seconds=2), None) == (
        row.state,
        row.receipt,
        row.sent_text,
        row.delivered_at,
        row.reason,
    )


@pytest.mark.parametrize("state", [PENDING, AMBIGUOUS, DEAD, EXPIRED])
async def test_settle_ends_an_attempt(store: Store, state: DeliveryState) -> None:
    """The state, the reason and the next due time are kept; the attempt still counts."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=state, reason="because", due_at=later(minutes=1))
    row = await only_row(store)
    assert (state, "because", later(minutes=1), 1) == (row.state, row.reason, row.due_at, row.attempt_count)
    assert (state is AMBIGUOUS) is row.possible_repeat


async def test_settle_keeps_the_due_time_when_none_is_named(store: Store) -> None:
    """Without a new due time a pending row is due as it was."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=PENDING, reason="unsent")
    assert (await only_row(store)).due_at == NOW


async def test_possible_repeat_and_plain_are_for_good(store: Store) -> None:
    """What was once ambiguous or refused for its markup stays marked through later attempts."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=AMBIGUOUS, reason="cut off", due_at=NOW, plain=True)
    row = await claim_one(store)
    await settle(store, number(row), state=PENDING, reason="unsent", due_at=NOW)
    row = await only_row(store)
    assert (row.possible_repeat, row.plain) == (True, True)


async def test_held_row_waits_for_a_person(store: Store) -> None:
    """An ambiguous row without a due time is never claimed or waited for until it is requeued."""
    await store.enqueue([delivery(1)])
    row = await claim_one(store)
    await settle(store, number(row), state=AMBIGUOUS, reason="cut off")
    assert await store.claim(later(days=9999), busy_targets=[], limit=9) == []
    assert await store.next_due_delivery_at() is None
    assert await store.requeue(number(row), later(hours=1)) is True
    row = await only_row(store)
    assert (PENDING, later(hours=1), True) == (row.state, row.due_at, row.possible_repeat)


async def test_rows_are_found_by_key_state_and_target(store: Store) -> None:
    """One row by its key; many by state and target, oldest first, up to the limit."""
    await store.enqueue([delivery(n) for n in (3, 1, 2)] + [delivery(4, target_id="ops")])
    row = await store.delivery(delivery(1).dedupe_key)
    assert row is not None
    assert delivery(1).story_id == row.story_id
    assert await store.delivery("nothing") is None
    await settle(store, number(row), state=DEAD, reason="refused")
    assert [f"s-{n:016x}" for n in (3, 2, 4)] == [
        d.story_id for d in await store.deliveries(states=[PENDING])
    ]
    assert [f"s-{n:016x}" for n in (3, 1)] == [
        d.story_id for d in await store.deliveries(target_id="desk", limit=2)
    ]


def digest_of(late: Sequence[tuple[Delivery, Story | None]]) -> list[Delivery]:
    """One digest for all, named by the rows' keys."""
    if not late:
        return []
    key = "digest of " + " ".join(row.dedupe_key for row, _ in late)
    content = DigestContent(reason="outage", lines=())
    return [delivery(90, kind=DeliveryKind.DIGEST, content=content, dedupe_key=key, story_id=None)]


async def test_expire_takes_late_alerts_with_their_edits_and_queues_what_tells_of_them(store: Store) -> None:
    """Alerts due too long ago expire with a reason, the edits of their messages with them; the digest is there at once."""
    await store.commit_polls([news(1)])
    await store.enqueue([edit(1), delivery(2, due_at=later(hours=2)), edit(2)])
    stories: list[Story | None] = []

    def tell(late: Sequence[tuple[Delivery, Story | None]]) -> list[Delivery]:
        stories.extend(story for _, story in late)
        return digest_of(late)

    await store.expire(later(hours=1), later(hours=25), tell)
    states = {d.dedupe_key: d.state for d in await store.deliveries() if d.kind is not DeliveryKind.DIGEST}
    assert {
        delivery(1).dedupe_key: EXPIRED,
        edit(1).dedupe_key: EXPIRED,
        delivery(2).dedupe_key: PENDING,
        edit(2).dedupe_key: PENDING,
    } == states
    assert all(d.reason for d in await store.deliveries(states=[EXPIRED]))
    assert [f"s-{1:016x}"] == [story.id for story in stories if story]
    await store.expire(later(hours=1), later(hours=25), tell)
    assert 1 == len([d for d in await store.deliveries() if d.kind is DeliveryKind.DIGEST])


async def test_expire_spares_ambiguous_held_and_other_rows(store: Store) -> None:
    """What may have arrived, rows of unreachable targets, digests and notices do not expire."""
    notice = delivery(
        3,
        kind=DeliveryKind.NOTICE,
        content=NoticeContent(kind=NoticeKind.TEST),
        dedupe_key="n",
        target_id="x",
    )
    await store.enqueue([delivery(1), delivery(2, target_id="gone"), notice])
    await store.save_target_state(TargetState(target_id="gone", unreachable_since=NOW))
    row = (await store.claim(NOW, busy_targets=["x"], limit=1))[0]
    await settle(store, number(row), state=AMBIGUOUS, reason="cut off", due_at=NOW)
    row = (await store.claim(NOW, busy_targets=["x"], limit=1))[0]
    await settle(store, number(row), state=PENDING, reason="unsent", due_at=NOW)
    await store.expire(later(days=2), later(days=2), digest_of)
    assert [] == await store.deliveries(states=[EXPIRED])
    assert 3 == len(await store.deliveries())


async def test_an_attempts_conclusion_is_kept_whole(store: Store) -> None:
    """Rows in the order given, targets and notices; the same conclusion again changes nothing."""
    await store.enqueue([delivery(1), delivery(2)])
    first, second = await store.deliveries()
    lost = TargetState(target_id="desk", unreachable_since=NOW, unreachable_reason="blocked")
    conclusion = Conclusion(
        now=NOW,
        acknowledged=(Acknowledged(delivery_id=number(first), sent_text="t", revision=1, receipt="5"),),
        settled=(
            Settled(delivery_id=number(second), state=PENDING, reason="away"),
            Settled(delivery_id=number(second), state=DEAD, reason="too long"),
        ),
        targets=(lost,),
        queued=(delivery(3),),
    )
    for _ in range(2):
        await store.conclude(conclusion)
    rows = await store.deliveries()
    assert [(DELIVERED, None), (DEAD, "too long"), (PENDING, None)] == [(d.state, d.reason) for d in rows]
    assert {"desk": lost} == await store.target_states()


async def test_next_due_delivery_counts_pauses_and_skips_unreachable_targets(store: Store) -> None:
    """The earliest due row counts from the end of its target's pause; unreachable targets do not count."""
    assert await store.next_due_delivery_at() is None
    await store.enqueue(
        [
            delivery(1, target_id="gone", due_at=later(minutes=-9)),
            delivery(2, target_id="paused", due_at=later(minutes=1)),
            delivery(3, target_id="free", due_at=later(minutes=7)),
            delivery(4, target_id="free", due_at=later(minutes=8)),
        ]
    )
    await store.save_target_state(TargetState(target_id="gone", unreachable_since=NOW))
    await store.save_target_state(TargetState(target_id="paused", paused_until=later(minutes=5)))
    assert later(minutes=5) == await store.next_due_delivery_at()
    await store.save_target_state(TargetState(target_id="paused", paused_until=later(minutes=9)))
    assert later(minutes=7) == await store.next_due_delivery_at()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PENDING, False),
        (SENDING, False),
        (DELIVERED, False),
        (AMBIGUOUS, False),
        (DEAD, True),
        (EXPIRED, True),
    ],
)
async def test_requeue_revives_only_what_was_given_up(
    store: Store, state: DeliveryState, expected: bool
) -> None:
    """A dead or expired row is pending and due again; a row that lives its life is left alone."""
    await store.enqueue([delivery(1, state=state)])
    row = await only_row(store)
    assert expected is await store.requeue(number(row), later(hours=1))
    after = await only_row(store)
    assert ((PENDING, later(hours=1)) if expected else (state, NOW)) == (after.state, after.due_at)
    assert await store.requeue(12345, NOW) is False


@pytest.mark.parametrize(
    ("state", "expected"), [(PENDING, True), (AMBIGUOUS, True), (SENDING, False), (DELIVERED, False)]
)
async def test_drop_ends_what_is_not_delivered(store: Store, state: DeliveryState, expected: bool) -> None:
    """A waiting row is dead by the user's wish; one being sent or delivered is left alone."""
    await store.enqueue([delivery(1, state=state)])
    row = await only_row(store)
    assert expected is await store.drop(number(row), NOW)
    after = await only_row(store)
    assert ((DEAD, "dropped by user") if expected else (state, None)) == (after.state, after.reason)
    assert await store.drop(12345, NOW) is False


async def test_poll_and_queue_share_the_dedupe_rule(store: Store) -> None:
    """A row queued by a poll is known to enqueue, and the other way round."""
    await store.commit_polls([news(1)])
    await store.enqueue([delivery(1), delivery(2)])
    await store.commit_polls([news(2)])
    assert len(await store.deliveries()) == 2


async def test_clock_set_back_holds_no_row_up(store: Store) -> None:
    """Rows queued or attempted by a clock a year ahead are sent when it is right again; held ones stay held."""
    year = {"days": 365}
    await store.enqueue(
        [
            delivery(1, target_id="a", created_at=later(**year), due_at=later(**year)),
            delivery(2, target_id="b"),
            delivery(3, target_id="c"),
            delivery(4, target_id="d", due_at=later(hours=9)),
        ]
    )
    for row in await store.claim(later(**year), busy_targets=["a", "d"], limit=9):
        held = row.target_id == "c"
        await settle(
            store,
            number(row),
            state=AMBIGUOUS if held else PENDING,
            reason="away",
            due_at=None if held else later(days=365, minutes=1),
        )
    claimed = await store.claim(NOW, busy_targets=[], limit=9)
    assert sorted(row.target_id for row in claimed) == ["a", "b"]


async def test_clock_set_back_ends_pauses(store: Store) -> None:
    """A pause that a clock a year ahead has set is over when it is right again; one of a day is kept."""
    await store.enqueue([delivery(1, target_id="year"), delivery(2, target_id="day")])
    await store.save_target_state(TargetState(target_id="year", paused_until=later(days=365)))
    await store.save_target_state(TargetState(target_id="day", paused_until=later(days=1)))
    claimed = await store.claim(NOW, busy_targets=[], limit=9)
    assert [row.target_id for row in claimed] == ["year"]
    assert (await store.target_states())["year"].paused_until == NOW
    assert (await store.target_states())["day"].paused_until == later(days=1)
