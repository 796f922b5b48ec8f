"""What deriving knows beside the seeds: the background, all countries, and the shared concepts to be met in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.config.background import read_background, read_countries
from watcher.config.topics import TopicFile, build_profiles, country_names
from watcher.core.deriving.records import COUNTRY, Knowledge
from watcher.core.matching import compile_matcher, read
from watcher.core.profiles import Concept, Member, Profile, Term, Writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.config.topics import ConceptsFile
    from watcher.core.deriving.records import Country
    from watcher.core.model import Mention


def make_knowledge(shared: ConceptsFile | None) -> Knowledge:
    """Compile what is known.

    Args:
        shared: concepts.yaml, checked; None without one.
    """
    countries = read_countries()
    common, shadows = _shared(shared)
    homes = _homes(shared)
    world = Concept(
        id=COUNTRY,
        members=tuple(Member(id=code, terms=_terms(country)) for code, country in countries.items()),
        shared=True,
    )
    everything = Profile(id="known", name="", patterns=(), concepts=(*common, world), shadows=shadows)
    matcher = compile_matcher([everything])

    def reader(text: str, language: str | None) -> Sequence[Mention]:
        return read(title=text, language=language, matcher=matcher, complete=True).mentions

    return Knowledge(
        background=read_background(),
        reader=reader,
        shared={concept.id: concept for concept in common},
        homes=homes,
        countries=countries,
    )


def _shared(shared: ConceptsFile | None) -> tuple[tuple[Concept, ...], tuple[Term, ...]]:
    """The shared concepts and shadows as any profile carries them."""
    if shared is None:
        return (), ()
    anything = {
        "id": "known",
        "name": "known",
        "concepts": {"x": ["x"]},
        "patterns": [{"name": "x", "score": 1, "needs": ["x"]}],
    }
    (profile,) = build_profiles([TopicFile.model_validate(anything)], shared)
    return tuple(concept for concept in profile.concepts if concept.shared), profile.shadows


def _homes(shared: ConceptsFile | None) -> Mapping[tuple[str, str], str]:
    """(concept, member) -> the country it is."""
    found = {}
    for concept_id, concept in (shared.concepts if shared is not None else {}).items():
        if isinstance(concept, list):
            continue
        if concept.country is not None:
            found[concept_id, concept_id] = concept.country
        for member_id, member in concept.members.items():
            if not isinstance(member, list) and member.country is not None:
                found[concept_id, member_id] = member.country
    return found


def _terms(country: Country) -> tuple[Term, ...]:
    """All that a country is called by, its names in CLDR included."""
    names = tuple(Term(text=name, fuzzy=False) for name in country_names(country.code))
    return names + tuple(
        _term(text, None if language == "any" else language)
        for language, listed in country.words.items()
        for text in listed
    )


def _term(text: str, language: str | None) -> Term:
    exact = text.startswith("=")
    return Term(
        text=text.removeprefix("="), writing=Writing.EXACT if exact else None, language=language, fuzzy=False
    )
