"""A profile's patterns made ready: concepts become bits, so that what cannot meet is passed over at once. Pure."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.profiles import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.profiles import Exclusion, Need, Pattern, Profile


@dataclass(frozen=True, slots=True)
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
    meanings: Mapping[tuple[str, str], tuple[int, str]]
    """(concept, member) as in mentions -> the bits it sets and what it counts as; only what patterns ask for."""
    patterns: tuple[CompiledPattern, ...]
    exclusions: tuple[CompiledPattern, ...]
    hinges: int
    """Bits of the patterns' first needs: without any of them there is nothing to judge. Profiles write the rarest
    need first; the order decides what a match costs, not what it scores."""


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
    meanings: dict[tuple[str, str], tuple[int, str]] = {}
    for concept in profile.concepts:
        for member in concept.members:
            bit = bits.get(concept.id, 0) | bits.get(f"{concept.id}.{member.id}", 0)
            if bit:
                meanings[mention_ids[concept.id], member.id] = (bit, member.of or member.id)
    patterns = tuple(_compile(pattern, masks, pattern.score, 1.0) for pattern in profile.patterns)
    return CompiledProfile(
        profile=profile,
        meanings=meanings,
        patterns=patterns,
        exclusions=tuple(
            _compile(exclusion, masks, 0.0, exclusion.times) for exclusion in profile.exclusions
        ),
        hinges=functools.reduce(operator.or_, (pattern.needs[0].mask for pattern in patterns), 0),
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
        compiled.append(CompiledNeed(mask, need.different, title, need.label))
    return tuple(compiled)
