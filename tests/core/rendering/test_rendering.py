"""Alerts, digests and notices as readers see them, under every limit and hostile input (P2)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.model import (
    AlertContent,
    AlertKind,
    Delivery,
    DeliveryKind,
    DigestContent,
    DigestLine,
    EditContent,
    Entry,
    NoticeContent,
    NoticeKind,
    Story,
    Taking,
    Target,
    TopicTag,
)
from watcher.core.rendering import Desk, languages, render, render_alert, render_digest, render_notice, texts
from watcher.core.rendering.outlets import other_outlets
from watcher.core.rendering.passages import summary
from watcher.core.rendering.styled import clean, cut, defuse, safe_url, units
from watcher.demo.botapi.linking import automatic_entities
from watcher.demo.botapi.markup import parse_html, utf16_len

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2026, 3, 29, 12, 30, tzinfo=UTC)
LINK = "https://sahel-courier.example/2026/mali?a=1&b=2"
TARGET = Target(id="desk", time_zone="Africa/Bamako", reads=("en", "fr"))

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(codec="utf-16", categories=None), max_size=60),
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<a href='https://evil.example'>x</a>",
            "&lt;b&gt;&amp;amp;",
            "visit evil.com/x now",
            "@admin",
            "/stop",
            "http://1.2.3.4/",
            "tg://user?id=1",
            "javascript:alert(1)",
            "\u202eabc\u2066",
            "a\x00b\x1bc",
            "𝔘𝔫𝔦𝔠𝔬𝔡𝔢" * 40,
            "🇲🇱👨‍👩‍👧" * 60,
            "#tag $USD mail@evil.org",
            "é" * 1200,
            "word " * 400,
            "\ud800",
            "a.b.c.d.com..org",
        ]
    ),
).map(str)
HOSTILE_TEXT = st.lists(HOSTILE, min_size=1, max_size=4).map(" ".join)
URLS = st.one_of(
    HOSTILE_TEXT,
    st.sampled_from(
        [LINK, "", "http://localhost/x", "https://a.example/\"onclick='x", "https://u:p@evil.example/"]
    ),
    st.text(max_size=40).map("https://evil.example/".__add__),
)


def content(**changes: object) -> AlertContent:
    """An alert's content with a few values changed."""
    base = AlertContent(
        alert_id="a-1",
        story_id="s-1",
        entry_id="e-1",
        kind=AlertKind.NEW_STORY,
        topics=(TopicTag(id="aes", name="AES", score=87.4, why="Sahel state (Mali) × leaving"),),
        headline="Mali leaves the regional court",
        url=LINK,
        outlet="Sahel Courier",
        language="en",
        summary="Bamako announced the step on Sunday. Reactions are awaited.",
        published_at=AT,
        first_seen_at=AT,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def entry(outlet: str, title: str = "Mali leaves the regional court", summary: str = "") -> Entry:
    """An entry of a story."""
    return Entry(
        id=f"e-{outlet}",
        feed_id=outlet,
        guid=outlet,
        url=LINK,
        canonical_url=LINK,
        title=title,
        summary=summary,
        outlet=outlet,
        language="en",
        published_at=AT,
        first_seen_at=AT,
    )


def story(*entries: Entry) -> Story:
    """A story of these entries."""
    return Story(id="s-1", headline="x", opened_at=AT, last_entry_at=AT, entries=entries, topics=("aes",))


def assert_telegram_accepts(html: str, allowed_links: set[str]) -> None:
    """Telegram would accept it, links nothing by itself, and links only where it may."""
    text, entities = parse_html(html)
    assert 0 < utf16_len(text) <= 4096
    assert len(entities) <= 100
    assert {entity.kind for entity in entities} <= {"bold", "italic", "text_link"}
    # The service leaves out a question or number sign with nothing behind it.
    assert {entity.url for entity in entities if entity.url} <= {
        urlsplit(link).geturl() for link in allowed_links
    }
    assert automatic_entities(text, entities) == ()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]", text)

    class Strict(HTMLParser):
        open: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in ("b", "i", "a")
            assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
            assert tag not in self.open
            self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    checker = Strict(convert_charrefs=True)
    checker.open = []
    checker.feed(html)
    checker.close()
    assert checker.open == []


def test_an_alert_reads_at_a_glance() -> None:
    """Topic, linked headline, outlet, local time, score, summary, other outlets and the reason, in order."""
    drawn = render_alert(content(), story(entry("Sahel Courier"), entry("Lakeside Radio")), TARGET)
    assert drawn.html.splitlines() == [
        "<b>AES</b>",
        '<a href="https://sahel-courier.example/2026/mali?a=1&amp;b=2"><b>Mali leaves the regional court</b></a>',
        "Sahel Courier · 29 Mar 12:30 · ◕ 87",
        "Bamako announced the step on Sunday. Reactions are awaited.",
        "Also: Lakeside Radio",
        "Why: Sahel state (Mali) × leaving",
    ]
    assert not drawn.silent


