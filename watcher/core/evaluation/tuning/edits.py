"""Edits of a profile that tuning may propose, and profiles with one of them made. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.core.profiles import Member, Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.core.profiles import Concept, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class SetThreshold:
    """Another threshold for a topic."""

    topic: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScore:
    """Another score for one of a topic's patterns."""

    topic: str
    pattern: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTerm:
    """One term less in a concept."""

    topic: str
    concept: str  # the concept's id
    shared: bool  # it stands in the shared file: every topic loses the term
    member: str
    term: str  # as the profile writes it, marks left off


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTerm:
    """One term more in a concept, as a term of the concept itself or of one of its members."""

    topic: str
    concept: str
    shared: bool
    member: str | None
    term: str
    language: str | None  # whose list it goes to; None = any


Edit = SetThreshold | SetScore | RemoveTerm | AddTerm


def apply(profiles: Mapping[str, Profile], edit: Edit) -> dict[str, Profile]:
    """Return the profiles with one edit made; a shared concept changes in all of them."""
    changed = dict(profiles)
    for topic, profile in profiles.items():
        shared = isinstance(edit, RemoveTerm | AddTerm) and edit.shared
        if topic == edit.topic or shared:
            changed[topic] = _edited(profile, edit)
    return changed


def _edited(profile: Profile, edit: Edit) -> Profile:
    if isinstance(edit, SetThreshold):
        return replace(profile, threshold=edit.value)
    if isinstance(edit, SetScore):
        return replace(
            profile,
            patterns=tuple(
                replace(pattern, score=edit.value) if pattern.name == edit.pattern else pattern
                for pattern in profile.patterns
            ),
        )
    change = _without if isinstance(edit, RemoveTerm) else _with
    return replace(
        profile,
        concepts=tuple(
            change(concept, edit) if concept.id == edit.concept else concept for concept in profile.concepts
        ),
    )


def _without(concept: Concept, edit: RemoveTerm | AddTerm) -> Concept:
    return replace(
        concept,
        members=tuple(
            replace(member, terms=tuple(term for term in member.terms if term.text != edit.term))
            if member.id == edit.member
            else member
            for member in concept.members
        ),
    )


def _with(concept: Concept, edit: RemoveTerm | AddTerm) -> Concept:
    """A concept's own terms are a member of its name, as the configuration builds them."""
    term = Term(text=edit.term, language=edit.language if isinstance(edit, AddTerm) else None)
    wanted = edit.member or concept.id
    if all(member.id != wanted for member in concept.members):
        return replace(concept, members=(*concept.members, Member(id=wanted, terms=(term,))))
    return replace(
        concept,
        members=tuple(
            replace(member, terms=(*member.terms, term)) if member.id == wanted else member
            for member in concept.members
        ),
    )
