"""What feeds say is only text on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.fakes.past import START, entry
from tests.fakes.polls import TIES
from watcher.core.model import Evidence, Fate, FeedState, JudgedEntry, Match, Story
from watcher.ops.report import Facts, gather, render

HOSTILE = """Mali </title><script>alert(1)</script> & " onload='x' {{ 7 * 7 }}"""


def page(url: str) -> str:
    """A page all of whose texts are hostile: near miss, story, pattern, outlet, error."""
    made = replace(entry("x"), title=HOSTILE, outlet=HOSTILE, url=url)
    evidence = (Evidence(pattern=HOSTILE, score=45, mentions=()),)
    below = Match(
        entry_id="1", profile_id="ties", profile_version="1", score=45, threshold=50, evidence=evidence
    )
    story = Story(
        id="s-1",
        headline=HOSTILE,
        opened_at=START,
        last_entry_at=START,
        entries=(made,),
        topics=("ties",),
    )
    facts = Facts(
        since=START - timedelta(days=1),
        now=START + timedelta(days=1),
        judged=(
            JudgedEntry(entry=made, fate=Fate.BELOW, reason="", matches=(below,)),
            JudgedEntry(entry=made, fate=Fate.NEW_STORY, reason="", matches=(replace(below, score=90),)),
        ),
        stories=(story,),
        feeds=(FeedState(feed_id="outlet", failure_count=1, last_error=HOSTILE),),
        deliveries=(),
        profiles={"ties": replace(TIES, name=HOSTILE)},
        outlets={"outlet": HOSTILE},
    )
    return render(gather(facts))


def test_no_text_becomes_markup() -> None:
    """Headlines, outlets, names, patterns and errors are escaped wherever they stand; templates in them are text."""
    text = page("https://outlet.example/1")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "onload='" not in text
    assert "{{ 7 * 7 }}" in text
    assert text.count('href="https://outlet.example/1"') == 2


def test_no_address_becomes_a_script() -> None:
    """Only http and https are links."""
    assert "javascript:" not in page("javascript:alert(1)")