def test_french_targets_read_french() -> None:
    """The interface texts follow the target's language, the time its zone."""
    target = replace(TARGET, language="fr", time_zone="Europe/Paris")
    drawn = render_alert(content(), story(entry("Sahel Courier"), entry("Lakeside Radio")), target)
    assert "29 mars 14:30" in drawn.html
    assert "Aussi : Lakeside Radio" in drawn.html
    assert "Pourquoi : " in drawn.html


def test_a_possible_repeat_is_marked_and_silent() -> None:
    """Whoever reads it twice must see why."""
    drawn = render_alert(content(), None, TARGET, possible_repeat=True)
    assert drawn.html.startswith("<i>↻ possible repeat</i>\n")
    assert drawn.silent


def test_languages_the_readers_do_not_read_get_a_translate_link() -> None:
    """A Russian headline for readers of English and French comes with a link; an English one does not."""
    assert "translate.google.com" in render_alert(content(language="ru"), None, TARGET).html
    for other in (content(language="en"), content(language=None), content(language="ru", url="")):
        assert "translate.google.com" not in render_alert(other, None, TARGET).html


def test_reasons_of_several_topics_name_their_topic() -> None:
    """With two topics each reason says whose it is; the stronger topic stands first."""
    tags = (
        TopicTag(id="a", name="AES", score=70, why="Mali × Niger"),
        TopicTag(id="r", name="Russia–Sahel", score=95, why="Russia × Mali"),
    )
    html = render_alert(content(topics=tags), None, TARGET).html
    assert html.startswith("<b>Russia–Sahel</b> · <b>AES</b>\n")
    assert "Why: Russia–Sahel: Russia × Mali; AES: Mali × Niger" in html


def test_wire_copies_of_one_agency_count_once() -> None:
    """Three papers that print the same agency text are one further source."""
    told = story(
        entry("Sahel Courier"),
        entry("Lakeside Radio"),
        entry("Paper A", summary="BAMAKO (AFP) - The step was announced."),
        entry("Paper B", summary="BAMAKO, 29 March (AFP) – The step was announced."),
        entry("Paper C", title="Mali leaves the regional court - AFP"),
    )
    assert other_outlets(told, "Sahel Courier") == [("Lakeside Radio", 1), ("AFP", 3)]
    assert "Also: Lakeside Radio, AFP ×3" in render_alert(content(), told, TARGET).html


def test_a_single_copy_keeps_its_outlets_name() -> None:
    """An agency's name replaces an outlet's only where it stands for several."""
    told = story(entry("Sahel Courier"), entry("Paper A", summary="BAMAKO (Reuters) - x"))
    assert other_outlets(told, "Sahel Courier") == [("Paper A", 1)]


def test_a_crowd_of_outlets_becomes_a_number() -> None:
    """The line stays short however many outlets join."""
    told = story(entry("Sahel Courier"), *(entry(f"Paper {number}") for number in range(40)))
    assert "Paper 9 … and 30 more" in render_alert(content(), told, TARGET).html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mali leaves the regional court Sahel Courier", ""),
        ("Short and complete.", "Short and complete."),
        (
            "The first sentence is long enough to stop after, as it says what happened there. "
            + "More words " * 40,
            "The first sentence is long enough to stop after, as it says what happened there.",
        ),
    ],
)
def test_a_summary_ends_with_a_sentence(text: str, expected: str) -> None:
    """A summary that repeats the headline is left out, a long one stops at a sentence."""
    assert summary(text, "Mali leaves the regional court") == expected


def test_an_edit_draws_the_alert_again_with_what_changed() -> None:
    """The message keeps its telling and gains the outlets, the topics and the change."""
    alert = row(DeliveryKind.ALERT, content())
    tags = (*content().topics, TopicTag(id="ct", name="Counterterrorism", score=60, why="attack (toll)"))
    edit = row(DeliveryKind.EDIT, EditContent(story_id="s-1", topics=tags, change="toll 12 → 17"))
    told = story(entry("Sahel Courier"), entry("Lakeside Radio"))
    html = render(edit, told, TARGET, alert=alert).html
    assert "Counterterrorism" in html
    assert "Changed: toll 12 → 17" in html
    assert "Also: Lakeside Radio" in html
    assert render(alert, told, TARGET, edit=edit).html == html
    with pytest.raises(ValueError, match="no alert"):
        render(edit, told, TARGET)


