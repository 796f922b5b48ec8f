"""Findings -> concepts of a draft: shared ones by reference, countries by code, the rest as terms. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.core.deriving.background import EMPTY, RARE
from watcher.core.deriving.records import DraftMember, DraftTerm, Kind
from watcher.core.text.folding import fold
from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.deriving.records import Finding, Knowledge
    from watcher.core.profiles import Concept

ONE_THING_MEMBERS = 20
"""A shared concept with more members than this (and no country) is a list of different things, such as acts."""
FUZZY_LENGTH = 9
"""Letters a new name's longest word needs before slips are forgiven: Lahaina is one letter from "Latina"."""
SURNAME_LENGTH = 5
SURNAME_WEIGHT = 0.8  # of a surname that the seeds never use alone


def includes_of(things: Sequence[Finding], knowledge: Knowledge) -> tuple[str, ...]:
    """Shared concepts and members that stand for the things: whole concepts where all of one is meant.

    With a country come its towns and leaders, where the shared concepts list them as belonging to it.
    """
    asked: dict[str, set[str]] = {}
    for thing in things:
        if thing.kind is Kind.SHARED:
            name, _, member_id = thing.key.partition(".")
            asked.setdefault(name, set()).add(member_id)
    places = {one for name, members in asked.items() for one in members if (name, one) in knowledge.homes}
    for concept in knowledge.shared.values():
        belonging = {member.id for member in concept.members if member.of and member.of in places}
        if belonging:
            asked.setdefault(concept.id, set()).update(belonging)
    found: list[str] = []
    for concept_id, members in asked.items():
        concept = knowledge.shared[concept_id]
        all_members = {member.id for member in concept.members}
        if members >= all_members or _is_one_thing(concept, knowledge):
            found.append(concept_id)
        else:
            found += [_reference(concept_id, member.id) for member in concept.members if member.id in members]
    return tuple(found)


def refer(things: Sequence[Finding], knowledge: Knowledge) -> tuple[str, ...]:
    """The shared members among the things, by reference; countries are left to `members_of`."""
    return tuple(
        dict.fromkeys(
            _reference(*thing.key.split(".", 1))
            for thing in things
            if thing.kind is Kind.SHARED and not is_country(thing, knowledge)
        )
    )


def _reference(concept: str, member: str) -> str:
    """How topic files name a member; what stands in no member's list is the concept itself."""
    return concept if concept == member else f"{concept}.{member}"


def is_country(thing: Finding, knowledge: Knowledge) -> bool:
    """True when a finding is a country, known to the shared concepts or not."""
    concept, _, member = thing.key.partition(".")
    return thing.kind is Kind.COUNTRY or (concept, member) in knowledge.homes


def _is_one_thing(concept: Concept, knowledge: Knowledge) -> bool:
    """True when members are sides of one thing (Russia: the country, its president), not things of a sort."""
    homes = sum((concept.id, member.id) in knowledge.homes for member in concept.members)
    of = {member.of for member in concept.members if member.of}
    return homes <= 1 and not of and (homes == 1 or len(concept.members) <= ONE_THING_MEMBERS)


def is_list_of_acts(concept: Concept, knowledge: Knowledge) -> bool:
    """True for a shared concept whose members are many different things without names or places."""
    no_place = not any((concept.id, member.id) in knowledge.homes or member.of for member in concept.members)
    return no_place and len(concept.members) > ONE_THING_MEMBERS


def members_of(
    things: Sequence[Finding],
    knowledge: Knowledge,
    weights: dict[str, float] | None = None,
    *,
    countries: bool = True,
) -> tuple[DraftMember, ...]:
    """Members for what no reference stands for.

    Args:
        things: shared ones are passed over.
        knowledge: for the words of countries.
        weights: finding's key -> weight, 1 without.
        countries: False: countries that the shared concepts know are passed over too.
    """
    members: list[DraftMember] = []
    taken: set[str] = set()
    for thing in things:
        if thing.kind is Kind.SHARED and not (countries and is_country(thing, knowledge)):
            continue
        code = _code(thing, knowledge)
        weight = round((weights or {}).get(thing.key, 1.0), 2)
        member_id = unique(slug(code or thing.written), taken)
        members.append(_member(thing, member_id, weight, knowledge))
    return tuple(members)


