"""Lists of feeds as other feed readers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.feeds.opml import Outline, read_opml, write_opml

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mine</title></head><body>
  <outline text="Sahel" title="Sahel">
    <outline type="rss" text="One &amp; only" xmlUrl="https://one.example/feed?a=1&amp;b=2" htmlUrl="https://one.example/"/>
    <outline text="deeper"><outline title="Two" xmlUrl="https://two.example/feed" language="fr-FR"/></outline>
  </outline>
  <outline type="rss" text="Three" xmlurl=" https://three.example/feed "/>
  <outline text="a note"/>
</body></opml>"""

TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=20
)


def test_a_list_is_read_with_its_folders() -> None:
    """The nearest folder is the group; names and addresses come as they stand."""
    assert read_opml(LIST) == [
        Outline(url="https://one.example/feed?a=1&b=2", title="One & only", group="Sahel"),
        Outline(url="https://two.example/feed", title="Two", group="deeper", language="fr"),
        Outline(url="https://three.example/feed", title="Three"),
    ]


def test_addresses_are_read_in_every_spelling_that_readers_write() -> None:
    """Attribute names in any case, and feed: for the scheme or before it."""
    outlines = "".join(
        f"<outline TEXT='x' {attribute}='{url}'/>"
        for attribute, url in (
            ("XMLURL", "https://one.example/"),
            ("xmlUrl", "feed://two.example/rss"),
            ("XmlUrl", "feed:https://three.example/"),
        )
    )
    urls = ["https://one.example/", "http://two.example/rss", "https://three.example/"]
    found = read_opml(f"<opml><body>{outlines}</body></opml>".encode())
    assert [("x", url) for url in urls] == [(one.title, one.url) for one in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "well-formed"),
        (b"<opml><body>", "well-formed"),
        (b"<rss><channel/></rss>", "no OPML"),
        (b"<opml version='2.0'/>", "no OPML"),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body/></opml>", "entities"),
        (b" " * (8 * 1024 * 1024 + 1), "larger"),
        (b"<opml><body>" + b"<outline xmlUrl='https://a.example/'/>" * 10_001 + b"</body></opml>", "more than"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_said(text: bytes, words: str) -> None:
    """The reason is for the person who gave the file."""
    with pytest.raises(ParseError, match=words):
        read_opml(text)


def test_deep_nesting_is_no_trouble() -> None:
    """Folders in folders are walked, not recursed into."""
    depth = 5_000
    text = (
        b"<opml><body>" + b"<outline text='f'>" * depth + b"<outline text='x' xmlUrl='https://a.example/'/>"
    )
    assert len(read_opml(text + b"</outline>" * depth + b"</body></opml>")) == 1


@given(st.lists(st.builds(Outline, url=TEXT.map("https://a.example/".__add__).map(str.strip), title=TEXT.map(str.strip), group=TEXT.map(str.strip), language=st.none() | st.just("fr"))))  # fmt: skip
def test_what_is_written_is_read_again(outlines: list[Outline]) -> None:
    """A list survives the way out and in, whatever its texts hold; groups come together."""
    back = read_opml(write_opml(outlines, title="T <&> T").encode())

    def key(one: Outline) -> tuple[str, str, str, str]:
        return one.url, one.title, one.group, one.language or ""

    assert sorted(map(key, back)) == sorted(map(key, outlines))
