"""All profiles compiled into one index of terms. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.matching.patterns import CompiledProfile, compile_profile
from watcher.core.matching.words import AtomKey, WordIndex
from watcher.core.profiles import Writing
from watcher.core.text.folding import fold
from watcher.core.text.languages import script_of
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.profiles import Concept, Profile, Term

SHADOW = "shadow"
"""Concept id of shadow terms; they never become mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A term in the index: what a hit of it means."""

    concept: str  # as mentions name it: shared ones by id, a profile's own as "profile/id"
    member: str
    term: str
    weight: float


@dataclass(slots=True)
class Node:
    """A place in the trie of terms: what ends here, and which atoms may follow."""

    ends: list[Entered] = field(default_factory=list)
    then: dict[int, Node] = field(default_factory=dict)


class Matcher:
    """Profiles ready to be met by entries. Belongs to one thread at a time: it memoises words."""

    __slots__ = ("profiles", "root", "words")

    def __init__(self, *, profiles: dict[str, CompiledProfile], root: Node, words: WordIndex) -> None:
        self.profiles = profiles
        self.root = root
        self.words = words


def compile_matcher(profiles: Sequence[Profile]) -> Matcher:
    """Compile profiles into one index; shared concepts are entered once.

    Args:
        profiles: with distinct ids.
    """
    builder = _Builder()
    entered: set[str] = set()
    for profile in profiles:
        for concept in profile.concepts:
            mention_id = mention_concept(profile, concept)
            if mention_id not in entered:
                entered.add(mention_id)
                builder.enter_concept(mention_id, concept)
        for shadow in profile.shadows:
            builder.enter(shadow, Entered(concept=SHADOW, member="", term=shadow.text, weight=0.0))
    words = WordIndex(builder.atoms, frozenset(builder.known))
    compiled = {profile.id: compile_profile(profile, _ids(profile)) for profile in profiles}
    return Matcher(profiles=compiled, root=builder.root, words=words)


def mention_concept(profile: Profile, concept: Concept) -> str:
    """Return the id under which a concept's mentions appear, unique over all profiles."""
    return concept.id if concept.shared else f"{profile.id}/{concept.id}"


def _ids(profile: Profile) -> dict[str, str]:
    return {concept.id: mention_concept(profile, concept) for concept in profile.concepts}


class _Builder:
    """Collects atoms and the trie while terms are entered."""

    def __init__(self) -> None:
        self.root = Node()
        self.atoms: list[AtomKey] = []
        self.known: set[str] = set()
        self._numbers: dict[AtomKey, int] = {}

    def enter_concept(self, mention_id: str, concept: Concept) -> None:
        """Enter every term of a concept's own members."""
        for member in concept.members:
            for term in member.terms:
                meaning = Entered(concept=mention_id, member=member.id, term=term.text, weight=term.weight)
                self.enter(term, meaning)

    def enter(self, term: Term, meaning: Entered) -> None:
        """Add a term to the trie; one that folds to nothing is ignored (configuration refuses it)."""
        node = self.root
        for key in term_atoms(term):
            node = node.then.setdefault(self._number(key), Node())
            if meaning.concept == SHADOW:
                self.known.add(fold(key.text))
        if node is not self.root and meaning not in node.ends:
            node.ends.append(meaning)

    def _number(self, key: AtomKey) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.atoms)
            self.atoms.append(key)
        return number


def term_atoms(term: Term) -> list[AtomKey]:
    """Return the words of a term with how each must be written.

    Without an explicit writing the spelling decides: two to five capitals are an acronym, a capital makes a name
    (but in German, where every noun has one), anything else is an inflected word of its list's language.
    """
    pieces = [(hit.group(), term.text[hit.end() : hit.end() + 1] == "*") for hit in WORD.finditer(term.text)]
    pieces = [(piece, starred) for piece, starred in pieces if fold(piece)]
    alone = len(pieces) == 1
    return [_atom(piece, term, alone=alone, starred=starred) for piece, starred in pieces]


def _atom(piece: str, term: Term, *, alone: bool, starred: bool) -> AtomKey:
    writing = Writing.STEM if starred else (term.writing or _writing(piece, term.language))
    if writing is Writing.ACRONYM:
        return AtomKey(piece, writing, None, False, False)
    capital = alone and piece[:1].isupper() and (writing is Writing.NAME or term.language != "de")
    if writing is Writing.WORD:
        return AtomKey(
            piece, writing, _language(piece, term.language), False, capital and term.writing is None
        )
    fuzzy = term.fuzzy and writing is Writing.NAME
    return AtomKey(piece, writing, None, fuzzy, capital)


def _writing(piece: str, language: str | None) -> Writing:
    if 2 <= len(piece) <= 5 and piece.isupper() and piece.isalnum() and any(map(str.isalpha, piece)):
        return Writing.ACRONYM
    if script_of(piece) == "arabic":
        return Writing.WORD if language == "ar" else Writing.NAME
    if piece[:1].isupper() and language != "de":
        return Writing.NAME
    return Writing.WORD


def _language(piece: str, language: str | None) -> str | None:
    if language is not None:
        return language
    return {"cyrillic": "ru", "arabic": "ar"}.get(script_of(piece))
