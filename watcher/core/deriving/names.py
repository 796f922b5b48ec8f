"""Names in running text, told from words that merely begin a sentence or stand in a headline. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from watcher.core.deriving.background import EMPTY
from watcher.core.text.folding import fold
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.core.deriving.background import Background

TITLE_CASE_RATIO = (
    0.6  # of the longer words: "Russia, Mali To Strengthen Efforts" has 1.0, plain headlines below 0.5
)
_JOIN_WORDS = "de da do dos das di del della la le les el al bin ibn ben van von der den zu ter of"
_JOINS = frozenset(_JOIN_WORDS.split())
_GAP = re.compile(r" |[-‑–]|['’]")
_OPENING = re.compile(r"(?:^|[:–—\"“«„(|]\s*)$")


class Word(NamedTuple):
    """A word with its place."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text with their places."""
    return [Word(hit.group(), hit.start(), hit.end()) for hit in WORD.finditer(text)]


def is_title_case(text: str, words: Sequence[Word]) -> bool:
    """True for a headline whose capitals say nothing, because nearly every longer word has one."""
    if text.rstrip("\"'»”’)").endswith("."):
        return False
    longer = [word for word in words if len(word.text) > 3 and word.text[0].isalpha()]
    capitals = sum(word.text[0].isupper() for word in longer)
    return len(longer) >= 3 and capitals / len(longer) >= TITLE_CASE_RATIO


def settled_capitals(sentences: Iterable[str]) -> frozenset[str]:
    """Folded words that have a capital where only names do: inside plain sentences."""
    found: set[str] = set()
    for sentence in sentences:
        words = words_of(sentence)
        if is_title_case(sentence, words):
            continue
        found.update(
            fold(word.text)
            for word in words
            if word.text[0].isupper() and not _OPENING.search(sentence[: word.start])
        )
    return frozenset(found)


def names_in(
    text: str,
    taken: Sequence[tuple[int, int]],
    capitals: frozenset[str],
    background: Background,
    language: str | None,
) -> list[tuple[int, int]]:
    """Spans of the names in a sentence.

    Args:
        text: one sentence or headline.
        taken: spans of what is known already; names do not reach into them.
        capitals: from `settled_capitals`, over all that is read together.
        background: tells words that begin a sentence from names.
        language: of the text; in German a capital alone makes no name.
    """
    words = words_of(text)
    title_case = is_title_case(text, words)
    spans: list[tuple[int, int]] = []
    run: list[Word] = []

    def close() -> None:
        while run and not _is_core(run[-1]):
            run.pop()
        while run and run[0].text[0].isupper() and _opens_only(run[0], len(run)):
            run.pop(0)
        while run and (not _is_core(run[0]) or run[0].text[0].isdigit()):
            run.pop(0)
        if run and any(any(map(str.isalpha, word.text)) and len(word.text) > 1 for word in run):
            spans.append((run[0].start, run[-1].end))
        run.clear()

    def _opens_only(word: Word, length: int) -> bool:
        opens = bool(_OPENING.search(text[: word.start]))
        rarity = background.rarity(word.text, language)
        if len(word.text) > 1 and word.text.isupper() and not text.isupper():
            return False
        if opens and length > 1 and rarity == EMPTY:
            return True
        return (opens or title_case) and fold(word.text) not in capitals and (length == 1 or rarity < 1)

    for position, word in enumerate(words):
        capital = word.text[0].isupper() and _is_name_word(
            word, capitals, background, language, title_case=title_case
        )
        number = word.text[0].isdigit() and run and text[run[-1].end : word.start] == "-"
        join = (
            bool(run)
            and word.text in _JOINS
            and position + 1 < len(words)
            and words[position + 1].text[0].isupper()
        )
        gap = text[run[-1].end : word.start] if run else ""
        if any(word.start < end and start < word.end for start, end in taken) or (
            word.text in ("s", "S") and gap in ("'", "’")
        ):
            close()
            continue
        if run and not _GAP.fullmatch(gap):
            close()
        if capital or (number and run) or (join and run and not title_case):
            run.append(word)
        else:
            close()
    close()
    return spans


def _is_core(word: Word) -> bool:
    return word.text[0].isupper() or word.text[0].isdigit()


def _is_name_word(
    word: Word, capitals: frozenset[str], background: Background, language: str | None, *, title_case: bool
) -> bool:
    folded = fold(word.text)
    if len(word.text) > 1 and word.text.isupper():
        return True
    if title_case:
        return folded in capitals
    if language == "de":  # every noun has a capital: only what the background does not know may be a name
        return background.rarity(word.text, language) == 1 or background.is_common_name((folded,))
    return True
