"""What is read out of documents of every format, well-formed or not (P1, P7, F5)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.demo.feeddocuments import FeedFormat, Item, document
from watcher.feeds.documents.reading import read_document
from watcher.feeds.documents.values import MAX_ENTRIES, Document, NotAFeed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def read(text: str | bytes, content_type: str = "") -> Document:
    return read_document(text.encode() if isinstance(text, str) else text, content_type=content_type)


def rss(*items: str, head: str = "", root: str = "") -> str:
    return f"<?xml version='1.0'?><rss version='2.0' {root}><channel><title>T</title>{head}{''.join(items)}</channel></rss>"


def item(n: int = 1, more: str = "") -> str:
    return f"<item><title>Headline {n}</title><link>https://o.example/{n}</link><guid>{n}</guid>{more}</item>"


@pytest.mark.parametrize("feed_format", list(FeedFormat))
def test_every_format_gives_the_same_entries(feed_format: FeedFormat) -> None:
    """RSS, Atom and JSON Feed differ in nothing that comes after."""
    items = [
        Item(title="Talks & <truce>", link=f"https://o.example/{n}", guid=f"id-{n}", summary="In <b>Bamako</b>", published_at=NOON)
        for n in (2, 1)
    ]  # fmt: skip
    got = read(
        document(
            feed_format,
            title="Outlet",
            url="https://o.example/f",
            language="fr",
            items=items,
            ttl_minutes=None,
        )
    )
    assert [entry[0] for entry in got.entries] == ["id-2", "id-1"]
    assert [entry[1] for entry in got.entries] == ["https://o.example/2", "https://o.example/1"]
    assert {entry[2] for entry in got.entries} == {"Talks & <truce>"}
    assert {entry[3] for entry in got.entries} == {"In <b>Bamako</b>"}
    assert {entry[4] for entry in got.entries} == {NOON.timestamp()}
    assert (got.title, got.language, got.skipped_count, got.malformed) == ("Outlet", "fr", 0, False)


def test_guids_and_links_stay_as_the_document_has_them() -> None:
    """A numeric guid is not joined to anything: it must not change when the feed moves."""
    ((guid, link, *_),) = read(
        rss("<item><title>A</title><guid>17</guid><link>/news/17</link></item>")
    ).entries
    assert (guid, link) == ("17", "/news/17")


def test_the_source_of_an_entry_is_its_outlet() -> None:
    """Collected feeds name for each entry where it was taken from."""
    got = read(rss(item(1, "<source url='https://p.example'>Press Agency</source>")))
    assert got.entries[0][5] == "Press Agency"


def test_the_full_text_serves_when_there_is_no_summary() -> None:
    """content:encoded is read when description is missing."""
    root = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    got = read(rss(item(1, "<content:encoded>&lt;p&gt;All of it&lt;/p&gt;</content:encoded>"), root=root))
    assert got.entries[0][3] == "<p>All of it</p>"


def test_lengths_are_limited() -> None:
    """P1: title 1,000, summary 4,000 characters; a link over 2,048 is dropped, since cut it leads elsewhere."""
    long = f"<item><title>{'t' * 5000}</title><link>https://o.example/{'l' * 3000}</link><guid>g</guid><description>{'s' * 9000}</description></item>"
    ((guid, link, title, summary, *_),) = read(rss(long)).entries
    assert (guid, link, len(title), len(summary)) == ("g", None, 1000, 4000)


def test_words_survive_the_cut_of_a_summary_full_of_markup() -> None:
    """P1: attributes are dropped first, so that image addresses do not crowd out the text."""
    image = "&lt;img src='https://cdn.example/" + "x" * 3900 + "' alt=''&gt; talks in Niamey"
    assert "talks in Niamey" in read(rss(item(1, f"<description>{image}</description>"))).entries[0][3]


def test_the_newest_thousand_are_kept_in_order() -> None:
    """P1: of too many entries the newest by date stay, in the document's order."""
    items = [
        item(n, f"<pubDate>{datetime(2026, 1, 1 + n % 28, tzinfo=UTC):%a, %d %b %Y %H:%M:%S GMT}</pubDate>")
        for n in range(1400)
    ]
    kept = [int(entry[0] or 0) for entry in read(rss(*items)).entries]
    assert len(kept) == MAX_ENTRIES
    assert kept == sorted(kept)
    assert min(n % 28 for n in kept) == 8


def test_the_first_thousand_are_kept_without_dates() -> None:
    """P1: feeds put the newest first."""
    kept = [entry[0] for entry in read(rss(*(item(n) for n in range(1100)))).entries]
    assert kept == [str(n) for n in range(1000)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 02 Mar 2026 12:00:00 GMT", NOON),
        ("Mon, 02 Mar 2026 14:00:00 +0200", NOON),
        ("Mon, 02 Mar 2026 07:00:00 EST", NOON),
        ("2026-03-02T12:00:00Z", NOON),
        ("2 Mar 2026 12:00", NOON),
        ("yesterday", None),
        ("", None),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None),
        ("99999-01-01T00:00:00Z", None),
    ],
)
def test_dates_become_utc_or_nothing(text: str, expected: datetime | None) -> None:
    """P7: a date that cannot be read is no date, and never an error."""
    stamp = read(rss(item(1, f"<pubDate>{text}</pubDate>"))).entries[0][4]
    assert stamp == (expected.timestamp() if expected else None)


