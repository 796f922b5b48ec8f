"""Feed documents from items: RSS 2.0, Atom 1.0, JSON Feed 1.1. The texts are the caller's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class FeedFormat(StrEnum):
    """The formats a feed can be served in."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"


CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml; charset=utf-8",
    FeedFormat.ATOM: "application/atom+xml; charset=utf-8",
    FeedFormat.JSON: "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published item."""

    title: str
    link: str
    published_at: datetime  # aware
    guid: str = ""  # "" = the link
    summary: str = ""
    source: str = ""  # the outlet it was taken from, when the feed collects several

    @property
    def id(self) -> str:
        """What identifies it in the document."""
        return self.guid or self.link


def document(
    feed_format: FeedFormat,
    *,
    title: str,
    url: str,
    language: str,
    items: Sequence[Item],
    ttl_minutes: int | None,
) -> bytes:
    """The feed as it is served.

    Args:
        feed_format: of the document.
        title: of the feed.
        url: of the feed itself.
        language: two-letter code.
        items: newest first.
        ttl_minutes: RSS only; None = none given.
    """
    match feed_format:
        case FeedFormat.RSS:
            text = _rss(title, url, language, items, ttl_minutes)
        case FeedFormat.ATOM:
            text = _atom(title, url, language, items)
        case FeedFormat.JSON:
            text = _json(title, url, language, items)
    return text.encode("utf-8")


def _rss(title: str, url: str, language: str, items: Sequence[Item], ttl_minutes: int | None) -> str:
    ttl = f"<ttl>{ttl_minutes}</ttl>" if ttl_minutes is not None else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>{escape(url)}</link><description>{escape(title)}</description>"
        f"<language>{escape(language)}</language>{ttl}\n"
        + "\n".join(map(_rss_item, items))
        + "</channel></rss>\n"
    )


def _rss_item(item: Item) -> str:
    permanent = "false" if item.guid and item.guid != item.link else "true"
    source = f"<source url={quoteattr(item.link)}>{escape(item.source)}</source>" if item.source else ""
    return (
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f'<guid isPermaLink="{permanent}">{escape(item.id)}</guid>'
        f"<pubDate>{format_datetime(item.published_at)}</pubDate>"
        f"<description>{escape(item.summary)}</description>{source}</item>"
    )


def _atom(title: str, url: str, language: str, items: Sequence[Item]) -> str:
    updated = items[0].published_at.isoformat() if items else "2000-01-01T00:00:00+00:00"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>'
        f"<title>{escape(title)}</title><id>{escape(url)}</id><updated>{updated}</updated>\n"
        + "\n".join(map(_atom_entry, items))
        + "</feed>\n"
    )


def _atom_entry(item: Item) -> str:
    source = f"<source><title>{escape(item.source)}</title></source>" if item.source else ""
    when = item.published_at.isoformat()
    return (
        f'<entry><title type="text">{escape(item.title)}</title><id>{escape(item.id)}</id>'
        f"<link href={quoteattr(item.link)}/><published>{when}</published><updated>{when}</updated>"
        f'<summary type="html">{escape(item.summary)}</summary>{source}</entry>'
    )


def _json(title: str, url: str, language: str, items: Sequence[Item]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "feed_url": url,
            "language": language,
            "items": [
                {
                    "id": item.id,
                    "url": item.link,
                    "title": item.title,
                    "content_text": item.summary,
                    "date_published": item.published_at.isoformat(),
                }
                for item in items
            ],
        },
        ensure_ascii=False,
    )
