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
    bits: Mapping[str, int]  # concept id as in mentions -> its bit; only concepts that patterns use
    counts_as: Mapping[tuple[str, str], str]  # (concept, member) -> what it counts as, where that differs
    patterns: tuple[CompiledPattern, ...]
    exclusions: tuple[CompiledPattern, ...]


def compile_profile(profile: Profile, mention_ids: Mapping[str, str]) -> CompiledProfile:
    """Make a profile ready.

    Args:
        profile: complete and valid (configuration has checked every name).
        mention_ids: concept id -> the id its mentions carry.
    """
    used = _used(profile)
    bits = {mention_ids[concept_id]: 1 << position for position, concept_id in enumerate(used)}
    masks = {
        concept_id: sum(bits[mention_ids[base]] for base in bases)
        for concept_id, bases in _expanded(profile).items()
    }
    counts_as = {
        (mention_ids[concept.id], member.id): member.of
        for concept in profile.concepts
        for member in concept.members
        if member.of
    }
    return CompiledProfile(
        profile=profile,
        bits=bits,
        counts_as=counts_as,
        patterns=tuple(_compile(pattern, masks, pattern.score, 1.0) for pattern in profile.patterns),
        exclusions=tuple(
            _compile(exclusion, masks, 0.0, exclusion.times) for exclusion in profile.exclusions
        ),
    )


def _needs(profile: Profile) -> list[Need]:
    rules: list[Pattern | Exclusion] = [*profile.patterns, *profile.exclusions]
    return [need for rule in rules for need in (*rule.needs, *rule.unless)]


def _used(profile: Profile) -> list[str]:
    """Concepts with members of their own that some pattern or exclusion can ask for, in a fixed order."""
    expanded = _expanded(profile)
    wanted = {base for need in _needs(profile) for concept in need.concepts for base in expanded[concept]}
    return [concept.id for concept in profile.concepts if concept.id in wanted]


def _expanded(profile: Profile) -> dict[str, set[str]]:
    """Concept id -> itself and everything it includes, at any depth."""
    by_id = {concept.id: concept for concept in profile.concepts}

    def bases(concept_id: str, seen: set[str]) -> set[str]:
        if concept_id in seen:
            return set()
        seen.add(concept_id)
        return {concept_id}.union(*(bases(inner, seen) for inner in by_id[concept_id].includes))

    every = {concept_id: bases(concept_id, set()) for concept_id in by_id}
    wanted = {concept for need in _needs(profile) for concept in need.concepts}
    used = {base for concept in wanted for base in every[concept]}
    return {concept_id: members & used for concept_id, members in every.items()}


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
