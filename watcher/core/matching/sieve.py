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

    __slots__ = ("_heads", "_index", "_memos", "_partners")

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
        self._memos = {without: _Memo(Script(None, without)) for without in (False, True)}  # capitals

    def lets_through(self, title: str, summary: str) -> bool:
        """False when the entry surely holds no term that any pattern hinges on.

        Looks at what stands between blanks, not at words: cutting words out costs more than all the rest.
        """
        memo = self._memos[title.islower()]
        chunks = title.split() + summary.split()
        if memo.idle.issuperset(chunks):
            return False
        present: set[int] = set()
        for chunk in chunks:
            if chunk not in memo.idle:
                present |= memo.telling.get(chunk) or self._learn(chunk, memo)
        return any(not present.isdisjoint(self._partners.get(atom, ())) for atom in present)

    def _learn(self, chunk: str, memo: _Memo) -> frozenset[int]:
        """Return, and remember, which atoms the words of a chunk may be."""
        bare = chunk.strip(_PUNCTUATION)
        if bare.isalnum():  # one word: most chunks are
            atoms = self._atoms_of(bare, memo)
        else:
            atoms = _NO_ATOMS.union(*(self._atoms_of(token, memo) for token in WORD.findall(chunk)))
        memo.keep(chunk, atoms)
        return atoms

    def _atoms_of(self, token: str, memo: _Memo) -> frozenset[int]:
        """Return, and remember, which atoms a word may be."""
        if token in memo.idle:
            return _NO_ATOMS
        known = memo.telling.get(token)
        if known is not None:
            return known
        folded = fold(token)
        if (
            folded[:HEAD_LENGTH] in self._heads
            or folded[:BEGINNING_LENGTH] in self._heads
            or not folded.isascii()
        ):
            atoms = frozenset(self._index.look_up(token, folded, memo.script))
        elif memo.script.no_capitals or token[0].isupper():
            atoms = frozenset(self._index.respelt(folded))
        else:
            atoms = _NO_ATOMS
        memo.keep(token, atoms)
        return atoms


class _Memo:
    """What has been seen in texts written one way: nearly all of it stands for nothing."""

    __slots__ = ("idle", "script", "telling")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.idle: set[str] = set()
        self.telling: dict[str, frozenset[int]] = {}

    def keep(self, text: str, atoms: frozenset[int]) -> None:
        """Remember; forget everything when it has become too much."""
        if len(self.idle) + len(self.telling) > MEMO_SIZE:
            self.idle.clear()
            self.telling.clear()
        if atoms:
            self.telling[text] = atoms
        else:
            self.idle.add(text)


_PUNCTUATION = ".,:;!?\"'()[]«»“”„’‘…–—"
_NO_ATOMS = frozenset[int]()


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
