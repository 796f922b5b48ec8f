"""What aggregators add to a headline: the outlet's name, and summaries that only repeat the headline.

"The Moscow Times" at the end of a headline is no evidence for Russia. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.core.text.folding import fold
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEPARATOR = re.compile(r"\s+[-–—|·•]\s+|\s*\|\s*")
_SEPARATORS = (" -", " –", " —", "|", " ·", " •")
_SITE = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.IGNORECASE)

# (Jade Gao/AFP via Getty Images): the name of who took the picture, and no town in Mali.
_CREDIT = re.compile(
    r"\([^()\n]{0,80}/\s?(?:AFP|AP|EPA|Reuters|Getty|TASS|Bloomberg|NurPhoto|Anadolu|Shutterstock|Sipa|Zuma)[^()\n]{0,40}\)"
    r"|\b(?:Photo by|Photo:|Image:|Foto:|Fot\.|Crédit photo :?)[^.\n]{0,60}",
    re.IGNORECASE,
)


_CREDIT_MARKERS = (
    "AFP",
    "/AP",
    "/ AP",
    "EPA",
    "Reuters",
    "Getty",
    "TASS",
    "Anadolu",
    "hoto",
    "mage:",
    "oto:",
    "Fot.",
)


def without_credits(text: str) -> str:
    """Return a text of the same length with the credits of pictures blanked out."""
    if not any(marker in text for marker in _CREDIT_MARKERS):
        return text
    return _CREDIT.sub(lambda credit: " " * len(credit.group()), text)


def headline_end(title: str, outlet: str, summary: str = "") -> int:
    """Return where the headline proper ends: before " - Outlet", else the title's length.

    The last segment goes when it is the feed's outlet, a site's name (maliweb.net), or stands apart again at
    the end of a summary that repeats the title (as Google News writes it: title, blanks, outlet).

    Args:
        title: as published.
        outlet: the entry's outlet; may be empty.
        summary: plain text.
    """
    if not any(mark in title for mark in _SEPARATORS):
        return len(title)
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return len(title)
    last = separators[-1]
    segment = title[last.end() :].strip()
    if not segment or not title[: last.start()].strip():
        return len(title)
    bare = _bare(segment)
    if bare and (bare == _bare(outlet) or _SITE.fullmatch(segment)):
        return last.start()
    if summary and len(segment) <= 60 and summary.rstrip().endswith(segment):
        before = summary.rstrip()[: -len(segment)].rstrip(" \u00a0-–—|")
        if _bare(before) == _bare(title[: last.start()]):
            return last.start()
    return len(title)


def repeats_title(title_words: Sequence[str], summary_words: Sequence[str], outlet: str) -> bool:
    """True when a summary says nothing that title and outlet do not say.

    Args:
        title_words: folded words of the whole title, its outlet suffix included.
        summary_words: folded words of the summary.
        outlet: the entry's outlet.
    """
    if len(summary_words) > 2 * len(title_words) + 12:
        return False
    return set(summary_words) <= set(title_words) | set(map(fold, WORD.findall(outlet)))


def _bare(text: str) -> str:
    """Folded letters and digits only, without a leading article: how two spellings of an outlet compare."""
    words = [fold(word) for word in WORD.findall(text)]
    if len(words) > 1 and words[0] in ("the", "le", "la", "el"):
        words = words[1:]
    return "".join(words)
