"""Whom to tell of a story and how (P6, P9): no target is told a story twice, nobody who knows it misses what joins."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.core.deciding.test_decide import DISTINCT, VISIT
from tests.fakes.polls import NOW, World, raw, runtime
from watcher.core.model import (
    AlertContent,
    Counts,
    DeliveryKind,
    DigestContent,
    EditContent,
    PollPlan,
    Target,
)

STRIKE = "Ambush near Bamako as Lavrov lands in Bamako for talks"


def told(plan: PollPlan) -> Counter[str | None]:
    """How many times each story is in what one target gets."""
    found: list[str | None] = []
    for delivery in plan.deliveries:
        if isinstance(delivery.content, DigestContent):
            found += [line.story_id for line in delivery.content.lines]
        elif isinstance(delivery.content, AlertContent):
            found.append(delivery.content.story_id)
    return Counter(found)


@pytest.mark.parametrize("updates", ["edit", "reply", "ignore"])
def test_a_flood_of_stories_known_from_a_silent_poll_tells_each_once(updates: str) -> None:
    """What goes into a flood's digest is news to the target: it gets neither a reply nor an edit of it as well."""
    world = World(runtime=runtime(Target(id="chat", updates=updates))).never_polled()
    world.poll(*(raw(title) for title in DISTINCT))
    plan = world.poll(*(raw(title, guid=f"b-{n}") for n, title in enumerate(DISTINCT)), feed="second")
    stories = {judged.story_id for judged in plan.entries}
    assert len(stories) > world.runtime.policy.flood_feed_count
    assert told(plan) == Counter(stories)
    assert DeliveryKind.EDIT not in {delivery.kind for delivery in plan.deliveries}


def test_a_message_lists_an_outlet_that_told_its_story_under_another_topic() -> None:
    """Who knows a story sees another outlet join, though that entry alone would not have been for them."""
    ties, attacks = Target(id="ties", topics=("ties",)), Target(id="attacks", topics=("attacks",))
    world = World(runtime=runtime(ties, attacks))
    world.poll(raw(STRIKE))
    world.stories.replace(replace(world.stories.stories()[0], topics=("ties",), told_targets=("ties",)))
    plan = world.poll(raw(STRIKE.replace("Lavrov lands in Bamako", "he lands there")), feed="second")
    assert [[match.profile_id for match in judged.matches] for judged in plan.entries] == [["attacks"]]
    assert {d.target_id: d.kind for d in plan.deliveries} == {
        "attacks": DeliveryKind.ALERT,
        "ties": DeliveryKind.EDIT,
    }
    (edit,) = [d.content for d in plan.deliveries if isinstance(d.content, EditContent)]
    assert edit.topics == ()


def test_replies_count_against_the_budget_and_go_into_the_digest_beyond_it() -> None:
    """A target that gets every outlet as a reply gets no more messages an hour than it wants, and loses none."""
    world = World(runtime=runtime(Target(id="chat", updates="reply", max_alerts_per_hour=2)))
    world.poll(raw(VISIT))
    world.counts = Counts(alerts_by_topic={}, alerts_by_target={"chat": 1})
    found = [
        world.poll(raw(f"{VISIT} {when}", at=NOW), feed=feed).deliveries
        for feed, when in (("b", "today"), ("c", "now"))
    ]
    assert [[row.kind for row in rows] for rows in found] == [[DeliveryKind.ALERT]] * 2
    world.counts = Counts(alerts_by_topic={}, alerts_by_target={"chat": 2})
    rows = [world.poll(raw(f"{VISIT} tonight"), feed=feed).deliveries for feed in ("d", "e")]
    assert [[row.kind for row in some] for some in rows] == [[DeliveryKind.DIGEST]] * 2
    assert rows[0][0].dedupe_key != rows[1][0].dedupe_key
