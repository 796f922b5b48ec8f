"""The numbers that decisions and delivery go by; configuration fills them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What `decide` goes by."""

    story_window_s: float = 72 * 3600.0  # no entry joins a story that had none for longer
    old_after_s: float = 7 * 86400.0  # published longer ago at first sight: seen, never alerted
    title_identity_s: float = 48 * 3600.0  # a title alone identifies an entry for so long
    flood_feed_count: int = 10  # more alerts in one poll of one feed are a flood
    flood_topic_count: int = 30  # more alerts of one topic in an hour are a flood
    flood_shown_count: int = 5  # of a flood, so many are alerted, the rest goes into a digest
    edit_delay_s: float = 30.0  # outlets joining within it share one edit
    headline_edits_per_day: int = 3  # edited headlines of one story shown within 24 hours
    failing_told_after_s: float = 24 * 3600.0  # a failing feed is told of once, after so long
    gone_poll_count: int = 3  # 410s, a day apart, after which a feed is polled no more
    moved_poll_count: int = 3  # permanent redirects to one place before it replaces the URL
    moved_after_s: float = 24 * 3600.0  # and over at least so long


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """What the delivery loop goes by."""

    on_ambiguous: str = "resend"  # "resend" (silently, marked) | "hold"
    max_age_s: float = 24 * 3600.0  # alerts that could not be delivered for longer end in one digest line
    edit_interval_s: float = 60.0  # at least so long between two edits of one message
    unreachable_days: int = 7  # a target's rows are held so long, tried daily, then dead
    stop_grace_s: float = 20.0  # running sends may take so long to finish at stop
