"""watcher.yaml: how the watcher behaves. Every setting has a default; the file may be empty."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from watcher.config.fields import Duration, HostPort, Secret, Size, Text, WebAddress, written
from watcher.config.models.section import Section
from watcher.config.models.targets import TargetItem


class Polling(Section):
    """How feeds are asked."""

    interval: Annotated[float, Duration(at_least="1s", at_most="7d")] = Field(
        default=written("10m"),
        description="The floor between two polls of one feed. Below 1m only with testing.min_interval.",
    )
    max_interval: Annotated[float, Duration(at_least="1s", at_most="7d")] = Field(
        default=written("1h"),
        description="Feeds that publish rarely, or ask for it, are polled at least so often.",
    )
    concurrency: Annotated[int, Field(ge=1, le=100)] = Field(
        default=20, description="Connections at once; never more than one to a host."
    )
    deadline: Annotated[float, Duration(at_least="1s", at_most="5m")] = Field(
        default=written("30s"), description="A fetch that takes longer in all is given up."
    )
    max_body: Size = Field(
        default=written("10 MiB"), description="Larger feeds are refused, counted after decompression."
    )
    contact: Text | None = Field(
        default=None,
        description="Address or e-mail for the User-Agent, so that a site's owner can reach you.",
        examples=["desk@example.org"],
    )
    proxy: Secret | None = Field(
        default=None,
        description="Proxy for all feeds, may be ${VAR}. The proxy resolves names itself, so that "
        "only literal addresses can be guarded.",
    )
    failing_after: Annotated[float, Duration(at_least="10m")] = Field(
        default=written("24h"),
        description="A feed that fails for so long is told of, once, and once when it recovers.",
    )


class Stories(Section):
    """What counts as one story."""

    window: Annotated[float, Duration(at_least="1h", at_most="30d")] = Field(
        default=written("72h"),
        description="No entry joins a story that had none for longer: it opens a new one.",
    )


class Flood(Section):
    """When a flood of alerts becomes one digest."""

    per_feed: Annotated[int, Field(ge=1)] = Field(
        default=10, description="More alerts in one poll of a feed."
    )
    per_topic_hour: Annotated[int, Field(ge=1)] = Field(
        default=30, description="More alerts of a topic in an hour."
    )
    first: Annotated[int, Field(ge=0)] = Field(
        default=5, description="Of a flood so many are alerted one by one."
    )


class Alerts(Section):
    """What is told and how persistently."""

    old_after: Annotated[float, Duration(at_least="1h")] = Field(
        default=written("7d"),
        description="An entry published longer ago when first seen is recorded, not alerted.",
    )
    max_age: Annotated[float, Duration(at_least="10m")] = Field(
        default=written("24h"),
        description="Alerts that could not be delivered for so long end in one digest line.",
    )
    on_ambiguous: Literal["resend", "hold"] = Field(
        default="resend",
        description="When nobody knows whether Telegram took a message: resend (silently, marked as a possible "
        "repeat) or hold (shown by `watcher outbox`).",
    )
    edit_delay: Annotated[float, Duration(at_most="1h")] = Field(
        default=written("30s"),
        description="Outlets that join a story within it share one edit of its message.",
    )
    edit_interval: Annotated[float, Duration(at_least="1s", at_most="1d")] = Field(
        default=written("60s"), description="At least so long between two edits of one message."
    )
    headline_edits: Annotated[int, Field(ge=0, le=100)] = Field(
        default=3, description="A headline its outlet keeps rewriting is edited at most so often in 24 hours."
    )
    flood: Flood = Field(default_factory=Flood, description="When alerts are too many at once.")


class Telegram(Section):
    """The bot. Its token comes only from TELEGRAM_BOT_TOKEN or the file named by TELEGRAM_BOT_TOKEN_FILE."""

    base_url: WebAddress = Field(
        default="https://api.telegram.org",
        description="Address of the Bot API; your own server may stand in.",
    )
    proxy: Secret | None = Field(default=None, description="Proxy for Telegram only, may be ${VAR}.")
    listen: bool | None = Field(
        default=None,
        description="Answer commands and buttons; without it, where `users` or `admins` names anybody. Only one "
        "program may listen with a token: false lets this one only send.",
    )
    users: list[int] = Field(default=[], description="Telegram user ids whose commands and buttons count.")
    admins: list[int] = Field(default=[], description="User ids that may also pause, resume and reload.")


class Retention(Section):
    """How long things are kept."""

    entries: Annotated[float, Duration(at_least="1d")] = Field(
        default=written("90d"), description="Entries, stories and deliveries; backtests reach back so far."
    )
    seen: Annotated[float, Duration(at_least="7d")] = Field(
        default=written("60d"),
        description="That an entry was seen, counted from when its feed last showed it.",
    )


class Metrics(Section):
    """Numbers for Prometheus and a health answer over HTTP; off without a port."""

    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None,
        description="Serve /metrics and /healthz on this port; without it, nothing listens.",
        examples=[9464],
    )
    host: Text = Field(
        default="127.0.0.1",
        description="Address to listen on. There is no password: leave it on loopback, or 0.0.0.0 in a container "
        "whose port is not published.",
    )


class Health(Section):
    """A dead man's switch: silence is the alarm."""

    ping_url: Secret | None = Field(
        default=None,
        description="Fetched every ping_every while the watcher is well, by a GET; may be ${VAR}. The service behind it "
        "tells you when the pings stop.",
    )
    ping_every: Annotated[float, Duration(at_least="10s", at_most="1d")] = Field(
        default=written("5m"), description="Time between two pings."
    )


