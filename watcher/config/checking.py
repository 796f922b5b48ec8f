"""What no model can see: names that must be unique or known elsewhere, settings that must fit each other.

Names are checked on the files' plain data, so that other mistakes in a file do not hide these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.config.fields import format_duration
from watcher.config.problems import Path, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.config.documents import Document
    from watcher.config.models import FeedsFile, Settings


def check_names(watcher: Document, feeds: Document, topics: Sequence[str]) -> None:
    """Ids and addresses are unique, the topics that targets and feeds name exist."""
    for document, key, kind in ((watcher, "targets", "target"), (feeds, "feeds", "feed")):
        items = list(_items(document, key))
        _check_unique(document, [(path, item.get("id")) for path, item in items], "id", f"the {kind} id")
        for path, item in items:
            for named in ("topics", "everything_for"):
                _check_topics(document, (*path, named), item.get(named), topics)
    polled = [
        (path, item.get("url")) for path, item in _items(feeds, "feeds") if item.get("enabled") is not False
    ]
    _check_unique(feeds, polled, "url", "the address")
    defaults = feeds.data.get("defaults") if isinstance(feeds.data, dict) else None
    if isinstance(defaults, dict):
        _check_topics(feeds, ("defaults", "topics"), defaults.get("topics"), topics)


def check_topic_targets(topics: dict[str, Document], watcher: Document) -> None:
    """The targets that topics name exist."""
    known = [item["id"] for _, item in _items(watcher, "targets") if isinstance(item.get("id"), str)]
    for document in topics.values():
        named = document.data.get("targets") if isinstance(document.data, dict) else None
        for position, target in enumerate(named if isinstance(named, list) else ()):
            if isinstance(target, str) and target not in known:
                message = f"unknown target '{target}'{suggestion(target, known)}"
                document.problems.append(document.problem(("targets", position), message))


def check_settings(document: Document, settings: Settings) -> None:
    """Settings of watcher.yaml that must fit each other."""

    def refuse(path: Path, message: str) -> None:
        document.problems.append(document.problem(path, message))

    for position, target in enumerate(settings.targets):
        path: Path = ("targets", position)
        if target.topics is not None and not target.topics:
            refuse((*path, "topics"), "is empty: leave it out to receive every topic")
        quiet = target.quiet_hours
        if quiet is not None and quiet.from_ == quiet.until:
            refuse((*path, "quiet_hours", "until"), "must differ from 'from'")
        if target.chat is None and target.thread is not None:
            refuse((*path, "thread"), "needs a 'chat'")
    if settings.retention.entries < settings.stories.window:
        refuse(
            ("retention", "entries"),
            f"must be at least {format_duration(settings.stories.window)} (stories.window): "
            "a story whose entries are forgotten would be told again",
        )
    polling = settings.polling
    longest = polling.max_interval if "max_interval" in polling.model_fields_set else None
    _check_intervals(document, ("polling",), polling.interval, longest, settings)


def check_feeds(document: Document, file: FeedsFile, settings: Settings, *, needed: bool) -> None:
    """Intervals in order, at least one feed to poll (when it is needed)."""
    if needed and not any(feed.enabled for feed in file.feeds):
        document.problems.append(document.problem(("feeds",), "there is no feed (or none that is enabled)"))
    usual = file.defaults.interval or settings.polling.interval
    _check_intervals(document, ("defaults",), usual, file.defaults.max_interval, settings)
    for position, feed in enumerate(file.feeds):
        if feed.interval or feed.max_interval:
            path: Path = ("feeds", position)
            _check_intervals(document, path, feed.interval or usual, feed.max_interval, settings)


def _items(document: Document, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of a list, whatever else is wrong with it."""
    data = document.data.get(key) if isinstance(document.data, dict) else None
    for position, item in enumerate(data if isinstance(data, list) else ()):
        if isinstance(item, dict):
            yield (key, position), item


def _check_unique(document: Document, named: Sequence[tuple[Path, object]], key: str, what: str) -> None:
    first: dict[str, Path] = {}
    for path, name in named:
        if not isinstance(name, str):
            continue
        if name not in first:
            first[name] = path
            continue
        node = document.find((*first[name], key))[1]
        where = f" (first in line {node.start.line + 1})" if node is not None else ""
        shown = f" '{name}'" if key == "id" else ""  # an address may hold a key
        document.problems.append(document.problem((*path, key), f"{what}{shown} is used twice{where}"))


def _check_topics(document: Document, path: Path, named: object, known: Sequence[str]) -> None:
    for position, topic in enumerate(named if isinstance(named, list) else ()):
        if isinstance(topic, str) and topic not in known:
            message = f"unknown topic '{topic}'{suggestion(topic, known)}"
            document.problems.append(document.problem((*path, position), message))


def _check_intervals(
    document: Document, path: Path, floor: float, longest: float | None, settings: Settings
) -> None:
    """The floor is not too low; a longest interval that is written there (not None) is not below it."""
    least = settings.testing.min_interval
    if floor < least and document.find((*path, "interval"))[2] == (*path, "interval"):
        message = f"must be at least {format_duration(least)} (testing.min_interval can lower that), got "
        document.problems.append(document.problem((*path, "interval"), message + format_duration(floor)))
    if longest is not None and longest < floor:
        message = (
            f"must not be less than the interval of {format_duration(floor)}, got {format_duration(longest)}"
        )
        document.problems.append(document.problem((*path, "max_interval"), message))
