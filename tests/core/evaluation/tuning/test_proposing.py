"""Edits are proposed when they are measured to help, and only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.past import labelled
from tests.fakes.polls import ATTACKS, TIES, member
from watcher.core.evaluation.topics import Labelled
from watcher.core.evaluation.tuning import (
    AddTerm,
    RemoveTerm,
    SetScore,
    SetThreshold,
    apply,
    judge_all,
    pattern_records,
    term_records,
    tune,
)
from watcher.core.profiles import Concept, Need, Pattern

PLACES = (
    "market",
    "harbour",
    "school",
    "bridge",
    "airport",
    "stadium",
    "clinic",
    "museum",
    "station",
    "library",
)
ON = [labelled(f"Kremlin opens a {place} in Mali", 2) for place in PLACES]
OFF = [labelled(f"Rain over the {place} of Lagos", 0) for place in PLACES]
PROFILES = {"ties": TIES, "attacks": ATTACKS}


def edits(items: list[Labelled], **options: bool) -> list[object]:
    return [proposal.edit for proposal in tune(items, PROFILES, "ties", **options).proposals]


def test_nothing_is_proposed_for_a_profile_without_mistakes() -> None:
    """All right, nothing to do."""
    tuning = tune([*ON, *OFF], PROFILES, "ties")
    assert ((), 1.0) == (tuning.proposals, tuning.after.f1)


def test_a_term_of_false_alarms_is_to_be_removed() -> None:
    """Here "Niger" stands for a river in three false alarms and for a state never."""
    river = [labelled(f"Kremlin buys fish from the Niger {place}", 0) for place in PLACES[:3]]
    tuning = tune([*ON, *OFF, *river], PROFILES, "ties")
    (proposal,) = tuning.proposals
    assert RemoveTerm(topic="ties", concept="sahel", shared=False, member="ne", term="Niger") == proposal.edit
    assert (3, 0, 3) == (proposal.false_saved, proposal.missed_saved, proposal.gain)
    assert (3, 0) == (tuning.before.false_count, tuning.after.false_count)


def test_one_false_alarm_is_not_tuned_away() -> None:
    """An edit for one entry would be fitting."""
    assert [] == edits([*ON, *OFF, labelled("Kremlin buys fish from the Niger market", 0)])


def test_a_term_that_also_serves_stays() -> None:
    """As many true alerts as false ones: removing it would cost as much as it saves."""
    river = [labelled(f"Kremlin buys fish from the Niger {place}", 0) for place in PLACES[:3]]
    served = [labelled(f"Kremlin opens a {place} in Niger", 2) for place in PLACES[:3]]
    assert [] == edits([*ON, *OFF, *river, *served])


def test_a_word_that_misses_share_is_to_be_added_where_it_completes_a_pattern() -> None:
    """Five misses name Rosatom and a Sahel state: the concept Russia lacks it."""
    stories = [
        "Rosatom signs for a reactor near Bamako",
        "Mali hands Rosatom its lithium fields",
        "First engineers of Rosatom arrive, says Mali",
        "Why Niger wants uranium talks with Rosatom",
        "Power cuts: Rosatom promises Bamako light",
    ]
    tuning = tune([*ON, *OFF, *(labelled(title, 2) for title in stories)], PROFILES, "ties")
    (proposal,) = tuning.proposals
    edit = proposal.edit
    assert isinstance(edit, AddTerm)
    assert ("russia", None, "Rosatom") == (edit.concept, edit.member, edit.term)
    assert (5, 5, 0) == (proposal.missed_saved, tuning.before.missed_count, tuning.after.missed_count)
    assert ("Rosatom", 5) == (tuning.words[0].text, tuning.words[0].miss_count)


def test_two_copies_of_one_text_are_no_pattern() -> None:
    """A word of one story told twice is not proposed."""
    copy = "Rosatom signs for a reactor near Bamako"
    assert [] == edits([*ON, *OFF, labelled(copy, 2), labelled(f"{copy} - live", 2)])


def test_a_shared_concept_is_measured_on_every_topic() -> None:
    """What helps one topic and hurts another as much is not proposed."""
    shared = Concept(id="sahel", shared=True, members=(member("ml", "Mali", "Bamako"), member("ne", "Niger")))
    profiles = {
        profile.id: replace(profile, concepts=(*(c for c in profile.concepts if c.id != "sahel"), shared))
        for profile in (TIES, ATTACKS)
    }
    river = [labelled(f"Kremlin buys fish from the Niger {place}", 0) for place in PLACES[:5]]
    (alone,) = tune([*ON, *OFF, *river], profiles, "ties").proposals
    assert isinstance(alone.edit, RemoveTerm)
    assert alone.edit.shared
    raids = [labelled(f"Ambush at a {place} in Niger", 2, topic="attacks") for place in PLACES[:5]]
    assert () == tune([*ON, *OFF, *river, *raids], profiles, "ties").proposals


def test_a_pattern_that_alone_brings_false_alarms_is_put_below_the_threshold() -> None:
    """It still adds to others, but no longer decides."""
    loose = Pattern(name="russia alone", needs=(Need(concepts=("russia",)),), score=60)
    profiles = {"ties": replace(TIES, patterns=(*TIES.patterns, loose))}
    winter = [labelled(f"Kremlin closes a {place}", 0) for place in PLACES[:4]]
    edits = [one.edit for one in tune([*ON, *OFF, *winter], profiles, "ties").proposals]
    assert [SetScore(topic="ties", pattern="russia alone", value=45.0)] == edits


def test_a_threshold_is_moved_when_that_serves_entries_which_did_not_choose_it() -> None:
    """Everything on topic scores 90; the threshold stood above."""
    profiles = {"ties": replace(TIES, threshold=95.0)}
    tuning = tune([*ON, *OFF], profiles, "ties", threshold_only=True)
    (proposal,) = tuning.proposals
    assert isinstance(proposal.edit, SetThreshold)
    assert (10, 1.0) == (proposal.missed_saved, tuning.after.f1)
    assert proposal.edit.value < 90


def test_borderline_entries_never_count() -> None:
    """Grade 1 is neither right nor wrong."""
    tuning = tune([*ON, *OFF, labelled("Russia writes to Mali", 1)], PROFILES, "ties")
    assert (20, 0) == (tuning.counted, tuning.before.false_count)


def test_mistakes_that_are_left_are_shown() -> None:
    """Surest false alarms first; misses with what they scored."""
    wrong = labelled("Kremlin buys fish from the Niger market", 0)
    missed = labelled("Rosatom signs for a reactor near Bamako", 2)
    tuning = tune([*ON, *OFF, wrong, missed], PROFILES, "ties")
    assert [wrong.entry] == [item.entry for item in tuning.false_alarms]
    assert [missed.entry] == [item.entry for item in tuning.misses]


def test_records_count_what_each_term_and_pattern_did() -> None:
    """True and false alerts per term; for patterns also those where no other met."""
    judged = judge_all([*ON[:2], labelled("Kremlin buys fish from the Niger market", 0)], PROFILES)["ties"]
    terms = {record.term: (record.true_count, record.false_count) for record in term_records(judged, 50)}
    assert {"Kremlin": (2, 1), "Mali": (2, 0), "Niger": (0, 1)} == terms
    (pattern,) = pattern_records(judged, 50)
    assert (2, 1, 2, 1) == (
        pattern.true_count,
        pattern.false_count,
        pattern.alone_true_count,
        pattern.alone_false_count,
    )


@pytest.mark.parametrize(
    "edit",
    [
        SetThreshold(topic="ties", value=10),
        SetScore(topic="ties", pattern="russia meets sahel", value=10),
        RemoveTerm(topic="ties", concept="russia", shared=False, member="ru", term="Russia"),
        AddTerm(topic="ties", concept="russia", shared=False, member=None, term="Rosatom", language=None),
        AddTerm(topic="ties", concept="russia", shared=False, member="ru", term="Rosatom", language="en"),
    ],
)
def test_an_edit_changes_its_topic_and_no_other(edit: object) -> None:
    """Own concepts, patterns and thresholds are nobody else's affair; the given profiles stay as they are."""
    changed = apply(PROFILES, edit)  # type: ignore[arg-type]
    assert changed["ties"] != TIES
    assert changed["attacks"] is ATTACKS
    assert PROFILES == {"ties": TIES, "attacks": ATTACKS}
