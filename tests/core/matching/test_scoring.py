"""Patterns, exclusions, shadows and weights come to the score that the documentation promises."""

from __future__ import annotations

import pytest

from tests.fakes.topics import entry, judged, shipped, topic
from watcher.core.matching import judge, match, read_entry
from watcher.core.matching.explaining import explain
from watcher.core.matching.scoring import WHOLE_FEED

CONCEPTS = """
concepts:
  state: {members: {ml: [Mali], ne: [Niger], bf: [Burkina Faso], bamako: {of: ml, any: [Bamako]}}}
  russia: [Russia]
  weak: [{term: Volga, weight: 0.5}]
  football: [football]
"""


def both(extra: str = "", where: str = "anywhere") -> str:
    """A topic file: Russia and a state must meet."""
    concepts = CONCEPTS.strip()
    return f"{concepts}\npatterns:\n  - {{name: both, needs: [state, russia], score: 80, where: {where}}}\n{extra}"


def test_a_pattern_met_in_the_title_gives_its_score() -> None:
    """Everything written plainly in the title is worth the whole score."""
    assert 80.0 == judged("Russia meets Mali", matcher=topic(both())).score


def test_the_summary_counts_less_and_its_background_least() -> None:
    """A need in the lead is worth 0.7, further down 0.5; a pattern is the geometric mean of its needs."""
    matcher = topic(both())
    assert round(80 * 0.7**0.5, 1) == judged("Mali signs", "A deal with Russia.", matcher=matcher).score
    assert round(80 * 0.5**0.5, 1) == judged("Mali signs", "A deal. " * 40 + "Russia", matcher=matcher).score
    assert 56.0 == judged("A deal", "Mali and Russia sign.", matcher=matcher).score


def test_patterns_are_joined_by_noisy_or() -> None:
    """Two patterns of 80 and 50 leave a doubt of 0.2 x 0.5."""
    matcher = topic(both("  - {name: alone, needs: [state], score: 50}"))
    assert 90.0 == judged("Russia meets Mali", matcher=matcher).score


def test_weights_and_quality_lower_a_need() -> None:
    """A term of weight 0.5 makes its need worth half."""
    matcher = topic(f"{CONCEPTS}\npatterns: [{{name: p, needs: [weak, state], score: 80}}]")
    assert round(80 * 0.5**0.5, 1) == judged("Volga and Mali", matcher=matcher).score


def test_different_members_are_counted_as_what_they_stand_for() -> None:
    """Bamako counts as Mali: only two different states make a pair."""
    matcher = topic(
        f"{CONCEPTS}\npatterns: [{{name: p, needs: [{{concept: state, different: 2}}], score: 80}}]"
    )
    assert 0 == judged("Bamako: Mali decides", matcher=matcher).score
    assert 80 == judged("Bamako and Niger decide", matcher=matcher).score


def test_a_need_may_name_one_member_or_several_concepts() -> None:
    """ "state.ne" is Niger alone; "weak or russia" is either."""
    matcher = topic(f"{CONCEPTS}\npatterns: [{{name: p, needs: [state.ne, weak or russia], score: 80}}]")
    assert 0 == judged("Mali and Russia", matcher=matcher).score
    assert 80 == judged("Niger and Russia", matcher=matcher).score


@pytest.mark.parametrize(
    ("where", "title", "summary", "met"),
    [
        ("title", "Russia and Mali", "", True),
        ("title", "Russia acts", "In Mali.", False),
        ("sentence", "News", "Russia and Mali sign. Rain.", True),
        ("sentence", "News", "Russia signs. Mali rains.", False),
        ("sentence", "Russia signs", "Mali rains.", False),
        ("anywhere", "Russia signs", "Rain. Mali rains.", True),
    ],
)
def test_where_a_pattern_must_be_met(where: str, title: str, summary: str, met: bool) -> None:
    """In the title, in one sentence (the title is one), or anywhere."""
    assert met == (judged(title, summary, matcher=topic(both(where=where))).score > 0)


