"""Pasted text -> the article in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.deriving import read_pasted

PASTED = """\
Support The Harbour Gazette!

Dam at Orlova gives way after a week of rain

A flooded street in Orlova on Monday. File photo.
Image: Harbour Gazette/M. Brill

12 May 2031 - 09:15 By Ada Lorne

The old dam above Orlova broke on Sunday night and sent a wall of water through the valley, the governor said.

"We heard a roar and ran uphill with our children," said Petra Voss, who lost her house. "You cannot imagine it."

Sign up for our free morning newsletter

Our newsletter brings you the best of the Gazette. You will receive it every day.
You can unsubscribe at any time. Read our Privacy Policy.

Engineers had warned in March that the spillway was cracked, a report seen by the paper shows.

Once
Monthly
We use cookies to improve your experience on our site.
Would you like to comment on this article?
"""


def test_the_article_is_found_among_boxes_captions_and_notices() -> None:
    """Of a page as pasted only headline and paragraphs remain; quotations of people are no appeals."""
    article = read_pasted(PASTED, "paste.txt")
    assert "Dam at Orlova gives way after a week of rain" == article.headline
    assert "en" == article.language
    text = " ".join(article.sentences)
    assert "The old dam above Orlova broke on Sunday night" in text
    assert "We heard a roar" in text
    assert "Engineers had warned in March" in text
    for boilerplate in ("newsletter", "cookies", "File photo", "Monthly", "comment", "Support", "Ada Lorne"):
        assert boilerplate not in text


def test_what_was_dropped_can_be_seen() -> None:
    """Dropped blocks are kept beside the article."""
    assert any("cookies" in block for block in read_pasted(PASTED, "paste.txt").dropped)


def test_front_matter_gives_headline_and_language() -> None:
    """What stands between lines of --- is read and is no part of the text."""
    article = read_pasted(
        '---\noutlet: Gazeta\nheadline: "Tama pęka: woda w dolinie"\nlanguage: pl\n---\n\n'
        "Woda zalała całą dolinę w niedzielę wieczorem, powiedział wojewoda.\n",
        "x.md",
    )
    assert ("Tama pęka: woda w dolinie", "pl") == (article.headline, article.language)
    assert ("Woda zalała całą dolinę w niedzielę wieczorem, powiedział wojewoda.",) == article.sentences


def test_paragraphs_broken_at_a_column_are_joined() -> None:
    """Lines of about one length are one paragraph; its sentences run over their ends."""
    article = read_pasted(
        "A headline about the broken dam of Orlova\n\n"
        "The old dam above the town broke on Sunday night and sent a wall of\n"
        "water through the valley, the governor said. Nobody had been warned of\n"
        "it in time.\n",
        "x.md",
    )
    assert 2 == len(article.sentences)
    assert "Nobody had been warned of it in time." == article.sentences[1]


def test_a_paragraph_that_comes_twice_counts_once() -> None:
    """Captions are often pasted twice."""
    line = "The old dam above the town broke on Sunday night and drowned the valley."
    assert 1 == len(read_pasted(f"A headline about the broken dam\n\n{line}\n\n{line}\n", "x").sentences)


@given(st.text(max_size=2_000))
def test_any_text_is_read(text: str) -> None:
    """Nothing that can be pasted is refused, and every sentence comes from it."""
    article = read_pasted(text, "x")
    blanks = "".join(text.split())
    assert all(isinstance(sentence, str) and sentence for sentence in article.sentences)
    assert len("".join("".join(article.sentences).split())) <= len(blanks) * 3
