"""A cheap first look that lets most entries of general feeds go. Pure; memoises what it has seen.

Every pattern begins with its rarest need. An entry that holds no term of any such need cannot match, and this is
found out without stems, languages or places: by the words alone. The sieve may let an entry through that the
closer look then drops; it never holds one back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.matching.words import (
    BEGINNING_LENGTH,
    HEAD_LENGTH,
    VARIANT_LENGTH,
    AtomKey,
    Script,
    WordIndex,
)
from watcher.core.profiles import Writing
from watcher.core.text.folding import fold
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.core.text.languages import Stems

MEMO_SIZE = 200_000
"""Chunks remembered; a month of 133 feeds shows about 400,000 distinct ones, most of them once."""


class Sieve:
    """Which entries are worth a closer look."""

    __slots__ = ("_heads", "_index", "_memo", "_partners")

    def __init__(self, phrases: Iterable[Sequence[AtomKey]], known: frozenset[str], stems: Stems) -> None:
        """Learn the terms that patterns hinge on.

        Args:
            phrases: the words of each such term.
            known: words that are no slip of another name.
            stems: of the languages in use.
        """
        numbers: dict[AtomKey, int] = {}
        self._partners: dict[int, set[int]] = {}
        for phrase in phrases:
            first, second = _two_most_telling(phrase)
            one = numbers.setdefault(first, len(numbers))
            other = numbers.setdefault(second, len(numbers))
            self._partners.setdefault(one, set()).add(other)
        self._index = WordIndex([_loosened(key, stems) for key in numbers], known)
        self._heads = self._index.heads()
        self._memo: dict[bool, dict[str, frozenset[int]]] = {False: {}, True: {}}

    def lets_through(self, title: str, summary: str) -> bool:
        """False when the entry surely holds no term that any pattern hinges on.

        Looks at what stands between blanks, not at words: cutting words out costs more than all the rest.
        """
        no_capitals = title.islower()
        memo = self._memo[no_capitals]
        chunks = title.split() + summary.split()
        found = set(map(memo.get, chunks))
        if None in found:
            if len(memo) > MEMO_SIZE:
                memo.clear()
            script = Script(None, no_capitals)
            for chunk in chunks:
                if chunk not in memo:
                    self._learn(chunk, script, memo)
            found = set(map(memo.get, chunks))
        if found <= _NOTHING:
            return False
        present = frozenset[int]().union(*(atoms for atoms in found if atoms))
        return any(not present.isdisjoint(self._partners.get(atom, ())) for atom in present)

    def _learn(self, chunk: str, script: Script, memo: dict[str, frozenset[int]]) -> None:
        """Remember which atoms the words of a chunk may be, and each word by itself."""
        bare = chunk.strip(_PUNCTUATION)
        if bare.isalnum():  # one word: most chunks are
            atoms = memo.get(bare)
            if atoms is None:
                atoms = memo[bare] = self._atoms_of(bare, script)
            memo[chunk] = atoms
            return
        tokens = WORD.findall(chunk)
        for token in tokens:
            if token not in memo:
                memo[token] = self._atoms_of(token, script)
        if chunk not in memo:
            memo[chunk] = (
                memo[tokens[0]] if len(tokens) == 1 else _NO_ATOMS.union(*(memo[one] for one in tokens))
            )

    def _atoms_of(self, token: str, script: Script) -> frozenset[int]:
        folded = fold(token)
        if (
            folded[:HEAD_LENGTH] in self._heads
            or folded[:BEGINNING_LENGTH] in self._heads
            or (len(folded) >= VARIANT_LENGTH - 1 and (script.no_capitals or token[0].isupper()))
            or not folded.isascii()
        ):
            return frozenset(self._index.look_up(token, folded, script)) or _NO_ATOMS
        return _NO_ATOMS


_PUNCTUATION = ".,:;!?\"'()[]«»“”„’‘…–—"
_NO_ATOMS = frozenset[int]()
_NOTHING = {_NO_ATOMS}


def _two_most_telling(phrase: Sequence[AtomKey]) -> tuple[AtomKey, AtomKey]:
    """Names rather than common words, long words rather than short; a single word is both."""
    ranked = sorted(phrase, key=lambda key: -len(key.text) - 3 * (key.writing is not Writing.WORD))
    return ranked[0], ranked[1 if len(ranked) > 1 else 0]


def _loosened(key: AtomKey, stems: Stems) -> AtomKey:
    """Make inflected words stems that need no stemmer: all forms of a word begin alike."""
    if key.writing is not Writing.WORD or key.language is None or key.language == "ar":
        return key
    forms = {fold(key.text), *stems.of_term(key.text, key.language)}
    common = _common_beginning(forms)
    if len(common) < BEGINNING_LENGTH:
        return key
    return key._replace(text=common, writing=Writing.STEM, language=None)


def _common_beginning(forms: set[str]) -> str:
    low, high = min(forms), max(forms)
    pairs = zip(low, high, strict=False)
    return low[: next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(low), len(high)))]
