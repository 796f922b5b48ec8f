"""The configuration files as models: what may be written, what it means, and what holds without it."""

from watcher.config.models.feeds import Auth, FeedDefaults, FeedItem, FeedsFile
from watcher.config.models.section import Section
from watcher.config.models.settings import Settings, Testing
from watcher.config.models.targets import QuietHours, TargetItem

__all__ = [
    "Auth",
    "FeedDefaults",
    "FeedItem",
    "FeedsFile",
    "QuietHours",
    "Section",
    "Settings",
    "TargetItem",
    "Testing",
]
