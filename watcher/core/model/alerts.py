"""From the decision to tell (alert) to one target's row in the outbox (delivery)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # the store's codec resolves these annotations at run time
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place that messages go to, as configured."""

    id: str
    sink: str = "console"  # "telegram" | "console"
    chat_id: str | None = None  # numeric id or @channel, for Telegram
    thread_id: int | None = None  # forum topic
    topics: tuple[str, ...] | None = None  # None = all
    language: str = "en"  # of the interface texts
    reads: tuple[str, ...] = ()  # languages the readers read; () = no translate links
    time_zone: str = "UTC"
    quiet_from: str | None = None  # "HH:MM" local; None = no quiet hours
    quiet_until: str | None = None
    urgent_score: float = 101.0  # a score that passes quiet hours; above 100 = none
    min_score: float = 0.0
    max_alerts_per_hour: int = 30  # volume budget; overflow becomes one digest message
    digest_at: str | None = None  # "HH:MM" local
    silent: bool = False  # deliver without sound
    group: bool = False  # a group or channel: at most 18 messages a minute
    ops: bool = False  # receives notices about the watcher itself
    updates: str = "edit"  # when outlets join: "edit" | "reply" | "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """What the service has told us of a target; kept over restarts."""

    target_id: str
    chat_id: str | None = None  # the configured chat this is known of; another one forgets all of it
    paused_until: datetime | None = None  # 429 or back-off
    failure_count: int = 0  # transient failures in a row
    unreachable_since: datetime | None = None
    unreachable_reason: str | None = None
    migrated_to: str | None = None  # the chat's new id; the configured one is used no more
    last_sent_at: datetime | None = None


class AlertKind(StrEnum):
    """Why an alert exists."""

    NEW_STORY = "new story"
    STORY_GREW = "story grew"  # reached a new topic or target


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The decision to tell of a story, with all topics it matched."""

    id: str  # deterministic: story + kind + topics
    story_id: str
    entry_id: str
    kind: AlertKind
    topics: tuple[str, ...]
    score: float  # the best of its topics
    created_at: datetime


class DeliveryKind(StrEnum):
    """What an outbox row carries."""

    ALERT = "alert"
    EDIT = "edit"
    DIGEST = "digest"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """The life of an outbox row."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTag:
    """A topic as an alert names it."""

    id: str
    name: str
    score: float
    why: str  # "Russia (Lavrov) × Sahel state (Mali)": from the match's evidence, plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """A snapshot of what is told; outlets that joined meanwhile are read when it is sent."""

    type: str = "alert"
    alert_id: str
    story_id: str
    entry_id: str
    kind: AlertKind
    topics: tuple[TopicTag, ...]
    headline: str
    url: str
    outlet: str
    language: str | None
    summary: str
    published_at: datetime | None
    first_seen_at: datetime
    follows_story_id: str | None = None  # sent as a reply to that story's message where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class EditContent:
    """Renders the story's alert again, with who joined since."""

    type: str = "edit"
    story_id: str
    topics: tuple[TopicTag, ...] = ()  # topics after the change; () = as the alert had them
    change: str = ""  # what changed in the telling: "toll 12 → 17", ""


def joined_edits(old: EditContent, new: EditContent) -> EditContent:
    """What an edit row holds after another was queued on it: topics united, the last change that was named."""
    topics = {tag.id: tag for tag in (*old.topics, *new.topics)}
    return EditContent(story_id=new.story_id, topics=tuple(topics.values()), change=new.change or old.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One story in a digest."""

    story_id: str | None
    topic: str
    headline: str
    url: str
    outlet: str
    outlet_count: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """Several stories in one message: a flood's rest, quiet hours, an outage, the day."""

    type: str = "digest"
    reason: str  # "flood" | "budget" | "quiet hours" | "outage" | "daily"
    lines: tuple[DigestLine, ...]
    feed_id: str | None = None


class NoticeKind(StrEnum):
    """Messages about the watcher itself."""

    FIRST_RUN = "first run"
    FEED_FAILING = "feed failing"
    FEED_RECOVERED = "feed recovered"
    FEED_GONE = "feed gone"
    FEED_MOVED = "feed moved"
    FEED_SILENT = "feed silent"
    FEED_REKEYED = "feed re-keyed"
    CONFIG_BROKEN = "configuration broken"
    CONFIG_RELOADED = "configuration reloaded"
    TARGET_UNREACHABLE = "target unreachable"
    STARTED = "started"
    STOPPED = "stopped"
    FAULT = "fault"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContent:
    """A message about the watcher; facts fill the interface text of its kind."""

    type: str = "notice"
    kind: NoticeKind
    facts: dict[str, str] = field(default_factory=dict)
    lines: tuple[DigestLine, ...] = ()  # with FIRST_RUN: what the last 24 hours held


Content = AlertContent | EditContent | DigestContent | NoticeContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the outbox: one content for one target."""

    kind: DeliveryKind
    target_id: str
    content: Content
    due_at: datetime
    created_at: datetime
    dedupe_key: str  # unique: queuing it again changes nothing, but for edits (see revision)
    id: int | None = None  # given by the store
    state: DeliveryState = DeliveryState.PENDING
    story_id: str | None = None
    silent: bool = False
    revision: int = 1
    """An edit row is one per story and target and lives on: queuing it again raises the revision and
    makes it due again; acknowledging an older revision leaves it pending."""
    attempt_count: int = 0
    started_at: datetime | None = None  # of the running or last attempt
    delivered_at: datetime | None = None
    receipt: str | None = None  # the sink's message id
    reason: str | None = None  # of the last failure, or why dead or expired
    possible_repeat: bool = False  # an earlier attempt may have arrived: sent silently and marked
    plain: bool = False  # markup was refused once: send as plain text
    sent_text: str | None = None  # the text that was sent


def alert_key(story_id: str, target_id: str) -> str:
    """The dedupe key of the one alert row a story has for a target."""
    return f"alert:{story_id}:{target_id}"


def edit_key(story_id: str, target_id: str) -> str:
    """The dedupe key of the one edit row a story has for a target."""
    return f"edit:{story_id}:{target_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered message: what a sink sends."""

    html: str  # Telegram HTML within the limits
    plain: str  # the same without markup
    silent: bool = False
    reply_to: str | None = None  # receipt of the message it replies to
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()  # rows of (label, callback data or URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A sink's proof of delivery."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Silence for a topic, an outlet or a story, until a time."""

    kind: str  # "topic" | "outlet" | "story"
    value: str
    until: datetime | None  # None = until unmuted
    created_at: datetime
    by: str = ""  # who asked
