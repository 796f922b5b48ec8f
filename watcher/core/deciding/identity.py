"""Which entries of a document are new (P5): by guid, else canonical link, else title for 48 hours.

Feeds churn guids, add tracking parameters, re-order, list twice and resurrect; an entry is new only when none
of its guid, its link and its recent title was seen in this feed before.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.core.deciding.dates import believable
from watcher.core.text.urls import absolute_url, canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.core.model import ParsedFeed, RawEntry

GUID, LINK, TITLE = 1, 2, 3  # kinds of keys, as the store keeps them

REFRESH_AFTER = timedelta(hours=12)
"""A key that is still shown is written again only when its stored time is older than this: the store's
promise is a day, so twice a day is enough and spares a write per entry and poll."""

SEEN_WITHIN = timedelta(hours=1)  # stored times are whole hours: a key was seen up to so much later
REKEYED_COUNT = 5  # entries from which a document with nothing but new ids says something of the feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """A raw entry with its identity keys (8 bytes each; None = it has no such identity)."""

    raw: RawEntry
    url: str  # absolute, "" when there is none that is safe
    canonical_url: str
    guid_key: bytes | None
    link_key: bytes | None
    title_key: bytes  # of the summary where there is no title

    @property
    def has_id(self) -> bool:
        """True when a guid or link of its own names it, so that its title alone need not."""
        return self.guid_key is not None or self.link_key is not None

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Those that exist, strongest first."""
        return tuple(key for key in (self.guid_key, self.link_key, self.title_key) if key is not None)

    def entry_id(self, feed_id: str, at: datetime) -> str:
        """16 hex digits, the same for the same entry of the same feed in every replay.

        Args:
            feed_id: of its feed.
            at: when it was published, else first seen; with a title alone, its day tells this week's from last week's.
        """
        name = self.keys[0] if self.has_id else self.title_key + at.date().isoformat().encode()
        return hashlib.blake2b(name, digest_size=8, key=feed_id.encode()[:64]).hexdigest()


def identify(parsed: ParsedFeed, base_url: str) -> tuple[Identified, ...]:
    """Compute the identity of every entry of a document; the first of two with one identity is kept.

    Args:
        parsed: the document.
        base_url: where it came from; relative links are resolved against it.
    """
    listed: dict[tuple[str | None, str, str], tuple[RawEntry, str]] = {}
    for raw in parsed.entries:
        link = absolute_url(raw.link or "", base_url)
        canonical = canonical_url(link) if link else ""
        # Entries without a title must not all have the same one.
        title = _words(raw.title) or _words(raw.summary)
        listed.setdefault((raw.guid, canonical, title), (raw, link))
    shared_guids = _shared(guid for guid, _, _ in listed)
    shared_links = _shared(canonical for _, canonical, _ in listed)
    found: dict[tuple[bytes, ...], Identified] = {}
    for (guid, canonical, title), (raw, link) in listed.items():
        names_it = canonical not in shared_links and _has_path(canonical)
        one = Identified(
            raw=raw,
            url=link,
            canonical_url=canonical,
            guid_key=_key(GUID, guid) if guid and guid not in shared_guids else None,
            link_key=_key(LINK, canonical) if names_it else None,
            title_key=_key(TITLE, title or guid or canonical),
        )
        found.setdefault(one.keys, one)
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A document's entries against what was seen before."""

    new: tuple[Identified, ...]
    retitled: tuple[Identified, ...]  # known by guid or link, under a title not seen before
    shown: Mapping[bytes, int]  # keys to write -> kind
    rekeyed: bool  # every guid and link changed at once although the titles are known
    recognised: tuple[Identified, ...]
    """Of a re-keyed document: those whose title the feed showed before, however long ago; not among the new."""


def sort_out(
    identified: Sequence[Identified],
    seen: Mapping[bytes, datetime],
    *,
    now: datetime,
    title_identity_s: float,
) -> Sorted:
    """Tell new entries from known ones.

    Args:
        identified: the document's entries.
        seen: which of their keys this feed showed before -> when last (to the hour).
        now: the poll's time.
        title_identity_s: for how long a title alone identifies an entry.
    """
    rekeyed = _rekeyed(identified, seen)
    # What the document showed when it was last read, which may be long ago, still is no news under its title.
    last_up = max(seen.values(), default=now) - REFRESH_AFTER - SEEN_WITHIN
    recent = timedelta(seconds=title_identity_s)
    new: list[Identified] = []
    retitled: list[Identified] = []
    recognised: list[Identified] = []
    shown: dict[bytes, int] = {}

    def show(key: bytes | None, kind: int) -> None:
        # A time in the future is from before the clock was set back.
        if key is not None and not (key in seen and now - REFRESH_AFTER <= seen[key] <= now):
            shown[key] = kind

    for one in identified:
        by_id = _seen_by_id(one, seen)
        title_at = seen.get(one.title_key)
        by_title = title_at is not None and (
            abs(now - title_at) <= recent or (not one.has_id and _still_the_same(one, title_at, last_up, now))
        )
        show(one.guid_key, GUID)
        show(one.link_key, LINK)
        if not by_id and not by_title:
            (recognised if rekeyed and title_at is not None else new).append(one)
        elif by_id and title_at is None:
            retitled.append(one)
        # A title's time moves only while the title alone is what identifies the entry; were it moved
        # whenever shown, next week's communiqué under the same title would never be new.
        if not by_id or title_at is None or title_at > now:
            show(one.title_key, TITLE)
    return Sorted(
        new=tuple(new),
        retitled=tuple(retitled),
        shown=shown,
        rekeyed=rekeyed,
        recognised=tuple(recognised),
    )


def _seen_by_id(one: Identified, seen: Mapping[bytes, datetime]) -> bool:
    return one.guid_key in seen or one.link_key in seen


def _rekeyed(identified: Sequence[Identified], seen: Mapping[bytes, datetime]) -> bool:
    """True when all guids and links are new and half of the titles are not; entries without ids cannot change them."""
    named = [one for one in identified if one.has_id]
    if len(named) < REKEYED_COUNT or any(_seen_by_id(one, seen) for one in named):
        return False
    return 2 * sum(one.title_key in seen for one in named) >= len(named)


def _still_the_same(one: Identified, title_at: datetime, last_up: datetime, now: datetime) -> bool:
    """True when an entry without an id is what its title named: published by then or, undated, never gone since."""
    published_at = believable(one.raw.published_at, now)
    return title_at >= last_up if published_at is None else published_at < title_at + SEEN_WITHIN


def _shared(values: Iterable[str | None]) -> set[str]:
    return {value for value, count in Counter(values).items() if count > 1 and value}


def _words(text: str) -> str:
    """A text as it identifies: spaces and capitals do not matter."""
    return " ".join(text.split()).casefold()


def _has_path(url: str) -> bool:
    """A link to a bare home page says nothing about which entry it is."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != ""


def _key(kind: int, text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, salt=bytes([kind])).digest()
