"""Articles -> a profile that works untouched."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.config.drafts import topic_text
from watcher.config.marks import parse
from watcher.config.topics import ConceptsFile, TopicFile, build_profiles, reference_problems
from watcher.core.deriving import Draft, Knowledge, derive, read_pasted
from watcher.core.matching import compile_matcher, match
from watcher.core.model import Entry

DAM = """\
Dam at Orlova gives way: at least nine dead

The old dam above Orlova broke on Sunday night, and the river Szara drowned the valley, the governor Jonas Brill said.
Nine bodies were found in Orlova. Engineers had called the spillway of the dam cracked.
"""
DAM_2 = """\
Orlova asks who knew that the spillway was cracked

A report of March warned that the spillway of the Orlova dam was cracked. Governor Jonas Brill says he never saw it.
The Szara has gone back to its bed, and Orlova buries its dead.
"""
LAKES = """\
Ugandan and Rwandan ministers meet in Kenya

The Lakes Community, that is Uganda, Rwanda and Congo, sent ministers to Kenya. Kenya promised them arms.
"""


def score(draft: Draft, title: str, shared: ConceptsFile | None, summary: str = "") -> float:
    """What the profile gives a headline, the whole way through its topic file."""
    document = parse(topic_text(draft), "draft")
    assert [] == document.problems
    file = TopicFile.model_validate(document.data)
    assert [] == list(reference_problems(file, shared))
    entry = Entry(
        id="x", feed_id="x", guid="x", url="", canonical_url="", title=title, summary=summary, outlet="",
        language="en", published_at=None, first_seen_at=datetime(2031, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return max(
        (one.score for one in match(entry, compile_matcher(build_profiles([file], shared)))), default=0.0
    )


def test_an_event_nobody_thought_of_is_tracked_at_once(bare: Knowledge) -> None:
    """Two articles, no shared concepts, no sentence: coverage of the event passes, other news does not."""
    seeds = [read_pasted(DAM, "1"), read_pasted(DAM_2, "2")]
    draft = derive(seeds, topic="orlova", about="", knowledge=bare)
    for title in (
        "Orlova dam: death toll rises to 14",
        "Governor Brill resigns over cracked spillway of Orlova",
    ):
        assert score(draft, title, None) >= draft.threshold
    for title in (
        "Governor of Texas signs budget",
        "Nine dead in bus accident",
        "River cruise ship runs aground",
    ):
        assert score(draft, title, None) < draft.threshold


def test_the_sentence_decides_which_topic_the_seeds_serve(knowledge: Knowledge, shared: ConceptsFile) -> None:
    """One seed, two sentences, two topics."""
    seeds = [read_pasted(LAKES, "1")]
    ties = derive(seeds, topic="ties", about="Relations between Kenya and Uganda", knowledge=knowledge)
    raids = derive(seeds, topic="raids", about="Raiders in Uganda and Rwanda", knowledge=knowledge)
    meeting, raid = "Uganda's president visits Kenya", "Ten killed by raiders in Uganda"
    assert score(ties, meeting, shared) >= ties.threshold > score(ties, raid, shared)
    assert score(raids, raid, shared) >= raids.threshold > score(raids, meeting, shared)


def test_a_bloc_stands_for_the_countries_a_seed_lists_with_it(
    knowledge: Knowledge, shared: ConceptsFile
) -> None:
    """The sentence names the community; the seed says who that is, and the shared concepts which towns are theirs."""
    draft = derive(
        [read_pasted(LAKES, "1")],
        topic="t",
        about="Relations between Kenya and the Lakes Community",
        knowledge=knowledge,
    )
    assert score(draft, "Rwanda buys arms from Kenya", shared) >= draft.threshold


def test_countries_are_found_in_other_languages(knowledge: Knowledge, shared: ConceptsFile) -> None:
    """Names of countries are looked up in every language, demonyms in those of the table."""
    draft = derive(
        [read_pasted(LAKES, "1")], topic="t", about="Relations between Kenya and Peru", knowledge=knowledge
    )
    for title in (
        "Peruwiańscy ministrowie w Kenii",
        "Le Pérou et le Kenya signent un accord",
        "Перу и Кения",
    ):
        assert score(draft, title, shared) >= draft.threshold, title


def test_a_draft_tells_where_everything_was_seen(bare: Knowledge) -> None:
    """Members carry their count and seed, patterns their reason."""
    text = topic_text(
        derive([read_pasted(DAM, "a.txt"), read_pasted(DAM_2, "b.txt")], topic="o", about="", knowledge=bare)
    )
    assert "headline of 1 and 2" in text
    assert "seeds: [a.txt, b.txt]" in text


def test_a_sentence_that_names_nothing_is_told_of(bare: Knowledge) -> None:
    """Then the seeds alone are followed, and the draft says so."""
    draft = derive([read_pasted(DAM, "1")], topic="o", about="What they have done there", knowledge=bare)
    assert any("was not used" in note for note in draft.notes)
    assert draft.patterns
