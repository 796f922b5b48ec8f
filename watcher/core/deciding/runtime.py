"""The compiled configuration: swapped whole at a tick when the configuration is reloaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.grouping import MEMORY
from watcher.core.model import DeliveryPolicy, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.core.matching import Matcher
    from watcher.core.model import FeedConfig, Target
    from watcher.core.profiles import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything that decisions need from the configuration; immutable."""

    feeds: Mapping[str, FeedConfig]  # by id, enabled ones only
    profiles: Mapping[str, Profile]  # by id
    matcher: Matcher  # the profiles, compiled
    targets: Mapping[str, Target]  # by id
    policy: Policy = field(default_factory=Policy)
    delivery: DeliveryPolicy = field(default_factory=DeliveryPolicy)

    def remembered_since(self, now: datetime) -> datetime:
        """Stories without an entry since then play no part in decisions, neither to be joined nor by their words."""
        return now - max(timedelta(seconds=self.policy.story_window_s), MEMORY)