def test_an_update_serves_as_date_when_nothing_else_does() -> None:
    """Atom entries without published carry updated."""
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><title>A</title><id>1</id><updated>2026-03-02T12:00:00Z</updated></entry></feed>"
    assert read(atom).entries[0][4] == NOON.timestamp()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<ttl>90</ttl>", 5400.0),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86400.0),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("<ttl>10</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
        ("<generator>https://wordpress.org/?v=6.4</generator><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_feeds_own_wish_is_read(head: str, expected: float | None) -> None:
    """F5: ttl in minutes, sy:update*; what WordPress writes into every feed is nobody's wish."""
    root = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    assert read(rss(item(), head=head, root=root)).ttl_s == expected


def test_hours_and_days_to_skip_are_read() -> None:
    """F5: skipHours 0–24, skipDays by name; nonsense is ignored."""
    head = "<skipHours><hour>0</hour><hour> 7</hour><hour>24</hour><hour>99</hour></skipHours><skipDays><day>Sunday</day><day>monday</day><day>Noday</day></skipDays>"
    got = read(rss(item(), head=head))
    assert (got.skip_hours, got.skip_days) == ((0, 7), (0, 6))


def test_a_broken_entry_is_skipped_and_counted() -> None:
    """A feed with one empty entry loses that one only."""
    got = read(rss(item(1), "<item></item>", item(2)))
    assert ([entry[0] for entry in got.entries], got.skipped_count) == (["1", "2"], 1)


def test_a_feed_of_broken_entries_is_an_error() -> None:
    """When no entry can be read something is wrong with the feed, and it is said."""
    with pytest.raises(NotAFeed, match="none of its 2 entries"):
        read(rss("<item></item>", "<item></item>"))


def test_an_empty_feed_is_a_feed() -> None:
    """No entries is an answer."""
    assert read(rss()).entries == []


@pytest.mark.parametrize(
    "text",
    [
        rss(item(1, "<description>Bread & butter</description>")),
        rss(item(1, "<description>caf&eacute;</description>")),
        rss(item(1, "<description>\x08bell</description>")),
        rss(item(1))[:-30],
        rss(item(1)).encode("utf-16"),
        rss(item(1)).replace("'?>", "' encoding='UTF-16'?>").encode("utf-16"),
        "\ufeff" + rss(item(1)),
        rss(item(1, "<description>caf\u00e9</description>")).encode("latin-1"),
    ],
    ids=[
        "stray ampersand",
        "html entity",
        "control",
        "cut off",
        "utf-16",
        "utf-16 declared",
        "bom",
        "latin-1",
    ],
)
def test_common_faults_lose_no_entry(text: str | bytes) -> None:
    """Real feeds are broken in these ways; their entries are read all the same."""
    assert [entry[2] for entry in read(text).entries] == ["Headline 1"]


def test_a_wrong_content_type_does_not_matter() -> None:
    """Feeds served as text/html or text/plain are feeds."""
    for content_type in ("text/html", "text/plain; charset=us-ascii", "application/octet-stream", "nonsense"):
        got = read(rss(item(1)), content_type)
        assert len(got.entries) == 1
        assert not got.malformed


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!doctype html><html><head><title>x</title></head></html>", "web page"),
        ("", "empty"),
        ("hello", "not RSS"),
        ('{"a": 1}', "no JSON Feed"),
        ('{"a": ', "broken"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": 3}', "no JSON Feed"),
    ],
)
def test_what_is_no_feed_is_said_in_words(body: str, words: str) -> None:
    """The reason is for the person who configured the URL."""
    with pytest.raises(NotAFeed, match=words):
        read(body)


def test_json_feeds_with_odd_values_are_read() -> None:
    """Numbers as ids, missing titles, broken dates, entries that are no objects."""
    items = [
        {"id": 5, "content_text": "no title", "date_published": "2026-03-02T14:00:00+02:00"},
        {"id": "6", "title": None, "url": ["x"], "date_published": "soon", "language": "fr-FR"},
        "rubbish",
    ]
    got = read(json.dumps({"version": "https://jsonfeed.org/version/1", "title": "T", "items": items}))
    assert got.entries[0][:5] == ("5", None, "", "no title", NOON.timestamp())
    assert got.entries[1][:2] == ("6", None)
    assert got.entries[1][6] == "fr"
    assert (got.skipped_count, got.format) == (1, "json1")


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader_in_an_unknown_way(body: bytes) -> None:
    """Rubbish in front of a feed's parts is a feed or NotAFeed."""
    wrapped = b"<rss version='2.0'><channel><item><title>" + body + b"</title></item></channel></rss>"
    for text in (body, wrapped):
        try:
            read(text)
        except NotAFeed as error:
            assert str(error)  # noqa: PT017 - either outcome is right
