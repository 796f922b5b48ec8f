"""Which entries of a document are new (P5): by guid, else canonical link, else title for 48 hours.

Feeds churn guids, add tracking parameters, re-order and resurrect; an entry is new only when none of
its guid, its link and its recent title was seen in this feed before.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.core.text.urls import absolute_url, canonical_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.core.model import ParsedFeed, RawEntry

GUID, LINK, TITLE = 1, 2, 3  # kinds of keys, as the store keeps them

REFRESH_AFTER = timedelta(hours=12)
"""A key that is still shown is written again only when its stored time is older than this: the store's
promise is a day, so twice a day is enough and spares a write per entry and poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """A raw entry with its identity keys (8 bytes each; None = it has no such identity)."""

    raw: RawEntry
    url: str  # absolute, "" when there is none that is safe
    canonical_url: str
    guid_key: bytes | None
    link_key: bytes | None
    title_key: bytes

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Those that exist, strongest first."""
        return tuple(key for key in (self.guid_key, self.link_key, self.title_key) if key is not None)

    def entry_id(self, feed_id: str) -> str:
        """16 hex digits, the same for the same entry of the same feed in every replay."""
        strongest = self.keys[0]
        return hashlib.blake2b(strongest, digest_size=8, key=feed_id.encode()[:64]).hexdigest()


def identify(parsed: ParsedFeed, base_url: str) -> tuple[Identified, ...]:
    """Compute the identity of every entry of a document; the first of two with one identity is kept.

    Args:
        parsed: the document.
        base_url: where it came from; relative links are resolved against it.
    """
    links = [absolute_url(raw.link or "", base_url) for raw in parsed.entries]
    canonicals = [canonical_url(link) if link else "" for link in links]
    shared_links = _shared(canonicals)
    shared_guids = _shared([raw.guid or "" for raw in parsed.entries])
    found: dict[tuple[bytes, ...], Identified] = {}
    for raw, link, canonical in zip(parsed.entries, links, canonicals, strict=True):
        guid_key = _key(GUID, raw.guid) if raw.guid and raw.guid not in shared_guids else None
        names_it = bool(canonical) and canonical not in shared_links and _has_path(canonical)
        one = Identified(
            raw=raw,
            url=link,
            canonical_url=canonical,
            guid_key=guid_key,
            link_key=_key(LINK, canonical) if names_it else None,
            title_key=_key(TITLE, " ".join(raw.title.split()).casefold()),
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
        seen: which of their keys this feed showed before -> when last.
        now: the poll's time.
        title_identity_s: for how long a title alone identifies an entry.
    """
    recent = now - timedelta(seconds=title_identity_s)
    new: list[Identified] = []
    retitled: list[Identified] = []
    shown: dict[bytes, int] = {}

    def show(key: bytes | None, kind: int) -> None:
        if key is not None and (key not in seen or seen[key] < now - REFRESH_AFTER):
            shown[key] = kind

    known_titles = 0
    for one in identified:
        by_id = one.guid_key in seen or one.link_key in seen
        title_at = seen.get(one.title_key)
        by_title = title_at is not None and title_at >= recent
        known_titles += title_at is not None and not by_id
        show(one.guid_key, GUID)
        show(one.link_key, LINK)
        if not by_id and not by_title:
            new.append(one)
        elif by_id and title_at is None:
            retitled.append(one)
        # A title's time moves only while the title alone is what identifies the entry; were it moved
        # whenever shown, next week's communiqué under the same title would never be new.
        if not by_id or title_at is None:
            show(one.title_key, TITLE)
    strangers = len(identified) - sum(one.guid_key in seen or one.link_key in seen for one in identified)
    rekeyed = len(identified) >= 5 and strangers == len(identified) and known_titles * 2 >= len(identified)
    return Sorted(new=tuple(new), retitled=tuple(retitled), shown=shown, rekeyed=rekeyed)


def _shared(values: Sequence[str]) -> set[str]:
    return {value for value, count in Counter(values).items() if count > 1 and value}


def _has_path(url: str) -> bool:
    """A link to a bare home page says nothing about which entry it is."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != ""


def _key(kind: int, text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, salt=bytes([kind])).digest()
