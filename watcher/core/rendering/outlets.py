"""Who else reports a story: copies of one agency's wire count once.

Five papers that print the same agency text are one source; the line says so instead of looking like
five confirmations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.core.rendering.styled import Styled, joined, own, value

if TYPE_CHECKING:
    from watcher.core.model import Entry, Story

SHOWN_COUNT = 10  # names that fit two lines of a phone; the rest is a number

AGENCIES = {
    "reuters": "Reuters",
    "afp": "AFP",
    "associated press": "AP",
    "ap": "AP",
    "tass": "TASS",
    "тасс": "TASS",
    "ria novosti": "RIA Novosti",
    "риа новости": "RIA Novosti",
    "interfax": "Interfax",
    "интерфакс": "Interfax",
    "xinhua": "Xinhua",
    "anadolu": "Anadolu",
    "aa": "Anadolu",
    "efe": "EFE",
    "dpa": "dpa",
    "ansa": "ANSA",
    "apa": "APA",
    "apanews": "APA",
    "bloomberg": "Bloomberg",
    "upi": "UPI",
}
_NAMES = "|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))
# A credit stands in brackets, behind a dash, or after "with/via/avec" – not just anywhere in the text.
_CREDIT = re.compile(
    rf"[(\[]\s*({_NAMES})\b[^)\]]{{0,20}}[)\]]|[-–—]\s*({_NAMES})\s*(?:[-–—.]|$)|\b(?:via|avec|with)\s+({_NAMES})\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"\s*(?:the\s+)?({_NAMES})(?:\s+(?:news|agency|fr|english))*\s*", re.IGNORECASE)
HEAD, TAIL = 120, 80  # where in a summary a credit line stands: the dateline or the last words


def agency(entry: Entry) -> str | None:
    """The news agency an entry copies, as far as it says so."""
    whole = _WHOLE.fullmatch(entry.outlet)
    if whole:
        return AGENCIES[whole.group(1).casefold()]
    summary = entry.summary
    for text in (entry.outlet, entry.title[-TAIL:], summary[:HEAD], summary[HEAD:][-TAIL:]):
        hit = _CREDIT.search(text)
        if hit:
            return AGENCIES[next(filter(None, hit.groups())).casefold()]
    return None


def other_outlets(story: Story, outlet: str) -> list[tuple[str, int]]:
    """Who else reports the story: names in order of appearance and how many outlets each stands for.

    Args:
        story: with all its entries.
        outlet: the one the alert names already.
    """
    source: dict[str, str] = {}  # outlet -> its agency, or itself
    for entry in story.entries:
        source.setdefault(entry.outlet, agency(entry) or entry.outlet)
    counts: dict[str, list[str]] = {}
    for name, behind in source.items():
        if name != outlet:
            counts.setdefault(behind, []).append(name)
    own_source = source.get(outlet)
    return [
        (behind if len(names) > 1 or behind == own_source else names[0], len(names))
        for behind, names in counts.items()
    ]


def also_line(story: Story, outlet: str, label: str, more: str) -> Styled:
    """The "Also:" line; empty while one outlet is alone."""
    others = other_outlets(story, outlet)
    if not others:
        return Styled()
    names = [
        value(name, limit=40) + (own(f" ×{count}") if count > 1 else Styled())
        for name, count in others[:SHOWN_COUNT]
    ]
    rest = len(others) - SHOWN_COUNT
    tail = own(" " + more.format(count=rest)) if rest > 0 else Styled()
    return own(f"{label} ") + joined(names, ", ") + tail
