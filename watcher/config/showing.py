"""The configuration in force as plain data: defaults filled in, secrets masked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import yaml

from watcher.config.compiling import feed_configs, targets
from watcher.config.fields import format_duration
from watcher.config.problems import MASK
from watcher.core.text.urls import shown_url

if TYPE_CHECKING:
    from watcher.config.loading import Loaded


def in_force(loaded: Loaded) -> dict[str, Any]:
    """Every setting of watcher.yaml with its value, and the targets, the default one included."""
    data: dict[str, Any] = _masked(loaded.settings.model_dump(mode="json", by_alias=True))
    shown = [asdict(target) for target in targets(loaded).values()]
    data["targets"] = [{key: value for key, value in target.items() if value is not None} for target in shown]
    data["telegram"]["token"] = MASK if loaded.environment.token else None
    return data


def feeds_in_force(loaded: Loaded) -> list[dict[str, Any]]:
    """Every polled feed with the values that hold for it; of its access only that there is one."""
    return [
        {
            "id": feed.id,
            "url": shown_url(feed.url),
            "outlet": feed.outlet,
            "language": feed.language,
            "group": feed.group,
            "topics": None if feed.topics is None else list(feed.topics),
            "everything_for": list(feed.everything_for),
            "interval": format_duration(feed.interval_s),
            "max_interval": format_duration(feed.max_interval_s),
            "access": [
                kind
                for kind, is_set in (
                    ("auth", feed.username is not None),
                    *((name, True) for name in feed.headers),
                    ("proxy", feed.proxy is not None),
                )
                if is_set
            ],
        }
        for feed in feed_configs(loaded).values()
    ]


def topics_in_force(loaded: Loaded) -> list[dict[str, Any]]:
    """Every topic, in short; its file says the rest."""
    return [
        {
            "id": profile.id,
            "name": profile.name,
            "threshold": profile.threshold,
            "patterns": [pattern.name for pattern in profile.patterns],
            "exclusions": [exclusion.name for exclusion in profile.exclusions],
            "targets": list(profile.targets),
            "version": profile.version,
        }
        for profile in loaded.profiles.values()
    ]


def as_yaml(data: Any) -> str:
    """Plain data as YAML for people."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _masked(data: Any) -> Any:
    """Secrets as three stars, secrets in URLs too; None stays, it says that nothing is set."""
    if isinstance(data, dict):
        return {key: _masked(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_masked(item) for item in data]
    if isinstance(data, str):
        return MASK if data == "**********" else shown_url(data) if "://" in data else data
    return data
