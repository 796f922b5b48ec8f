"""A profile's patterns made ready: concepts become bits, so that what cannot meet is passed over at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.profiles import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.profiles import Exclusion, Need, Pattern, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledNeed:
    """One need: any concept of the mask, so many different members."""

    mask: int
    different: int
    title: bool  # must be found in the title
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPattern:
    """A pattern or (with `times`) an exclusion."""

    name: str
    needs: tuple[CompiledNeed, ...]
    unless: tuple[CompiledNeed, ...]
    where: Where
    score: float  # 0–100; 0 for exclusions
    times: float  # what an exclusion multiplies the score with; 1 for patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledProfile:
    """A profile ready to judge readings."""

    profile: Profile
    bits: Mapping[tuple[str, str], int]  # (concept as in mentions, member or "" for any) -> its bit
    counts_as: Mapping[tuple[str, str], str]  # (concept, member) -> what it counts as, where that differs
    patterns: tuple[CompiledPattern, ...]
    exclusions: tuple[CompiledPattern, ...]


def compile_profile(profile: Profile, mention_ids: Mapping[str, str]) -> CompiledProfile:
    """Make a profile ready.

    Args:
        profile: complete and valid (configuration has checked every name).
        mention_ids: concept id -> the id its mentions carry.
    """
    asked = _asked(profile)
    bits: dict[str, int] = {}
    for base in sorted({base for bases in asked.values() for base in bases}):
        bits[base] = 1 << len(bits)
    masks = {name: sum(bits[base] for base in bases) for name, bases in asked.items()}
    found_as = {_mention_key(base, mention_ids): bit for base, bit in bits.items()}
    counts_as = {
        (mention_ids[concept.id], member.id): member.of
        for concept in profile.concepts
        for member in concept.members
        if member.of
    }
    return CompiledProfile(
        profile=profile,
        bits=found_as,
        counts_as=counts_as,
        patterns=tuple(_compile(pattern, masks, pattern.score, 1.0) for pattern in profile.patterns),
        exclusions=tuple(
            _compile(exclusion, masks, 0.0, exclusion.times) for exclusion in profile.exclusions
        ),
    )


def _needs(profile: Profile) -> list[Need]:
    rules: list[Pattern | Exclusion] = [*profile.patterns, *profile.exclusions]
    return [need for rule in rules for need in (*rule.needs, *rule.unless)]


def _asked(profile: Profile) -> dict[str, set[str]]:
    """What needs ask for -> the concepts and members ("acts.expel") it comes down to, includes resolved."""
    by_id = {concept.id: concept for concept in profile.concepts}

    def bases(name: str, seen: set[str]) -> set[str]:
        if name in seen:
            return set()
        seen.add(name)
        concept = by_id.get(name)
        if concept is None:
            return {name}
        return {name}.union(*(bases(inner, seen) for inner in concept.includes))

    return {name: bases(name, set()) for need in _needs(profile) for name in need.concepts}


def _mention_key(base: str, mention_ids: Mapping[str, str]) -> tuple[str, str]:
    """(concept as in mentions, member) of a base; member "" = any."""
    if base in mention_ids:
        return mention_ids[base], ""
    concept, _, member = base.rpartition(".")
    return mention_ids[concept], member


def _compile(
    rule: Pattern | Exclusion, masks: Mapping[str, int], score: float, times: float
) -> CompiledPattern:
    return CompiledPattern(
        name=rule.name,
        needs=_compile_needs(rule.needs, masks, rule.where),
        unless=_compile_needs(rule.unless, masks, Where.ANYWHERE),
        where=rule.where,
        score=score,
        times=times,
    )


def _compile_needs(needs: Sequence[Need], masks: Mapping[str, int], where: Where) -> tuple[CompiledNeed, ...]:
    compiled = []
    for need in needs:
        mask = 0
        for concept in need.concepts:
            mask |= masks[concept]
        title = Where.TITLE in (where, need.where)
        compiled.append(CompiledNeed(mask=mask, different=need.different, title=title, label=need.label))
    return tuple(compiled)
