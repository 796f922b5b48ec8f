"""Settings -> the records that decisions, fetching and delivery go by."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.config.collecting import collecting_later
from watcher.core.model import DeliveryPolicy, FeedConfig, Policy, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.loading import Loaded
    from watcher.config.models import FeedItem, Settings, TargetItem
    from watcher.core.deciding.runtime import Runtime

DEFAULT_TELEGRAM = "telegram"
DEFAULT_CONSOLE = "console"


def compile_runtime(loaded: Loaded) -> Runtime:
    """Compile a configuration: profiles into one matcher, items into records."""
    from watcher.core.deciding.runtime import Runtime
    from watcher.core.matching import compile_matcher

    policy, delivery = policies(loaded.settings)
    with collecting_later():
        matcher = compile_matcher(list(loaded.profiles.values()))
    return Runtime(
        feeds=feed_configs(loaded),
        profiles=dict(loaded.profiles),
        matcher=matcher,
        targets=targets(loaded),
        policy=policy,
        delivery=delivery,
    )


def feed_configs(loaded: Loaded) -> dict[str, FeedConfig]:
    """The enabled feeds by id, defaults filled in."""
    return {feed.id: _feed(feed, loaded) for feed in loaded.feeds.feeds if feed.enabled}


def targets(loaded: Loaded) -> dict[str, Target]:
    """The configured targets by id; without any, the chat of the environment, else the console."""
    if loaded.settings.targets:
        return {item.id: _target(item) for item in loaded.settings.targets}
    environment = loaded.environment
    if environment.token and environment.chat:
        group = environment.chat.startswith(("-", "@"))  # groups and channels have negative ids
        only = Target(id=DEFAULT_TELEGRAM, sink="telegram", chat_id=environment.chat, group=group, ops=True)
    else:
        only = Target(id=DEFAULT_CONSOLE, sink="console", ops=True)
    return {only.id: only}


def policies(settings: Settings) -> tuple[Policy, DeliveryPolicy]:
    """What deciding and delivery go by."""
    alerts = settings.alerts
    policy = Policy(
        story_window_s=settings.stories.window,
        old_after_s=alerts.old_after,
        flood_feed_count=alerts.flood.per_feed,
        flood_topic_count=alerts.flood.per_topic_hour,
        flood_shown_count=alerts.flood.first,
        edit_delay_s=alerts.edit_delay,
        headline_edits_per_day=alerts.headline_edits,
        failing_told_after_s=settings.polling.failing_after,
    )
    delivery = DeliveryPolicy(
        on_ambiguous=alerts.on_ambiguous,
        max_age_s=alerts.max_age,
        edit_interval_s=alerts.edit_interval,
    )
    return policy, delivery


def _feed(feed: FeedItem, loaded: Loaded) -> FeedConfig:
    defaults, polling = loaded.feeds.defaults, loaded.settings.polling
    interval = feed.interval or defaults.interval or polling.interval
    longest = feed.max_interval or defaults.max_interval or polling.max_interval
    topics = defaults.topics if feed.topics is None else feed.topics
    secrets: Mapping[str, object] = {**(defaults.headers or {}), **(feed.headers or {})}
    headers = {name: _revealed(value) for name, value in secrets.items()}
    if feed.cookie is not None:
        headers["Cookie"] = feed.cookie.get_secret_value()
    proxy = feed.proxy or defaults.proxy or polling.proxy
    return FeedConfig(
        id=feed.id,
        url=feed.url,
        outlet=feed.outlet or (urlsplit(feed.url).hostname or "").removeprefix("www."),
        language=feed.language or defaults.language,
        group=feed.group or defaults.group,
        topics=None if topics is None else tuple(topics),
        everything_for=tuple(feed.everything_for),
        interval_s=interval,
        max_interval_s=max(longest, interval),
        headers={name: value for name, value in headers.items() if value is not None},
        username=_revealed(feed.auth.username) if feed.auth else None,
        password=_revealed(feed.auth.password) if feed.auth else None,
        proxy=_revealed(proxy),
    )


def _revealed(secret: object) -> str | None:
    from pydantic import SecretStr

    return secret.get_secret_value() if isinstance(secret, SecretStr) else None


def _target(item: TargetItem) -> Target:
    return Target(
        id=item.id,
        sink="console" if item.chat is None else "telegram",
        chat_id=item.chat,
        thread_id=item.thread,
        topics=None if item.topics is None else tuple(item.topics),
        language=item.language,
        reads=tuple(item.reads),
        time_zone=item.time_zone,
        quiet_from=item.quiet_hours.from_ if item.quiet_hours else None,
        quiet_until=item.quiet_hours.until if item.quiet_hours else None,
        urgent_score=item.urgent_score,
        min_score=item.min_score,
        max_alerts_per_hour=item.max_alerts_per_hour,
        digest_at=item.digest_at,
        silent=item.silent,
        group=item.group,
        ops=item.ops,
        updates=item.updates,
    )