def _code(thing: Finding, knowledge: Knowledge) -> str:
    """The country's code; "" for what is none."""
    if thing.kind is Kind.COUNTRY:
        return thing.key
    concept, _, member = thing.key.partition(".")
    code = knowledge.homes.get((concept, member), "")
    return code if code in knowledge.countries else ""


def _member(thing: Finding, member_id: str, weight: float, knowledge: Knowledge) -> DraftMember:
    comment = seen(thing)
    code = _code(thing, knowledge)
    if code:
        country = knowledge.countries[code]
        terms = {
            language: tuple(DraftTerm(text=text) for text in words)
            for language, words in country.words.items()
        }
        return DraftMember(
            id=member_id, country=code, terms=terms, weight=weight, comment=f"{country.name}: {comment}"
        )
    if thing.kind is Kind.NAME:
        names = _name_terms(thing, knowledge)
        fuzzy = any(len(word) >= FUZZY_LENGTH for term in names for word in folded_words(term.text))
        return DraftMember(id=member_id, terms={"any": names}, weight=weight, fuzzy=fuzzy, comment=comment)
    forms = sorted(thing.forms, key=lambda form: (-thing.forms[form], form))
    distinct = {fold(form): form for form in reversed(forms)}
    terms = {
        thing.language or "any": tuple(
            DraftTerm(text=_word(form, thing)) for form in reversed(distinct.values())
        )
    }
    return DraftMember(id=member_id, terms=terms, weight=weight, comment=comment)


def _word(form: str, thing: Finding) -> str:
    """A word as its list writes it: small, so that it is inflected and found in any case."""
    return form if thing.language == "de" else form.lower()


def _name_terms(thing: Finding, knowledge: Knowledge) -> tuple[DraftTerm, ...]:
    """The name's forms, and its surname where that is telling."""
    forms: dict[str, str] = {}
    for form in sorted(thing.forms, key=lambda form: (-len(form), form)):
        forms.setdefault(" ".join(folded_words(form)), form)
    terms = [DraftTerm(text=form) for form in forms.values()]
    whole = next(iter(forms.values()))
    parts = whole.split()
    background = knowledge.background
    person = 2 <= len(parts) <= 3 and all(
        part[:1].isupper()
        and (background.rarity(part, None) == RARE or background.is_common_name((fold(part),)))
        for part in parts
    )
    surname = parts[-1]
    if (
        person
        and fold(surname) not in forms
        and len(surname) >= SURNAME_LENGTH
        and not background.is_common_name((fold(surname),))
        and background.rarity(surname, thing.language) > EMPTY
    ):
        terms.append(DraftTerm(text=surname, weight=SURNAME_WEIGHT))
    return tuple(terms)


def seen(thing: Finding) -> str:
    """Where a thing was seen, for a comment."""
    if not thing.count:
        return "from --about"
    seeds = ", ".join(str(seed + 1) for seed in sorted(thing.seeds))
    times = "once" if thing.count == 1 else f"{thing.count} times"
    where = f"{times} in seed{'s' if len(thing.seeds) > 1 else ''} {seeds}"
    if thing.headlines:
        where += ", headline of " + " and ".join(str(seed + 1) for seed in sorted(thing.headlines))
    return where


def slug(text: str) -> str:
    """An id of letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    return plain[:40].strip("-") or "thing"


def unique(wanted: str, taken: set[str]) -> str:
    """The id, numbered when it is taken; remembers it."""
    number, candidate = 1, wanted
    while candidate in taken:
        number += 1
        candidate = f"{wanted}-{number}"
    taken.add(candidate)
    return candidate
