"""Everything one poll changes, decided in one pure function (P3–P9)."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from tests.fakes.polls import NOW, World, raw, runtime
from watcher.core.model import (
    AlertContent,
    AlertKind,
    Counts,
    DeliveryKind,
    DigestContent,
    EditContent,
    Fate,
    Mute,
    Policy,
    PollOutcome,
    PollPlan,
    Target,
)

VISIT = "Lavrov lands in Bamako for talks"
AMBUSH = "Ambush near Niger border leaves many dead"


def kinds(plan: PollPlan) -> list[DeliveryKind]:
    return [delivery.kind for delivery in plan.deliveries]


def fates(plan: PollPlan) -> list[Fate]:
    return [judged.fate for judged in plan.entries]


def test_an_on_topic_entry_opens_a_story_and_is_alerted_once() -> None:
    """One entry, one story, one alert row that says why; the same document again changes nothing."""
    world = World()
    plan = world.poll(raw(VISIT), raw("Weather in Lagos"))
    assert sorted(fates(plan)) == [Fate.NEW_STORY, Fate.OFF_TOPIC]
    (delivery,) = plan.deliveries
    content = delivery.content
    assert isinstance(content, AlertContent)
    assert (content.topics[0].id, content.topics[0].why) == ("ties", "Russia (Lavrov) × Sahel state (Bamako)")
    assert (len(plan.alerts), len(plan.stories)) == (1, 1)
    again = world.poll(raw(VISIT), raw("Weather in Lagos"))
    assert (
        again.outcome,
        again.entries,
        again.deliveries,
        again.stories,
    ) == (PollOutcome.UNCHANGED, (), (), ())


def test_the_first_poll_of_a_feed_is_silent_but_remembered() -> None:
    """A backlog alerts nobody (P4); its story alerts with its first later entry."""
    world = World().never_polled()
    plan = world.poll(raw(VISIT))
    assert (fates(plan), plan.deliveries) == ([Fate.BACKLOG], ())
    assert len(plan.stories) == 1
    later = world.poll(raw("Lavrov lands in Bamako for talks with junta"), feed="other")
    assert kinds(later) == [DeliveryKind.ALERT]
    assert plan.stories[0].story_id == later.stories[0].story_id


def test_another_outlet_edits_the_message_instead_of_a_new_push() -> None:
    """The same story from a second outlet queues one edit and no alert (P9)."""
    world = World()
    first = world.poll(raw(VISIT))
    second = world.poll(raw("Lavrov lands in Bamako for talks today"), feed="second")
    assert kinds(second) == [DeliveryKind.EDIT]
    assert isinstance(second.deliveries[0].content, EditContent)
    assert first.stories[0].story_id == second.stories[0].story_id
    assert second.deliveries[0].silent
    assert second.alerts == ()


def test_two_entries_of_one_poll_in_one_story_make_one_alert() -> None:
    """An outlet that runs a story twice in one document alerts once and edits nothing."""
    plan = World().poll(raw(VISIT), raw("Lavrov lands in Bamako for talks, says ministry"))
    assert kinds(plan) == [DeliveryKind.ALERT]
    assert len(plan.stories) == 1


def test_the_order_of_entries_does_not_change_which_stories_exist() -> None:
    """Any order of one document gives the same stories with the same members."""
    entries = [
        raw(VISIT, at=NOW - timedelta(hours=3)),
        raw("Lavrov lands in Bamako for talks, says ministry", at=NOW - timedelta(hours=2)),
        raw(AMBUSH, at=NOW - timedelta(hours=1)),
        raw("Kremlin denies arms deal with Niger", at=None),
    ]
    found = {
        frozenset((story.story_id, frozenset(story.entry_ids)) for story in World().poll(*order).stories)
        for order in permutations(entries)
    }
    assert len(found) == 1


def test_replaying_a_poll_that_was_not_committed_decides_the_same() -> None:
    """Deciding twice from the same memory gives the same plan: ids are derived, nothing is drawn."""
    world = World()
    assert world.poll(raw(VISIT), raw(AMBUSH), commit=False) == world.poll(
        raw(VISIT), raw(AMBUSH), commit=False
    )


def test_old_entries_are_seen_but_not_alerted() -> None:
    """Published over a week before first sight: recorded as old, in no story (P7)."""
    plan = World().poll(raw(VISIT, at=NOW - timedelta(days=8)))
    assert (fates(plan), plan.deliveries, plan.stories) == ([Fate.OLD], (), ())


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_absurd_dates_are_not_believed(year: int) -> None:
    """Year 1, 1970 or 9999 count as no date: the entry is news now (P7)."""
    plan = World().poll(raw(VISIT, at=NOW.replace(year=year)))
    assert fates(plan) == [Fate.NEW_STORY]
    assert plan.entries[0].entry.published_at is None


def test_a_muted_topic_or_outlet_is_silent_until_the_mute_ends() -> None:
    """Muted entries are recorded as such; the story alerts with its first entry after the mute."""
    world = World(mutes=(Mute(kind="topic", value="ties", until=None, created_at=NOW),))
    assert (fates(plan := world.poll(raw(VISIT))), plan.deliveries) == ([Fate.MUTED], ())
    world.mutes = ()
    assert kinds(world.poll(raw("Lavrov lands in Bamako for talks today"), feed="b")) == [DeliveryKind.ALERT]


def test_a_story_that_reaches_a_new_topic_is_new_only_to_the_target_of_that_topic() -> None:
    """A new target gets a message of kind story-grew; the one that knows the story gets an edit."""
    ties = Target(id="ties-desk", topics=("ties",))
    attacks = Target(id="attack-desk", topics=("attacks",))
    world = World(runtime=runtime(ties, attacks))
    first = world.poll(raw("Russia condemns killings at Bamako camp"))
    assert [delivery.target_id for delivery in first.deliveries] == ["ties-desk"]
    second = world.poll(raw("Russia condemns attack and killings at Bamako camp"), feed="b")
    found = {delivery.target_id: delivery.kind for delivery in second.deliveries}
    assert found == {"attack-desk": DeliveryKind.ALERT, "ties-desk": DeliveryKind.EDIT}
    assert [alert.kind for alert in second.alerts] == [AlertKind.STORY_GREW]


DISTINCT = (
    "Kremlin ships wheat to Mali after harvest failure",
    "Russia trains Niger judges in new code",
    "Bamako museum lends masks to gallery in Russia",
    "Lavrov telephones president, Mali gold refinery on agenda",
    "Niger students stranded in Russia ask for tickets home",
    "Russia wrestlers beat Mali at Dakar tournament",
    "Kremlin denies reactor sale to Niger",
    "Mali pays Russia firm for radio masts along railway",
    "Vaccines from Russia spoil in Niger warehouse heat",
    "Bamako names street after poet from Russia",
    "Niger cancels satellite contract, Kremlin shrugs",
    "Russia tourists lost in desert found alive by Mali herders",
    "Lavrov book launched at Niger university amid protest",
    "Mali cotton price row lands in Russia arbitration court",
)


def distinct_headlines(count: int) -> list[str]:
    """On-topic headlines that share nothing but the topic."""
    return list(DISTINCT[:count])


def test_a_flood_from_one_feed_becomes_five_alerts_and_one_digest() -> None:
    """More than ten alerts in one poll: the first five alert, the rest share one digest, none is lost (P6)."""
    world = World()
    plan = world.poll(*(raw(title) for title in distinct_headlines(14)))
    stories = len(plan.stories)
    assert stories > 10, "the headlines must not be one story for this test to say anything"
    assert kinds(plan).count(DeliveryKind.ALERT) == 5
    (digest,) = [d for d in plan.deliveries if d.kind is DeliveryKind.DIGEST]
    assert isinstance(digest.content, DigestContent)
    assert stories - 5 == len(digest.content.lines)
    assert stories - 5 == fates(plan).count(Fate.HELD)
    told = [story.told_targets for story in plan.stories]
    assert [("chat",)] * stories == told


def test_a_topic_over_its_hourly_limit_goes_into_a_digest() -> None:
    """After 30 alerts of a topic in an hour, the next waits for the hour's digest (P6)."""
    world = World(counts=Counts(alerts_by_topic={"ties": 30}, alerts_by_target={}))
    plan = world.poll(raw(VISIT))
    assert (kinds(plan), fates(plan), plan.alerts) == ([DeliveryKind.DIGEST], [Fate.HELD], ())
    assert NOW + timedelta(hours=1) == plan.deliveries[0].due_at