class Notices(Section):
    """Messages about the watcher itself, to targets with `ops: true` (else to the first target)."""

    start: bool = Field(default=False, description="Tell of every start.")
    stop: bool = Field(default=False, description="Tell of every orderly stop.")
    fault: bool = Field(
        default=True, description="Tell of surprises and of being unwell, at most once an hour."
    )


class Log(Section):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is written."
    )
    format: Literal["text", "json"] = Field(
        default="text", description="json: one object a line, for machines."
    )


class Testing(Section):
    """For tests and rehearsals only: each of these weakens a promise. Leave it out."""

    allow_private: list[HostPort] = Field(
        default=[], description="Private addresses that may be fetched from all the same, as host:port."
    )
    min_interval: Annotated[float, Duration(at_least="1s", at_most="1m")] = Field(
        default=written("1m"), description="The least that intervals may be set to."
    )
    clock_scale: Annotated[float, Field(gt=0, le=100_000)] = Field(
        default=1.0, description="How many seconds the watcher's clock counts in one."
    )
    lift_host_limits: bool = Field(
        default=False, description="Allow several connections to one host, without a pause between requests."
    )


class Settings(Section):
    """The whole of watcher.yaml."""

    polling: Polling = Field(default_factory=Polling, description="How feeds are asked.")
    stories: Stories = Field(default_factory=Stories, description="What counts as one story.")
    alerts: Alerts = Field(default_factory=Alerts, description="What is told and how persistently.")
    targets: list[TargetItem] = Field(
        default=[],
        description="Where alerts go. Without any: the chat of TELEGRAM_CHAT_ID when that and a token are set, "
        "else the console.",
    )
    telegram: Telegram = Field(default_factory=Telegram, description="The bot.")
    retention: Retention = Field(default_factory=Retention, description="How long things are kept.")
    metrics: Metrics = Field(default_factory=Metrics, description="Numbers for Prometheus.")
    health: Health = Field(default_factory=Health, description="A dead man's switch.")
    notices: Notices = Field(default_factory=Notices, description="Messages about the watcher itself.")
    log: Log = Field(default_factory=Log, description="What is written to standard error.")
    testing: Testing = Field(default_factory=Testing, description="For tests and rehearsals only.")