def test_unless_strikes_a_pattern_out_and_says_why() -> None:
    """A pattern that met but is struck out counts nothing and is explained."""
    text = f"{CONCEPTS}\npatterns: [{{name: both, needs: [state, russia], score: 80, unless: [football]}}]"
    found = judged("Russia and Mali in football", matcher=topic(text))
    assert (0, "not counted, because of 'football' (football)") == (found.score, found.near[0].note)


def test_an_exclusion_multiplies_the_score() -> None:
    """What speaks against the topic takes its share, and is told."""
    matcher = topic(both("exclusions: [{name: sport, needs: [football], times: 0.25}]"))
    found = judged("Russia and Mali in football", matcher=matcher)
    assert 20.0 == found.score
    assert "against the topic: score x 0.25" == found.near[0].note


def test_a_longer_term_takes_its_words_away() -> None:
    """Within a topic the longer term counts, not the shorter inside it."""
    text = """
concepts: {sea: [North Sea], north: [North]}
patterns: [{name: n, needs: [north], score: 60}, {name: s, needs: [sea], score: 30}]
"""
    assert ["s"] == [one.pattern for one in judged("On the North Sea", matcher=topic(text)).evidence]


def test_a_shadow_takes_its_words_from_every_topic_and_means_nothing() -> None:
    """Niger Delta is not Niger, yet Niger beside it still counts."""
    matcher = topic(both("shadows: [Niger Delta]"))
    assert not read_entry(entry("Niger Delta oil"), matcher).mentions
    assert ["Niger"] == [one.words for one in read_entry(entry("Niger Delta and Niger"), matcher).mentions]


def test_what_just_failed_is_named_with_what_it_wants() -> None:
    """One need short: explained with its score and the missing concept."""
    found = judged("Mali harvest", matcher=topic(both()))
    assert [("both", ("russia",), 80.0)] == [(one.pattern, one.missing, one.score) for one in found.near]
    assert "would give 80, but wants russia" in "\n".join(explain(found))


def test_a_topics_own_concept_is_named_apart_and_a_shared_one_is_not() -> None:
    """Mentions of two topics' own concepts of one name must not be mixed up."""
    matcher = topic(
        "concepts: {own: [Volga]}\npatterns: [{name: p, needs: [own, common], score: 9}]",
        "concepts: {common: [Mali]}",
    )
    mentions = read_entry(entry("Volga Mali"), matcher).mentions
    assert ["t/own", "common"] == [one.concept for one in mentions]


def test_every_entry_of_a_whole_feed_counts() -> None:
    """A feed of nothing but the topic needs no evidence."""
    matcher = topic(both())
    one = entry("Nothing in particular")
    (found,) = judge(read_entry(one, matcher), one, matcher, everything_for=("t",))
    assert (100, WHOLE_FEED) == (found.score, found.evidence[0].pattern)


def test_only_the_asked_topics_are_judged() -> None:
    """A feed may be matched against some topics only."""
    one = entry("Putin and Goita agree to fight terrorism in Mali")
    found = judge(read_entry(one, shipped()), one, shipped(), topics=("counterterrorism",))
    assert ["counterterrorism"] == [match.profile_id for match in found]


def test_the_same_entry_scores_the_same_every_time() -> None:
    """What is memoised changes nothing: a backtest must repeat what was decided."""
    one = entry("Mali, Burkina, Niger ministers to visit Moscow", "Lavrov invited the alliance.")
    assert match(one, shipped()) == match(one, shipped())


def test_the_version_changes_with_what_decides_and_only_then() -> None:
    """A new name is no new profile; a new threshold is."""
    version = [
        judged("x", matcher=topic(text)).profile_version
        for text in (both(), both("description: other words"), both("threshold: 60"))
    ]
    assert version[0] == version[1] != version[2]