def test_a_target_over_its_budget_gets_a_digest_line_while_others_are_alerted() -> None:
    """A volume budget holds back only the target it belongs to."""
    busy, calm = Target(id="busy", max_alerts_per_hour=3), Target(id="calm")
    world = World(
        runtime=runtime(busy, calm), counts=Counts(alerts_by_topic={}, alerts_by_target={"busy": 3})
    )
    plan = world.poll(raw(VISIT))
    found = {delivery.target_id: delivery.kind for delivery in plan.deliveries}
    assert found == {"busy": DeliveryKind.DIGEST, "calm": DeliveryKind.ALERT}
    assert fates(plan) == [Fate.NEW_STORY]


def test_a_target_that_wants_higher_scores_is_not_told() -> None:
    """min_score keeps weak matches from a target; the entry's story still exists, and its reason says why all is quiet."""
    world = World(runtime=runtime(Target(id="strict", min_score=99.9)))
    plan = world.poll(raw(VISIT))
    assert (plan.deliveries, len(plan.stories)) == ((), 1)
    assert plan.entries[0].reason.endswith("told nobody: no target takes its topics at its score")


def test_rekeyed_feed_alerts_nobody_and_is_told_once() -> None:
    """A feed that changes all guids and links at once is recognised: no alerts, one notice (P6)."""
    world = World(runtime=runtime(Target(id="chat", ops=True)))
    titles = distinct_headlines(8)
    world.poll(*(raw(title) for title in titles))
    world.now = NOW + timedelta(days=4)
    plan = world.poll(*(raw(title, guid=f"re-{n}") for n, title in enumerate(titles)))
    assert kinds(plan) == [DeliveryKind.NOTICE]
    assert {Fate.BACKLOG} == set(fates(plan))


