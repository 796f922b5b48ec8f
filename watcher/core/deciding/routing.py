"""Which matches reach whom: mutes and the wishes of targets and profiles. What is done about them is `telling`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.model import Entry, Match, Mute, Target
    from watcher.core.profiles import Profile


def unmuted(
    entry: Entry, story_id: str | None, matches: Sequence[Match], mutes: Sequence[Mute]
) -> tuple[Match, ...]:
    """The on-topic matches that no mute silences."""
    silenced = {(mute.kind, mute.value) for mute in mutes}
    if ("outlet", entry.outlet) in silenced or ("story", story_id) in silenced:
        return ()
    return tuple(m for m in matches if m.on_topic and ("topic", m.profile_id) not in silenced)


def wanted(target: Target, matches: Sequence[Match], profiles: Mapping[str, Profile]) -> tuple[Match, ...]:
    """The matches a target is told of: of its topics, from its score on."""
    return tuple(
        match
        for match in matches
        if takes(target, profiles[match.profile_id]) and match.score >= target.min_score
    )


def takes(target: Target, profile: Profile) -> bool:
    """True when the topic goes to the target: both may choose."""
    chosen = target.topics is None or profile.id in target.topics
    return chosen and (not profile.targets or target.id in profile.targets)