def test_a_refused_markup_is_sent_as_plain_text() -> None:
    """D9: the plain form holds the same words and the bare address."""
    drawn = render(replace(row(DeliveryKind.ALERT, content()), plain=True), None, TARGET)
    assert drawn.html == ""
    assert f"Mali leaves the regional court ({LINK})" in drawn.plain


def row(kind: DeliveryKind, what: object) -> Delivery:
    """A row of the outbox."""
    return Delivery(
        kind=kind,
        target_id="desk",
        content=what,
        due_at=AT,
        created_at=AT,
        dedupe_key="k",  # type: ignore[arg-type]
    )


def digest_line(
    number: int, headline: str = "Patrol attacked near the border", url: str = LINK
) -> DigestLine:
    """A line of a digest."""
    return DigestLine(
        story_id=f"s-{number}",
        topic="AES",
        headline=headline,
        url=url,
        outlet="Sahel Courier",
        outlet_count=1 + number % 3,
        at=AT,
    )


def test_a_digest_names_every_story_under_its_topic() -> None:
    """Twenty stories fit one message with their full headlines."""
    drawn = render_digest(
        DigestContent(reason="flood", lines=tuple(map(digest_line, range(20)))), TARGET
    ).html.splitlines()
    assert drawn[0] == "<b>More stories that arrived at once: 20</b>"
    assert drawn[1] == "<b>AES</b>"
    assert len(drawn) == 22
    assert drawn[3].endswith("</a> – Sahel Courier +1 · 29 Mar 12:30")


@given(count=st.integers(1, 300), headline=HOSTILE_TEXT, url=URLS)
@settings(max_examples=25, deadline=None)
def test_a_digest_fits_whatever_it_holds(count: int, headline: str, url: str) -> None:
    """However many and however hostile, one digest is one acceptable message."""
    shown = tuple(digest_line(number, headline, url) for number in range(count))
    drawn = render_digest(DigestContent(reason="outage", lines=shown), TARGET)
    assert_telegram_accepts(drawn.html, {safe_url(url)})
    assert units(drawn.plain) <= 4096


@given(
    headline=HOSTILE_TEXT,
    body=HOSTILE_TEXT,
    outlet=HOSTILE_TEXT,
    why=HOSTILE_TEXT,
    name=HOSTILE_TEXT,
    url=URLS,
    language=st.sampled_from(["en", "fr", "xx"]),
)
@settings(max_examples=40)
@pytest.mark.timeout(60)
def test_no_feed_content_can_break_link_or_mention(
    headline: str, body: str, outlet: str, why: str, name: str, url: str, language: str
) -> None:
    """P2: whatever a feed says, Telegram accepts the message, and only our own safe link is a link."""
    told = story(entry("Sahel Courier"), entry(outlet, title=headline, summary=body))
    tags = tuple(TopicTag(id=str(n), name=name, score=n * 9.0, why=why * (n + 1)) for n in range(11))
    what = content(headline=headline, summary=body, outlet=outlet, url=url, topics=tags, language="ru")
    target = replace(TARGET, language=language)
    taking = Taking(story_id="s", target_id="t", user_id=7, name=name, changed_at=AT, press_id=1)
    desk = Desk(shared=True, taking=taking)
    drawn = render_alert(what, told, target, change=why, possible_repeat=True, desk=desk)
    assert "🙋" in drawn.html  # the last line is never cut off
    translated = {
        e.url for e in parse_html(drawn.html)[1] if e.url.startswith("https://translate.google.com/")
    }
    assert_telegram_accepts(drawn.html, {safe_url(url), *translated})
    assert units(drawn.plain) <= 4096


@given(text=st.text())
def test_a_cut_never_splits_a_character(text: str) -> None:
    """Cutting counts UTF-16 units and leaves whole characters."""
    for limit in (1, 2, 7, 20):
        short = cut(text, limit)
        assert units(short) <= limit
        short.encode("utf-8", "surrogatepass")
        if units(text) <= limit:
            assert short == text


@given(text=HOSTILE_TEXT)
def test_defusing_hides_nothing(text: str) -> None:
    """Defused text reads the same: only word joiners are added."""
    shown = clean(text)
    assert defuse(shown).replace("\u2060", "") == shown
    assert automatic_entities(defuse(shown)) == ()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://a.example/x",
        "//a.example/x",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "https://user:pw@a.example/",
        "https://a.example\\@evil.example/",
        "https://a.example/\u202egpj.exe",
        "https://a.example/ b",
        "https://a..example/",
        "https://a.example:port/",
        "https://" + "a" * 3000 + ".example/",
    ],
)
def test_unsafe_addresses_are_no_links(url: str) -> None:
    """Only http(s) with a dotted host is ever linked."""
    assert safe_url(url) == ""


