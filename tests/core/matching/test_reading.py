"""What is read of an entry, and that passing over the rest loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.topics import entry, reading, shipped
from watcher.core.evaluation.topics import labelled
from watcher.core.matching import judge, read, read_entry

LABELLED = Path(__file__).resolve().parents[2] / "data" / "labelled.jsonl"


def test_the_sieve_loses_no_match() -> None:
    """Entries let go at first sight are exactly such that no profile matches: over all of our labelled entries."""
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        one = labelled(json.loads(line)).entry
        whole = judge(read_entry(one, shipped()), one, shipped())
        assert whole == judge(read_entry(one, shipped(), complete=False), one, shipped()), one.title


WORDS = (
    "Mali", "Нигер", "النيجر", "Wagner", "ECOWAS", "the", "juntas", "jihadist", "attack", "Moscow", "concert", "hall",
    "West", "African", "bloc", "Crocus", "three", "Sahel", "states", "Tchiani", "Tiany", "sieges", "Confederation", ",",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.lists(st.sampled_from(WORDS), max_size=12))
def test_the_sieve_loses_no_match_of_words_thrown_together(title: list[str], summary: list[str]) -> None:
    """The first look never holds back what the closer look would match."""
    one = entry(" ".join(title) or "x", " ".join(summary))
    whole = judge(read_entry(one, shipped()), one, shipped())
    assert whole == judge(read_entry(one, shipped(), complete=False), one, shipped())


def test_tokens_and_counts_are_read_for_grouping() -> None:
    """Folded words of title and summary; tolls, but no years, dates, clock times."""
    found = reading("Bénin: seventeen killed", "On 12 August 2023 at 14:30, 1,200 fled; 88 wounded.")
    assert ("benin", "seventeen", "killed") == found.tokens
    assert "august" in found.summary_tokens
    assert (17, 88, 1200) == found.numbers


def test_a_summary_that_repeats_the_title_is_dropped() -> None:
    """Google News writes title and outlet again; "The Moscow Times" is no evidence for Russia."""
    found = read(
        title="Mali extends transition - The Moscow Times",
        summary="Mali extends transition  The Moscow Times",
        outlet="Google News",
        matcher=shipped(),
    )
    assert () == found.summary_tokens
    assert {"ml"} <= {one.member for one in found.mentions}
    assert not {one for one in found.mentions if one.concept == "russia"}


@pytest.mark.parametrize("outlet", ["The Moscow Times", "moscow times"])
def test_the_outlet_behind_a_headline_is_no_part_of_it(outlet: str) -> None:
    """An outlet's name is cut off, however the feed writes it."""
    found = read(title="Floods in Mali | Moscow Times", outlet=outlet, matcher=shipped())
    assert ("floods", "in", "mali") == found.tokens


def test_picture_credits_are_not_read() -> None:
    """The photographer's name is no town."""
    summary = "Flags at a summit. (Jade Gao/AFP via Getty Images) Talks go on in Kidal."
    assert ["Kidal"] == [
        one.words for one in reading("Summit", summary).mentions if one.concept == "sahel-place"
    ]


def test_one_mention_per_member_and_place() -> None:
    """Two terms of one member over the same words are one mention, the better one."""
    places = [(one.concept, one.member, one.start) for one in reading("Burkina Faso and Burkinabe").mentions]
    assert len(places) == len(set(places))
