"""From a word of a text to the words of terms it can stand for. Pure; memoises what it has seen.

Each distinct word of a term is an *atom*. A token is looked up in hash tables (its folded form, its stems, its
beginnings, its name skeleton), never compared with every term; only a long capitalised token that is
nothing else is compared, by edit distance, with the few names that share a deletion variant with it.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA

from watcher.core.profiles import Writing
from watcher.core.text.folding import fold, skeleton
from watcher.core.text.languages import Stems, arabic_bare_forms, has_case, name_forms, script_of

EXACT, CASE_FORM, STEM, BEGINNING, VARIANT, SLIP = 100, 98, 96, 96, 93, 88
"""Quality of a hit by how it was found (Mention.quality)."""

BEGINNING_LENGTH = 3  # letters a stem must have at least; configuration refuses shorter ones
SHORTEST_STEM = 4  # of a word much longer: to a German stemmer "malisch" is "mal", and so is "Mal"
HEAD_LENGTH = 4
VARIANT_LENGTH = 6  # letters a name needs before other transliterations of it are looked for
SLIP_LENGTH = 7  # … before one slip is forgiven; below, every second name is one letter from another


class AtomKey(NamedTuple):
    """What makes two words of terms the same thing to look for."""

    text: str
    writing: Writing
    language: str | None
    fuzzy: bool
    capital: bool  # asks for a capital letter (not inside phrases: they are distinctive enough)


class Script(NamedTuple):
    """How a field is written: decides what a capital is worth and which stems apply."""

    language: str | None = None  # of text in Latin letters; None = unknown
    no_capitals: bool = False  # a page address, a careless feed
    shouting: bool = False  # only capitals


class WordIndex:
    """The atoms of all terms, to be found from tokens."""

    def __init__(self, atoms: list[AtomKey], known: frozenset[str]) -> None:
        """Build the tables.

        Args:
            atoms: position = atom number.
            known: folded words that are something else than a slip of another name (Nigeria).
        """
        languages = frozenset(
            atom.language for atom in atoms if atom.writing is Writing.WORD and atom.language is not None
        )
        self._atoms = atoms
        self.stems = Stems(languages)
        self._known = known
        self._forms: dict[str, list[tuple[int, int]]] = {}
        self._by_stem: dict[tuple[str, str], list[int]] = {}
        self._beginnings: dict[str, list[tuple[str, int]]] = {}  # by their first letters
        self._acronyms: dict[str, list[int]] = {}
        self._skeletons: dict[str, list[int]] = {}
        self._deletions: dict[str, set[int]] = {}
        self._spellings: dict[int, tuple[str, str]] = {}  # skeleton and letters of names that may slip
        self._ends: set[str] = set()  # their first and last letters
        for number, atom in enumerate(atoms):
            self._enter(number, atom)

    def heads(self) -> frozenset[str]:
        """Return the first HEAD_LENGTH letters of all that is found without forgiving other spellings.

        What is shorter is there as it is: a word may be found when its head is among these, or its first
        BEGINNING_LENGTH letters.
        """
        acronyms = [fold(acronym.removeprefix("lower ")) for acronym in self._acronyms]
        elided = [elision + acronym for acronym in acronyms for elision in "ld"]
        beginnings = [beginning for group in self._beginnings.values() for beginning, _ in group]
        return frozenset(key[:HEAD_LENGTH] for key in (*self._forms, *beginnings, *acronyms, *elided))

    def look_up(self, token: str, folded: str, script: Script) -> dict[int, int]:
        """Return the atoms a token can stand for, with the quality (0–100) of each.

        Args:
            token: as it stands in the text.
            folded: the same, folded.
            script: how the field is written.
        """
        best: dict[int, int] = {}
        capital = script.no_capitals or token[:1].isupper() or not has_case(token)
        short_capitals = len(token) <= 3 and token.isupper() and not script.shouting
        for number, quality in self._candidates(token, folded, script, capital=capital):
            atom = self._atoms[number]
            if atom.capital and (not capital or short_capitals):  # GAO audits, in capitals; Gao is a town
                continue
            if quality > best.get(number, 0):
                best[number] = quality
        return best

    def _enter(self, number: int, atom: AtomKey) -> None:
        folded = fold(atom.text)
        if atom.writing is Writing.ACRONYM:
            self._acronyms.setdefault(atom.text, []).append(number)
            if len(atom.text) >= 3:
                self._acronyms.setdefault("lower " + atom.text.lower(), []).append(number)
            return
        if atom.writing is Writing.STEM:
            self._beginnings.setdefault(folded[:BEGINNING_LENGTH], []).append((folded, number))
            return
        self._forms.setdefault(folded, []).append((number, EXACT))
        if atom.writing is Writing.WORD and atom.language is not None and len(folded) > 3:
            for stem in self.stems.of_term(atom.text, atom.language):
                if len(stem) < SHORTEST_STEM and len(folded) - len(stem) > 2:
                    continue
                self._by_stem.setdefault((atom.language, stem), []).append(number)
        if atom.writing is Writing.NAME:
            for form in name_forms(atom.text):
                self._forms.setdefault(form, []).append((number, CASE_FORM))
            if atom.fuzzy and len(folded) >= VARIANT_LENGTH and script_of(folded) == "latin":
                self._enter_variants(number, folded)

    def _enter_variants(self, number: int, folded: str) -> None:
        bones = skeleton(folded)
        if len(bones) < 5:
            return
        for form in {bones, *(skeleton(fold(form)) for form in name_forms(self._atoms[number].text))}:
            self._skeletons.setdefault(form, []).append(number)
        if len(folded) >= SLIP_LENGTH:
            self._spellings[number] = (bones, folded)
            for spelling in (bones, folded):
                self._ends |= {spelling[:3] + "-", "-" + spelling[-3:]}
                for variant in _deletions(spelling):
                    self._deletions.setdefault(variant, set()).add(number)

    def _candidates(self, token: str, folded: str, script: Script, *, capital: bool) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        if not script.shouting or len(token) >= 3:
            found += [(number, EXACT) for number in self._acronyms.get(token, ())]
        if script.no_capitals:
            for bare in (token, token[1:] if token[0] in "ld" else ""):  # "laes": l'AES in a page address
                found += [(number, EXACT) for number in self._acronyms.get("lower " + bare, ())]
        found += self._forms.get(folded, ())
        if not token.isascii() and script_of(token) == "arabic":
            for form in arabic_bare_forms(folded)[1:]:
                found += self._forms.get(form, ())
        if len(folded) > 3 and self._by_stem:
            for key in self.stems.of_token(token, script.language):
                found += [(number, STEM) for number in self._by_stem.get(key, ())]
        for beginning, number in self._beginnings.get(folded[:BEGINNING_LENGTH], ()):
            if folded.startswith(beginning):
                found.append((number, BEGINNING))
        if capital and not found:
            found += self.respelt(folded).items()
        return found

    def respelt(self, folded: str) -> dict[int, int]:
        """Return the names a capitalised token that is nothing else can be: other transliterations, slips.

        Args:
            folded: the token, folded.

        Returns:
            Atoms with the quality (0–100) of each.
        """
        if len(folded) < VARIANT_LENGTH - 1 or not folded.isalpha() or not folded.isascii():
            return {}
        if folded in self._known:
            return {}
        bones = skeleton(folded)
        if len(bones) < 5:
            return {}
        same = self._skeletons.get(bones)
        if same:
            return dict.fromkeys(same, VARIANT)
        if len(folded) < SLIP_LENGTH - 1:
            return {}
        return {
            number: SLIP
            for number in self._sharing_a_deletion(bones) | self._sharing_a_deletion(folded)
            if self._one_slip_apart(self._spellings[number], (bones, folded))
        }

    def _sharing_a_deletion(self, spelling: str) -> set[int]:
        if spelling[:3] + "-" not in self._ends and "-" + spelling[-3:] not in self._ends:
            return set()  # one slip cannot be at both ends
        return {number for variant in _deletions(spelling) for number in self._deletions.get(variant, ())}

    @staticmethod
    def _one_slip_apart(wanted: tuple[str, str], given: tuple[str, str]) -> bool:
        """As transliterated or as written; the first letter is never the slip."""
        return any(
            one[0] == other[0] and OSA.distance(one, other) <= 1
            for one, other in zip(wanted, given, strict=True)
        )


def _deletions(word: str) -> set[str]:
    """The word and what is left of it without any one letter: two words one slip apart share one of these."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