def test_a_feed_whose_ids_change_at_every_poll_is_told_of_once_and_still_watched() -> None:
    """New guids and links at every poll: old entries are known by their titles, new ones are news, one notice a month."""
    world = World(runtime=runtime(Target(id="chat", ops=True)))
    titles = [*DISTINCT[:6], *DISTINCT[8:10]]
    world.poll(*(raw(title) for title in titles[:6]))
    keys = set()
    for n in range(2):
        world.now = NOW + timedelta(minutes=10 * (n + 1))
        shown = (raw(title, guid=f"{n}-{title[:9]}") for title in titles[: 7 + n])
        plan = world.poll(*shown)
        assert [titles[6 + n]] == [judged.entry.title for judged in plan.entries]
        assert fates(plan) == [[Fate.SAME_STORY], [Fate.NEW_STORY]][n]
        keys.add(plan.deliveries[-1].dedupe_key)
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("window_h", "after_h", "expected"), [(2, 22, "alert"), (72, 71, "edit"), (200, 100, "edit")]
)
def test_the_configured_window_says_when_a_story_is_over(window_h: int, after_h: int, expected: str) -> None:
    """By the clock of the poll: a shorter and a longer window than three days both count, tidied up or not."""
    world = World(runtime=runtime(policy=Policy(story_window_s=window_h * 3600.0)))
    world.poll(raw(VISIT))
    world.now = NOW + timedelta(hours=after_h)
    plan = world.poll(raw(VISIT, guid="b", at=world.now), feed="second")
    assert kinds(plan) == [DeliveryKind(expected)]


@pytest.mark.parametrize(("updates", "expected"), [("edit", 1), ("reply", 1), ("ignore", 0)])
def test_what_joining_outlets_do_is_configurable(updates: str, expected: int) -> None:
    """edit changes the message, reply answers it, ignore leaves it."""
    world = World(runtime=runtime(Target(id="chat", updates=updates)))
    world.poll(raw(VISIT))
    plan = world.poll(raw("Lavrov lands in Bamako for talks today"), feed="b")
    assert expected == len(plan.deliveries)
    if updates == "reply":
        content = plan.deliveries[0].content
        assert isinstance(content, AlertContent)
        assert content.story_id == content.follows_story_id


def test_an_edited_headline_changes_the_message_at_most_three_times_a_day() -> None:
    """A rewritten headline of the told entry queues an edit that names the change, three times in 24 hours (P8)."""
    world = World()
    world.poll(raw(VISIT, guid="visit"))
    edits = []
    for n in range(5):
        world.now = NOW + timedelta(hours=n + 1)
        plan = world.poll(raw(f"{VISIT}, version {n}", guid="visit"))
        assert () == plan.alerts
        edits += [d for d in plan.deliveries if d.kind is DeliveryKind.EDIT]
    assert 3 == len(edits)
    content = edits[0].content
    assert isinstance(content, EditContent)
    assert f"“{VISIT}” → “{VISIT}, version 0”" == content.change
    world.now = NOW + timedelta(hours=30)
    assert [DeliveryKind.EDIT] == kinds(world.poll(raw(f"{VISIT}, final", guid="visit")))


def test_an_edit_of_another_outlets_headline_disturbs_nobody() -> None:
    """Only the headline that was told is worth an edit; the other is remembered."""
    world = World()
    world.poll(raw(VISIT))
    world.poll(raw("Lavrov lands in Bamako for talks today", guid="b"), feed="b")
    plan = world.poll(raw("Lavrov lands in Bamako for long talks today", guid="b"), feed="b")
    assert () == plan.deliveries
    assert ["Lavrov lands in Bamako for long talks today"] == [entry.title for entry in plan.retitled]
