"""The configuration files as models: what may be written, what it means, and what holds without it."""

from watcher.config.models.feeds import FeedItem, FeedsFile
from watcher.config.models.settings import Settings
from watcher.config.models.targets import TargetItem

__all__ = ["FeedItem", "FeedsFile", "Settings", "TargetItem"]
