"""The background of ordinary words and names: what is distinctive is told against it. Pure; data is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.text.folding import fold
from watcher.core.text.languages import LANGUAGES, Stems, script_of
from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EMPTY, COMMON, RARE = 0.0, 0.5, 1.0
"""Rarity of a word that says nothing of any topic, that belongs to many topics, that the background does not know."""

COMMON_NAME = 0.4
"""Rarity of a name that many stories share (Hawaii, the United Nations, Smith)."""

DAILY_COUNTRY, OTHER_COUNTRY = 0.4, 0.65
"""Rarity of a country that is in the news every day (the United States), and of one that is not (Niger)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Ordinary words of one language."""

    empty: Sequence[str]
    common: Sequence[str]


class Background:
    """Ordinary words by language, and names that many stories share.

    Args:
        words: language -> its ordinary words.
        names: common names; several words each are fine.
    """

    def __init__(self, words: Mapping[str, WordList], names: Sequence[str]) -> None:
        self._stems = Stems(frozenset(LANGUAGES))
        self._rarity: dict[str, dict[str, float]] = {}
        for language, listed in words.items():
            known = self._rarity.setdefault(language, {})
            for group, rarity in ((listed.common, COMMON), (listed.empty, EMPTY)):
                for word in group:
                    known[fold(word)] = rarity
                    if len(word) > 3:
                        for stem in self._stems.of_term(word, language):
                            known.setdefault("~" + stem, rarity)
        self._names = frozenset(folded_words(name) for name in names)

    def rarity(self, word: str, language: str | None) -> float:
        """How little a word is used on other matters, 0–1.

        Args:
            word: one word, as written.
            language: of the text; None or one without a list: all languages of its script are asked.
        """
        folded = fold(word)
        if len(folded) < 3 or not any(map(str.isalpha, folded)):
            return EMPTY
        known = [self._of(word, folded, one) for one in self._languages(word, language)]
        return min(known, default=RARE)

    def is_common_name(self, words: tuple[str, ...]) -> bool:
        """True for folded words that together, or each alone, are names of many stories."""
        return words in self._names or all((word,) in self._names for word in words)

    def stem(self, word: str, language: str | None) -> str:
        """What the forms of one word have in common."""
        known = language if language in LANGUAGES else None
        if known is None:
            return fold(word)
        return min(self._stems.of_term(word, known), key=len)

    def _of(self, word: str, folded: str, language: str) -> float:
        listed = self._rarity[language]
        if folded in listed:
            return listed[folded]
        if len(folded) > 3:
            known = [
                listed["~" + stem] for stem in self._stems.of_term(word, language) if "~" + stem in listed
            ]
            return max(known, default=RARE)
        return RARE

    def _languages(self, word: str, language: str | None) -> list[str]:
        if language in self._rarity:
            return [language] if language is not None else []
        script = script_of(word)
        wanted = {"cyrillic": ("ru",), "arabic": ("ar",)}.get(script)
        return [one for one in self._rarity if (one in wanted if wanted else one not in ("ru", "ar"))]
