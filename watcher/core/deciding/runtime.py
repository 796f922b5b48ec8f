"""The compiled configuration: swapped whole at a tick when the configuration is reloaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.model import DeliveryPolicy, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

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
