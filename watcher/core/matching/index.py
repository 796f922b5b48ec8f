"""All profiles compiled into one index of terms. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from watcher.core.matching.patterns import CompiledProfile, compile_profile
from watcher.core.matching.sieve import Sieve
from watcher.core.matching.words import AtomKey, Script, WordIndex
from watcher.core.profiles import Writing
from watcher.core.text.folding import fold
from watcher.core.text.languages import script_of
from watcher.core.text.tokens import NUMBER_WORDS, WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from watcher.core.profiles import Concept, Profile, Term

MEMO_SIZE = 60_000
"""Words remembered per way of writing; a month of 133 feeds shows 150,000 distinct ones, most of them once."""

SHADOW = "shadow"
"""Concept id of shadow terms; they never become mentions."""


class Entered(NamedTuple):
    """A term in the index: what a hit of it means."""

    concept: str  # as mentions name it: shared ones by id, a profile's own as "profile/id"
    member: str
    term: str
    weight: float
    hinge: bool  # some profile's patterns hinge on it


_LEAF: Mapping[int, Node] = MappingProxyType({})


class Node:
    """A place in the trie of terms: what ends here, and which atoms may follow."""

    __slots__ = ("ends", "then")

    def __init__(self) -> None:
        self.ends: tuple[Entered, ...] = ()
        self.then: Mapping[int, Node] = _LEAF

    def step(self, atom: int) -> Node:
        """Return the place one atom further, made when it is new."""
        if not isinstance(self.then, dict):
            self.then = {}
        node = self.then.get(atom)
        if node is None:
            node = self.then[atom] = Node()
        return node


@dataclass(slots=True)
class Word:
    """What is known of a token, memoised."""

    folded: str
    is_number: bool
    atoms: dict[int, int]  # atom -> quality: what it can be inside a phrase
    singles: tuple[tuple[Entered, int], ...]  # terms it is all by itself, with their quality
    starts: tuple[tuple[Node, int], ...]  # phrases it can begin


class Matcher:
    """Profiles ready to be met by entries. Belongs to one thread at a time: it memoises words."""

    __slots__ = ("_memo", "_root", "_words", "profiles", "sieve")

    def __init__(
        self, *, profiles: dict[str, CompiledProfile], root: Node, words: WordIndex, sieve: Sieve
    ) -> None:
        self.profiles = profiles
        self.sieve = sieve
        self._root = root
        self._words = words
        self._memo: dict[Script, dict[str, Word]] = {}

    def words(self, tokens: Sequence[str], script: Script) -> list[Word]:
        """Return what is known of each token of a field written so."""
        memo = self._memo.get(script)
        if memo is None or len(memo) > MEMO_SIZE:
            memo = self._memo[script] = {}
        try:
            return [memo[token] for token in tokens]
        except KeyError:
            for token in tokens:
                if token not in memo:
                    memo[token] = self._look_up(token, script)
            return [memo[token] for token in tokens]

    def _look_up(self, token: str, script: Script) -> Word:
        folded = fold(token)
        atoms = self._words.look_up(token, folded, script)
        singles: dict[tuple[str, str], tuple[Entered, int]] = {}
        starts = []
        for atom, quality in atoms.items():
            node = self._root.then.get(atom)
            if node is None:
                continue
            for meaning in node.ends:
                key = (meaning.concept, meaning.member)
                known = singles.get(key)
                if known is None or known[0].weight * known[1] < meaning.weight * quality:
                    singles[key] = (meaning, quality)
            if node.then:
                starts.append((node, quality))
        return Word(folded, folded in NUMBER_WORDS, atoms, tuple(singles.values()), tuple(starts))


def compile_matcher(profiles: Sequence[Profile]) -> Matcher:
    """Compile profiles into one index; shared concepts are entered once.

    Args:
        profiles: with distinct ids.
    """
    compiled = {profile.id: compile_profile(profile, _ids(profile)) for profile in profiles}
    builder = _Builder()
    entered: set[str] = set()
    hinges = {
        meaning for one in compiled.values() for meaning, (bit, _) in one.meanings.items() if bit & one.hinges
    }
    for profile in profiles:
        for concept in profile.concepts:
            mention_id = mention_concept(profile, concept)
            if mention_id not in entered:
                entered.add(mention_id)
                builder.enter_concept(mention_id, concept, hinges)
        for shadow in dict.fromkeys(profile.shadows):
            builder.enter_shadow(shadow)
    known = frozenset(builder.known)
    words = WordIndex(builder.atoms, known)
    sieve = Sieve(builder.hinges, known, words.stems)
    return Matcher(profiles=compiled, root=builder.root, words=words, sieve=sieve)


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
        self.hinges: list[Sequence[AtomKey]] = []
        self._numbers: dict[AtomKey, int] = {}
        self._shadows: set[Term] = set()

    def enter_concept(self, mention_id: str, concept: Concept, hinges: Collection[tuple[str, str]]) -> None:
        """Enter every term of a concept's own members."""
        for member in concept.members:
            hinge = (mention_id, member.id) in hinges
            for term in member.terms:
                self._enter(
                    term_atoms(term),
                    Entered(
                        concept=mention_id, member=member.id, term=term.text, weight=term.weight, hinge=hinge
                    ),
                )

    def enter_shadow(self, term: Term) -> None:
        """Enter a term that only takes words away."""
        if term in self._shadows:
            return
        self._shadows.add(term)
        keys = term_atoms(term)
        self.known.update(fold(key.text) for key in keys)
        self._enter(keys, Entered(concept=SHADOW, member="", term=term.text, weight=0.0, hinge=False))

    def _enter(self, keys: Sequence[AtomKey], meaning: Entered) -> None:
        """Add a term to the trie; one that folds to nothing is ignored (configuration refuses it)."""
        node = self.root
        for key in keys:
            node = node.step(self._number(key))
        if node is not self.root:
            node.ends += (meaning,)
            if meaning.hinge:
                self.hinges.append(keys)

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
    text = term.text
    if text.isalnum():
        return [_atom(text, term, alone=True, starred=False)]
    hits = [hit for hit in WORD.finditer(text) if hit.group().isascii() or fold(hit.group())]
    alone = len(hits) == 1
    return [
        _atom(hit.group(), term, alone=alone, starred=text[hit.end() : hit.end() + 1] == "*") for hit in hits
    ]


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
