"""Which entries of a document are new (P5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.deciding.identity import GUID, LINK, TITLE, Identified, Sorted, identify, sort_out
from watcher.core.model import ParsedFeed, RawEntry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://outlet.example/feed.xml"
TITLE_IDENTITY_S = 48 * 3600.0


def raw(n: int | str, *, guid: str | None = "", link: str | None = "", title: str = "") -> RawEntry:
    """An entry with identities made of n unless given; None = it has none."""
    return RawEntry(
        guid=f"guid-{n}" if guid == "" else guid,
        link=f"https://outlet.example/news/{n}" if link == "" else link,
        title=title or f"Headline number {n}",
        summary="",
    )


def ids(*entries: RawEntry) -> tuple[Identified, ...]:
    return identify(ParsedFeed(title="Outlet", entries=entries), BASE)


def seen_of(*entries: RawEntry, at: datetime = NOW) -> dict[bytes, datetime]:
    return {key: at for one in ids(*entries) for key in one.keys}


def sort(entries: tuple[RawEntry, ...], seen: dict[bytes, datetime], now: datetime = NOW) -> Sorted:
    return sort_out(ids(*entries), seen, now=now, title_identity_s=TITLE_IDENTITY_S)


def test_nothing_seen_means_everything_is_new() -> None:
    """In a feed never read before every entry is new and all its keys are to be kept."""
    found = sort((raw(1), raw(2)), {})
    assert len(found.new) == 2
    assert len(found.shown) == 6


def test_churning_guids_are_not_new() -> None:
    """A feed that makes up new guids at every poll shows nothing new while links stay."""
    found = sort((raw(1, guid="other-1"), raw(2, guid="other-2")), seen_of(raw(1), raw(2)))
    assert found.new == ()


def test_tracking_parameters_do_not_make_an_entry_new() -> None:
    """A link that differs only in utm_* parameters is the same link."""
    tracked = raw(1, guid="other", link="https://outlet.example/news/1?utm_source=rss&utm_medium=feed")
    assert sort((tracked,), seen_of(raw(1))).new == ()


def test_guid_and_link_churn_is_caught_by_the_title_for_two_days() -> None:
    """With new guid and new link, a title shown in the last 48 hours still identifies the entry."""
    churned = raw(1, guid="x", link="https://outlet.example/other/1")
    seen = seen_of(raw(1), at=NOW - timedelta(hours=47))
    assert sort((churned,), seen).new == ()
    seen = seen_of(raw(1), at=NOW - timedelta(hours=49))
    assert len(sort((churned,), seen).new) == 1


def test_weekly_communique_under_the_same_title_is_new() -> None:
    """A title's time does not move while its guid is shown, so next week's item of that title is new."""
    last_week = raw("a", title="Communiqué du conseil des ministres")
    this_week = raw("b", title="Communiqué du conseil des ministres")
    seen = seen_of(last_week, at=NOW - timedelta(days=7))
    for key, kind in sort((last_week,), seen, now=NOW - timedelta(days=1)).shown.items():
        assert kind != TITLE
        seen[key] = NOW - timedelta(days=1)
    found = sort((this_week, last_week), seen)
    assert [one.raw.guid for one in found.new] == ["guid-b"]


def test_a_link_shared_by_several_entries_is_no_identity() -> None:
    """Entries that all link to one page are told apart by guid and title."""
    page = "https://outlet.example/live"
    first = (raw(1, link=page), raw(2, link=page))
    found = sort((*first, raw(3, link=page)), seen_of(*first))
    assert [one.raw.guid for one in found.new] == ["guid-3"]


def test_a_link_to_the_home_page_is_no_identity() -> None:
    """An entry whose link is the bare site is known by its title."""
    seen = seen_of(raw(1, guid=None, link="https://outlet.example/"))
    other = raw(2, guid=None, link="https://outlet.example/")
    assert len(sort((other,), seen).new) == 1


def test_an_edited_headline_is_retitled_not_new() -> None:
    """A known guid under a title not seen before is an edit (P8)."""
    edited = raw(1, title="Headline number 1, corrected")
    found = sort((edited,), seen_of(raw(1)))
    assert found.new == ()
    assert len(found.retitled) == 1
    again = sort((edited,), {**seen_of(raw(1)), **dict.fromkeys(found.shown, NOW)})
    assert again.retitled == ()


def test_a_rekeyed_feed_is_recognised() -> None:
    """When every guid and link changes at once while titles are known, the feed was re-keyed."""
    before = tuple(raw(n) for n in range(10))
    after = tuple(raw(n, guid=f"new-{n}", link=f"https://new.example/{n}") for n in range(10))
    assert sort(after, seen_of(*before, at=NOW - timedelta(days=5))).rekeyed
    assert not sort(before, seen_of(*before)).rekeyed
    assert not sort(after, {}).rekeyed


def test_shown_keys_are_not_written_at_every_poll() -> None:
    """A key seen an hour ago is not written again; one of yesterday is."""
    assert dict(sort((raw(1),), seen_of(raw(1), at=NOW - timedelta(hours=1))).shown) == {}
    assert len(sort((raw(1),), seen_of(raw(1), at=NOW - timedelta(hours=25))).shown) == 2


@given(st.lists(st.integers(0, 30), max_size=30, unique=True), st.randoms(use_true_random=False))
def test_order_never_matters(numbers: list[int], random: object) -> None:
    """Re-ordering a document changes neither what is new nor any entry's id."""
    entries = [raw(n) for n in numbers]
    seen = seen_of(*entries[: len(entries) // 2])
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = sort(tuple(entries), seen), sort(tuple(shuffled), seen)
    assert {i.entry_id("f", NOW) for i in one.new} == {i.entry_id("f", NOW) for i in other.new}
    assert sort(tuple(shuffled), {**seen, **dict.fromkeys(one.shown, NOW)}).new == ()


def test_ids_differ_between_feeds() -> None:
    """The same guid in two feeds is two entries."""
    (one,) = ids(raw(1))
    assert one.entry_id("a", NOW) != one.entry_id("b", NOW)
    assert len(one.entry_id("a", NOW)) == 16


def test_the_day_is_part_of_an_identity_that_is_a_title_alone() -> None:
    """Title + day: next week's entry under a title is another one, with a guid the time does not matter."""
    (bare,), (named,) = ids(raw(1, guid=None, link=None)), ids(raw(1))
    next_week = NOW + timedelta(days=7)
    assert bare.entry_id("a", NOW) == bare.entry_id("a", NOW + timedelta(hours=2))
    assert bare.entry_id("a", NOW) != bare.entry_id("a", next_week)
    assert named.entry_id("a", NOW) == named.entry_id("a", next_week)


def test_entries_without_titles_are_not_one_entry() -> None:
    """A microblog's posts have no titles: their words tell them apart, with and without guids."""

    def post(guid: str | None, text: str) -> RawEntry:
        return RawEntry(guid=guid, link=None, title=" ", summary=text)

    for guids in (("a", "b", "c"), (None, None, None)):
        first, second, third = (
            post(guid, text) for guid, text in zip(guids, ("One", "Two", "Three"), strict=True)
        )
        assert len(sort((first, second), {}).new) == 2
        assert [one.raw for one in sort((third, second, first), seen_of(first, second)).new] == [third]


def test_an_entry_listed_twice_keeps_its_identity() -> None:
    """A document that shows a known entry twice, as a top story and in its place, brings nothing new."""
    seen = seen_of(raw(1), raw(2), at=NOW - timedelta(days=5))
    assert sort((raw(1), raw(2), raw(1)), seen).new == ()


def test_an_entry_that_loses_its_id_to_another_is_not_new() -> None:
    """A link that was one entry's alone and is now shared: what is as old as its title's first showing is known."""
    page = "https://outlet.example/live"

    def live(n: int, hours_ago: float) -> RawEntry:
        return replace(raw(n, guid=None, link=page), published_at=NOW - timedelta(hours=hours_ago))

    seen = seen_of(live(1, 72), at=NOW - timedelta(hours=71.9))
    assert [one.raw.title for one in sort((live(1, 72), live(2, 1)), seen).new] == ["Headline number 2"]
    weekly = seen_of(raw(1, guid=None, link=None), at=NOW - timedelta(days=7))
    again = replace(raw(1, guid=None, link=None), published_at=NOW)
    assert len(sort((again,), weekly).new) == 1


def test_bare_titles_stay_known_while_the_document_does_not_change() -> None:
    """A feed that answered "not modified" for weeks and then adds an entry shows one new entry."""
    entries = tuple(raw(n, guid=None, link=None) for n in range(4))
    weeks_ago = NOW - timedelta(days=20)
    seen = seen_of(*entries[:2], at=weeks_ago - timedelta(hours=12)) | seen_of(entries[2], at=weeks_ago)
    assert [one.raw for one in sort(entries[::-1], seen).new] == [entries[3]]


def test_a_feed_of_bare_titles_is_not_taken_for_rekeyed() -> None:
    """Without guids and links nothing can change at once: known titles are known, new ones are new."""
    entries = tuple(raw(n, guid=None, link=None) for n in range(9))
    found = sort(entries, seen_of(*entries[:8]))
    assert not found.rekeyed
    assert found.new == ids(*entries)[8:]


def test_what_a_rekeyed_feed_never_showed_is_new() -> None:
    """New ids under old titles are recognised; an entry under a title of its own is news all the same."""
    before = tuple(raw(n) for n in range(8))
    after = tuple(raw(f"re-{n}", title=f"Headline number {n}") for n in range(8))
    found = sort((raw(9), *after), seen_of(*before, at=NOW - timedelta(days=5)))
    assert found.rekeyed
    assert [one.raw.title for one in found.new] == ["Headline number 9"]
    assert len(found.recognised) == 8


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(days=400)])
def test_a_clock_set_back_loses_no_entry(ahead: timedelta) -> None:
    """Times in the future are corrected when shown, and a title from there names nothing that comes much later."""
    shown = sort((raw(1),), seen_of(raw(1), at=NOW + ahead)).shown
    assert set(shown.values()) == {GUID, LINK, TITLE}
    other = raw(2, title="Headline number 1")
    found = sort((other,), seen_of(raw(1), at=NOW + ahead))
    assert len(found.new) == (ahead > timedelta(hours=48))
