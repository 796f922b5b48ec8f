"""The records that travel through the house, by subject.

Frozen, slotted, keyword-only dataclasses. Suffixes are law: `*_at` aware UTC datetime, `*_s` seconds,
`*_bytes`, `*_count`, `score`/`similarity`/`threshold` 0–100, `*_ratio` 0–1, `*_id` str.
"""

from watcher.core.model.alerts import (
    Alert,
    AlertContent,
    AlertKind,
    Content,
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestContent,
    DigestLine,
    EditContent,
    Message,
    Mute,
    NoticeContent,
    NoticeKind,
    Receipt,
    Target,
    TargetState,
    TopicTag,
    alert_key,
    edit_key,
    joined_edits,
)
from watcher.core.model.conclusions import Acknowledged, Conclusion, Settled
from watcher.core.model.desk import KeptPages, Taking
from watcher.core.model.entries import Entry, Fate, JudgedEntry, ParsedFeed, RawEntry
from watcher.core.model.feeds import Failure, FeedConfig, FeedState, Fetched, FetchRequest, NotModified
from watcher.core.model.matches import Evidence, Match, Mention, Reading
from watcher.core.model.policy import DeliveryPolicy, Policy
from watcher.core.model.polls import Counts, PollOutcome, PollPlan
from watcher.core.model.stories import Story, StoryChange

__all__ = [
    "Acknowledged",
    "Alert",
    "AlertContent",
    "AlertKind",
    "Conclusion",
    "Content",
    "Counts",
    "Delivery",
    "DeliveryKind",
    "DeliveryPolicy",
    "DeliveryState",
    "DigestContent",
    "DigestLine",
    "EditContent",
    "Entry",
    "Evidence",
    "Failure",
    "Fate",
    "FeedConfig",
    "FeedState",
    "FetchRequest",
    "Fetched",
    "JudgedEntry",
    "KeptPages",
    "Match",
    "Mention",
    "Message",
    "Mute",
    "NotModified",
    "NoticeContent",
    "NoticeKind",
    "ParsedFeed",
    "Policy",
    "PollOutcome",
    "PollPlan",
    "RawEntry",
    "Reading",
    "Receipt",
    "Settled",
    "Story",
    "StoryChange",
    "Taking",
    "Target",
    "TargetState",
    "TopicTag",
    "alert_key",
    "edit_key",
    "joined_edits",
]
