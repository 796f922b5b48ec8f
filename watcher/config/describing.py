"""What a reload changes, in words. Shows no secret: of headers and passwords only that they changed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from watcher.core.text.urls import shown_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.models import Settings
    from watcher.core.deciding.runtime import Runtime

_SECRET_FIELDS = ("headers", "username", "password", "proxy")
_BY_VERSION = ("patterns", "concepts", "exclusions", "shadows")  # too long to show
# Read once at start: connections, ports, the log and the rehearsal's clock are not swapped with the runtime.
_AT_START = ("telegram", "metrics", "health", "notices", "log", "testing")
_POLLING_AT_START = ("concurrency", "deadline", "max_body", "contact")


def describe_changes(old: Runtime, new: Runtime) -> list[str]:
    """One line for each topic, feed and target that came, went or changed, and for each limit.

    Returns:
        Lines such as "topic aes: threshold 50 → 60"; [] when nothing differs.
    """
    lines = [
        *_changes("topic", old.profiles, new.profiles),
        *_changes("feed", old.feeds, new.feeds),
        *_changes("target", old.targets, new.targets),
    ]
    for before, after in ((old.policy, new.policy), (old.delivery, new.delivery)):
        lines += [
            f"{_label(name)} {_shown(was)} → {_shown(now)}" for name, was, now in _differing(before, after)
        ]
    return lines


def restart_needed(old: Settings, new: Settings) -> list[str]:
    """Changed settings that come into force only when the watcher is started again: "log.level" …"""
    changed = [
        f"{section}.{name}"
        for section in _AT_START
        for name in type(getattr(new, section)).model_fields
        if getattr(getattr(old, section), name) != getattr(getattr(new, section), name)
    ]
    return changed + [
        f"polling.{name}"
        for name in _POLLING_AT_START
        if getattr(old.polling, name) != getattr(new.polling, name)
    ]


def _changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    added, removed = [key for key in new if key not in old], [key for key in old if key not in new]
    lines = [f"{kind} {key}: new" for key in added] + [f"{kind} {key}: gone" for key in removed]
    for key in new:
        # A profile's version differs with everything else of it and says nothing by itself.
        if key in old and (
            differing := [one for one in _differing(old[key], new[key]) if one[0] != "version"]
        ):
            parts = dict.fromkeys(_one(name, was, now) for name, was, now in differing)
            lines.append(f"{kind} {key}: {', '.join(parts)}")
    return lines


def _differing(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    names = [field.name for field in fields(old)]
    return [
        (name, getattr(old, name), getattr(new, name))
        for name in names
        if getattr(old, name) != getattr(new, name)
    ]


def _one(name: str, was: Any, now: Any) -> str:
    if name in _SECRET_FIELDS:
        return "access changed"
    if name in _BY_VERSION:
        return "concepts or patterns changed"
    return f"{_label(name)} {_shown(was)} → {_shown(now)}"


def _label(name: str) -> str:
    return name.removesuffix("_s").removesuffix("_id").replace("_", " ")


def _shown(value: Any) -> str:
    if value is None or value == () or value == "":
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}"
    text = shown_url(str(value)) if "://" in str(value) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
