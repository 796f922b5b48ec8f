"""What a feed is configured to be, what is known of it, and what a fetch asks and brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedConfig:
    """One configured feed."""

    id: str
    url: str
    outlet: str
    language: str | None = None  # two-letter code; None = unknown or mixed
    group: str = ""
    topics: tuple[str, ...] | None = None  # match only these; None = all
    everything_for: tuple[str, ...] = ()  # every entry of this feed counts for these topics
    interval_s: float = 600.0  # the floor between two polls
    max_interval_s: float = 3600.0  # adaptive polling and the server's hints lengthen to at most this
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # secrets: never shown
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls; committed together with what the poll found."""

    feed_id: str
    url: str = ""  # the configured URL this state belongs to; another one resets the validators
    etag: bytes | None = None  # opaque, echoed byte for byte
    last_modified: bytes | None = None  # opaque, echoed byte for byte
    body_hash: bytes | None = None  # of the last parsed body: unchanged bytes are not parsed
    next_poll_at: datetime | None = None  # None = due at once
    next_poll_reason: str = ""  # for status: why then
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None  # None = never polled with success: the next success is silent
    last_status: int | None = None
    failure_count: int = 0  # in a row
    failing_since: datetime | None = None
    last_error: str | None = None
    failure_told: bool = False  # the user was told of this failure
    redirect_url: str | None = None  # where a permanent redirect has pointed lately
    redirect_count: int = 0  # polls in a row that were redirected there
    redirect_since: datetime | None = None
    moved_to: str | None = None  # polled instead of the configured URL
    gone_count: int = 0  # 410s in a row
    gone_since: datetime | None = None
    gone: bool = False  # polled no more
    entries_per_day: float | None = None  # smoothed publication rate; None = not known yet
    last_entry_at: datetime | None = None  # when an unseen entry was last found
    silence_told: bool = False  # the user was told that the feed has fallen silent
    isolated: bool = False  # had a worker killed: parses apart from the others
    ttl_s: float | None = None  # the last document's wish (ttl, sy:update*); outlives unchanged polls
    skip_hours: tuple[int, ...] = ()  # 0–23 UTC, of the last document
    skip_days: tuple[int, ...] = ()  # 0 = Monday, of the last document


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One conditional request."""

    feed_id: str
    url: str
    home: str = ""  # the configured URL, where secrets may travel, when the feed has moved; "" = `url`
    etag: bytes | None = None
    last_modified: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    max_bytes: int | None = None  # after decompression; None = the fetcher's limit


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: nothing new. Validators are those to keep from now on."""

    url: str  # where the answer came from, after redirects
    etag: bytes | None = None
    last_modified: bytes | None = None
    permanent_url: str | None = None  # end of a chain of only permanent redirects, None without one
    max_age_s: float | None = None  # from Cache-Control or Expires, relative to Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete body and what came with it."""

    url: str
    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    etag: bytes | None = None
    last_modified: bytes | None = None
    permanent_url: str | None = None
    max_age_s: float | None = None
    open_ended: bool = False  # no length and no chunks said where the body ends: it may have been cut off
    partial: bool = False  # 226: only what changed since the validators sent; the rest may still be up


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A poll that brought nothing: the fetch or the parse failed."""

    message: str
    status: int | None = None
    retry_after_s: float | None = None
    permanent: bool = False
    unreadable: bool = False  # fetched, but no feed
    worker_killed: bool = False