def test_ordinary_addresses_are_kept() -> None:
    """Queries, ports, paths and international hosts are fine."""
    for url in (LINK, "http://пример.рф/новости", "https://a.example:8443/x?y=z#w"):
        assert safe_url(url) == url


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_text(language: str) -> None:
    """A catalogue that lacks a notice would fail when it is needed most."""
    catalogue = texts(language)
    assert set(catalogue.notices) == set(NoticeKind)
    assert set(catalogue.digests) == set(texts("en").digests)
    assert set(catalogue.buttons) == set(texts("en").buttons)
    assert by_base(catalogue.answers) == by_base(texts("en").answers)
    assert len(catalogue.months) == 12
    assert {catalogue.plural(count) for count in range(200)} <= set(FORMS)


@pytest.mark.parametrize("language", languages())
def test_menus_and_popups_fit_what_the_service_takes(language: str) -> None:
    """A description of a command has 1 to 256 characters; a pop-up 200 with the longest name in it."""
    catalogue = texts(language)
    assert all(1 <= len(text) <= 256 for key, text in catalogue.answers.items() if key.startswith("help "))
    for key in (
        "taken",
        "given back",
        "taken by",
        "taken over",
        "muted story",
        "muted outlet",
        "expired",
        "pages gone",
    ):
        facts = {"name": "W" * 40, "at": "29 sept. 12:30", "outlet": "W" * 60}
        assert utf16_len(catalogue.answers[key].format(**facts)) <= 200, key


FORMS = ("none", "one", "few", "many", "other")


def by_base(answers: Mapping[str, str]) -> dict[str, set[str]]:
    """The places of each text, whatever forms its number has in a language."""
    found: dict[str, set[str]] = {}
    for key, text in answers.items():
        base = key.removesuffix(f" {key.split()[-1]}") if key.split()[-1] in FORMS else key
        found.setdefault(base, set()).update(re.findall(r"\{(\w+)\}", text))
    return found


@pytest.mark.parametrize("kind", list(NoticeKind))
@given(
    facts=st.dictionaries(
        st.sampled_from(["outlet", "since", "error", "feeds", "topics", "to", "target"]), HOSTILE_TEXT
    )
)
@settings(max_examples=10, deadline=None)
def test_a_notice_is_acceptable_with_any_facts(kind: NoticeKind, facts: dict[str, str]) -> None:
    """A notice never fails for want of a fact, and facts are as harmless as feed content."""
    drawn = render_notice(NoticeContent(kind=kind, facts=facts), TARGET)
    assert_telegram_accepts(drawn.html, set())


def test_a_notice_shows_times_where_the_reader_is() -> None:
    """ISO times among the facts become local ones; a sentence without its fact is left out."""
    facts = {"outlet": "Sahel Courier", "since": AT.isoformat()}
    target = replace(TARGET, time_zone="Europe/Paris")
    html = render_notice(NoticeContent(kind=NoticeKind.FEED_FAILING, facts=facts), target).html
    assert html == (
        "<b>A feed is failing: </b><b>Sahel Courier</b>\n"
        "No success since 29 Mar 14:30. It is still tried, more and more rarely."
    )


def test_what_a_reload_changes_is_a_list() -> None:
    """Each change has a line of its own, as it was told; a long list is cut, and marked as cut."""
    changes = "topic aes: threshold 50 → 61\nfeed one: new\nlast 7 days: the same 4 alerts"
    content = NoticeContent(kind=NoticeKind.CONFIG_RELOADED, facts={"changes": changes})
    assert changes.splitlines() == render_notice(content, TARGET).html.splitlines()[1:]
    content = NoticeContent(kind=NoticeKind.CONFIG_RELOADED, facts={"changes": "feed one: new\n" * 200})
    drawn = render_notice(content, TARGET).html
    assert len(drawn) < 700
    assert drawn.endswith("…")


def test_all_contents_can_be_drawn() -> None:
    """The dispatcher knows every kind of content."""
    from watcher.core import model

    assert set(get_args(model.alerts.Content)) == {AlertContent, EditContent, DigestContent, NoticeContent}
    notice = row(DeliveryKind.NOTICE, NoticeContent(kind=NoticeKind.TEST, facts={"target": "desk"}))
    assert "Test message" in render(notice, None, TARGET).html
    digest = row(DeliveryKind.DIGEST, DigestContent(reason="daily", lines=(digest_line(1),)))
    assert "Stories today: 1" in render(replace(digest, silent=True), None, TARGET).html
    assert render(replace(digest, silent=True), None, TARGET).silent
