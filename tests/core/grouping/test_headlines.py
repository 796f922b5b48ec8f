"""What outlets put around a headline, and what kind of article it announces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.grouping.headlines import Style, bare_headline, capitalised, style_of


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("LIVE: Niger junta closes airspace", "Niger junta closes airspace"),
        ("UPDATE 2-Mali army says 12 soldiers killed", "Mali army says 12 soldiers killed"),
        ("En direct : le Niger ferme son espace aérien", "le Niger ferme son espace aérien"),
        ("Breaking News | Niger expels envoy - Morning Ledger", "Niger expels envoy"),
        ("[VIDEO] Watch: crowd cheers in Niamey", "crowd cheers in Niamey"),
        ("Junta calls it „an act of war”", "Junta calls it an act of war"),
        ("Live: brief", "Live: brief"),
    ],
)
def test_prefixes_suffixes_and_quotes_are_no_part_of_the_headline(title: str, bare: str) -> None:
    """What remains is the event; where nothing would remain, the headline stays."""
    assert bare_headline(title, "Morning Ledger") == bare


@pytest.mark.parametrize(
    ("title", "style"),
    [
        ("Niger expels French ambassador", Style.REPORT),
        ("Why Niger expelled the ambassador", Style.COMMENT),
        ("Pourquoi le Niger a rompu avec la France", Style.COMMENT),
        ("Dlaczego Niger zrywa z Francją", Style.COMMENT),
        ("Can the Sahel alliance last?", Style.COMMENT),
        ("Explainer: the quarrel over uranium", Style.COMMENT),
        ("The end of an empire | Ada Lovelace", Style.COMMENT),
        ("Niger: 'We are not afraid of sanctions'", Style.COMMENT),
        ("What the junta did was treason, minister says", Style.REPORT),
        ("Live: talks in Niamey", Style.LIVE),
        ("En direct : les pourparlers de Niamey", Style.LIVE),
        ("Junta leaders release hostages who live in Niamey", Style.REPORT),
    ],
)
def test_the_form_of_a_headline_tells_reports_from_comment(title: str, style: Style) -> None:
    """Questions, bylines, bare quotations and the outlets' own labels are comment."""
    assert style_of(title) is style


def test_capitals_inside_a_sentence_show_names_but_not_in_title_case() -> None:
    """English headline case and shouting say nothing."""
    assert capitalised("Minister meets Colonna and Borrell over aid in the capital") == ["Colonna", "Borrell"]
    assert capitalised("Minister Meets Colonna And Borrell Over Aid") == []


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=300))
def test_any_text_is_taken(title: str, outlet: str, summary: str) -> None:
    """No headline is an error, and none grows."""
    assert len(bare_headline(title, outlet, summary)) <= len(title)
    assert style_of(title) in Style
    assert all(word in title for word in capitalised(title))


@pytest.mark.parametrize("part", ["’a", "'a", "“", "[x] ", "live: ", "the a view ", "a: ", "| Ab "])
def test_hostile_headlines_cost_nothing(part: str) -> None:
    """No headline of 1,000 characters makes a pattern try everything (the test's time-out is the measure)."""
    title = "“" + part * (1_000 // len(part))
    for _ in range(20):
        assert bare_headline(title, "x") is not None
        assert style_of(title) in Style
        assert capitalised(title) is not None
