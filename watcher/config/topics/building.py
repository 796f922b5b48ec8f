"""Profiles from topic files and the shared concepts."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from watcher.config.topics.concepts import ConceptLists, MemberLists, TermLists, TermOptions
from watcher.config.topics.countries import country_names
from watcher.config.topics.files import NeedOptions, concept_names
from watcher.core.profiles import Concept, Exclusion, Member, Need, Pattern, Profile, Term, Where, Writing
from watcher.core.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.config.topics.files import ConceptsFile, TopicFile


def build_profiles(topics: Sequence[TopicFile], shared: ConceptsFile | None) -> list[Profile]:
    """Build the profiles; each carries the shared concepts and shadows.

    Args:
        topics: checked with `reference_problems`.
        shared: the shared concepts, None without such a file.
    """
    common = _concepts(shared.concepts, shared=True) if shared is not None else []
    shadows = [_term(item, None, 1.0, fuzzy=False) for item in (shared.shadows if shared is not None else [])]
    return [_profile(topic, common, shadows) for topic in topics]


def _profile(topic: TopicFile, common: list[Concept], shadows: list[Term]) -> Profile:
    draft = Profile(
        id=topic.id,
        name=topic.name,
        description=topic.description,
        seeds=tuple(topic.seeds),
        targets=tuple(topic.targets),
        threshold=topic.threshold,
        summary_weight=topic.summary_weight,
        late_weight=topic.late_weight,
        concepts=(*common, *_concepts(topic.concepts, shared=False)),
        shadows=(*shadows, *(_term(item, None, 1.0, fuzzy=False) for item in topic.shadows)),
        patterns=tuple(
            Pattern(
                name=item.name,
                score=item.score,
                needs=_needs(item.needs),
                where=Where(item.where),
                unless=_needs(item.unless),
            )
            for item in topic.patterns
        ),
        exclusions=tuple(
            Exclusion(
                name=item.name,
                times=item.times,
                needs=_needs(item.needs),
                where=Where(item.where),
                unless=_needs(item.unless),
            )
            for item in topic.exclusions
        ),
    )
    content = {name: getattr(draft, name) for name in draft.__slots__}
    return Profile(**{**content, "version": version_of(draft)})


def version_of(profile: Profile) -> str:
    """Hash of what decides a score and what is on topic: not of names for people, seeds or targets."""
    deciding = {
        "patterns": profile.patterns,
        "exclusions": profile.exclusions,
        "concepts": [_digest(concept) for concept in _reachable(profile)],
        "shadows": profile.shadows,
        "threshold": profile.threshold,
        "summary_weight": profile.summary_weight,
        "late_weight": profile.late_weight,
    }
    return _hash(deciding)[:12]


@lru_cache(maxsize=512)
def _digest(concept: Concept) -> str:
    """Shared concepts are in every profile and most of what there is to hash: once is enough."""
    return _hash(concept)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_content).encode()).hexdigest()


def _content(record: Any) -> dict[str, object]:
    """A record for json: as `asdict`, which copies every term first and made up half of the start-up."""
    return {name: getattr(record, name) for name in record.__slots__}


def _reachable(profile: Profile) -> list[Concept]:
    by_id = {concept.id: concept for concept in profile.concepts}
    rules: list[Pattern | Exclusion] = [*profile.patterns, *profile.exclusions]
    open_ids = [name for rule in rules for need in (*rule.needs, *rule.unless) for name in need.concepts]
    reached: set[str] = set()
    while open_ids:
        name = open_ids.pop()
        concept_id = name if name in by_id else name.rpartition(".")[0]
        if concept_id not in reached:
            reached.add(concept_id)
            open_ids += by_id[concept_id].includes
    return [concept for concept in profile.concepts if concept.id in reached]


def _needs(items: Sequence[str | NeedOptions]) -> tuple[Need, ...]:
    return tuple(
        Need(concepts=tuple(concept_names(item)))
        if isinstance(item, str)
        else Need(
            concepts=tuple(concept_names(item.concept)), different=item.different, where=Where(item.where)
        )
        for item in items
    )


def _concepts(items: Mapping[str, list[Any] | ConceptLists], *, shared: bool) -> list[Concept]:
    concepts = []
    for concept_id, item in items.items():
        if isinstance(item, list):
            concepts.append(Concept(id=concept_id, members=_own(concept_id, _plain(item)), shared=shared))
            continue
        members = [_member_of(member_id, member, item) for member_id, member in item.members.items()]
        concepts.append(
            Concept(
                id=concept_id,
                name=item.name,
                members=(*members, *_own(concept_id, _terms(item, 1.0, fuzzy=True))),
                includes=tuple(item.includes),
                shared=shared,
            )
        )
    return concepts


def _own(concept_id: str, terms: Sequence[Term]) -> tuple[Member, ...]:
    """A concept's terms outside its members are all one thing: the concept itself."""
    return (Member(id=concept_id, terms=tuple(terms)),) if terms else ()


def _member_of(member_id: str, item: list[Any] | MemberLists, concept: ConceptLists) -> Member:
    if isinstance(item, list):
        terms = tuple(_term(term, None, concept.weight, fuzzy=concept.fuzzy) for term in item)
        return Member(id=member_id, terms=terms)
    terms = _terms(item, concept.weight, fuzzy=concept.fuzzy)
    return Member(id=member_id, terms=terms, of=item.of or "")


def _plain(items: Sequence[str | TermOptions]) -> tuple[Term, ...]:
    return tuple(_term(item, None, 1.0, fuzzy=True) for item in items)


def _terms(lists: TermLists, weight: float, *, fuzzy: bool) -> tuple[Term, ...]:
    """All terms of all languages, country names first; the factors of list and concept multiply."""
    weight, fuzzy = weight * lists.weight, fuzzy and lists.fuzzy
    names = country_names(lists.country) if lists.country is not None else ()
    terms = [Term(text=name, weight=weight, fuzzy=False) for name in names]
    for language in ("any", *LANGUAGES):
        items: list[str | TermOptions] = getattr(lists, language)
        written_for = None if language == "any" else language
        terms += [_term(item, written_for, weight, fuzzy=fuzzy) for item in items]
    return tuple(dict.fromkeys(terms))


def _term(item: str | TermOptions, language: str | None, weight: float, *, fuzzy: bool) -> Term:
    text, writing, factor, may_slip = (
        (item, None, 1.0, True) if isinstance(item, str) else (item.term, item.write, item.weight, item.fuzzy)
    )
    if text.startswith("="):
        text, writing = text[1:].strip(), Writing.EXACT
    return Term(
        text=text, writing=writing, language=language, weight=weight * factor, fuzzy=fuzzy and may_slip
    )
