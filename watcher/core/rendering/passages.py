"""Passages that several kinds of message share: a moment in local time, a summary, a score's mark."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from watcher.core.rendering.styled import Span, Styled, clean, cut, safe_url, units

if TYPE_CHECKING:
    from watcher.core.model import Target
    from watcher.core.rendering.catalogue.form import Catalogue

SUMMARY_UNITS = 320  # about five lines on a phone
SENTENCE_MIN_UNITS = 60  # a shorter first sentence says too little to stop at
REMAINDER_MIN_LENGTH = 40  # what follows a repeated headline is often only the outlet's name
SCORE_MARKS = ((90.0, "●"), (75.0, "◕"), (60.0, "◑"), (40.0, "◔"), (0.0, "○"))

_SENTENCE_END = re.compile(
    r"(?:(?<=\w{3}[.!?…؟])|(?<=\w{3}[.!?]['\"»”]))\s+(?=[^\Wa-zà-ÿа-я_]|[«“\"'])|(?<=[。！？])"
)


@functools.cache
def zone(name: str) -> tzinfo:
    """A time zone; UTC for a name nobody knows (the configuration refuses those)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def moment(at: datetime, target: Target, texts: Catalogue) -> str:
    """Day and time where the readers are."""
    local = at.astimezone(zone(target.time_zone))
    return texts.moment.format(
        day=local.day, month=texts.months[local.month - 1], time=f"{local.hour:02}:{local.minute:02}"
    )


def score_mark(score: float) -> str:
    """A score 0–100 as a quiet mark."""
    return next(mark for floor, mark in SCORE_MARKS if score >= floor or floor == 0.0) + f" {score:.0f}"


def summary(text: str, headline: str) -> str:
    """A summary cut at the end of a sentence; "" when it only repeats the headline."""
    shown = clean(text)
    repeated = clean(headline).casefold()
    if shown.casefold().startswith(repeated):
        rest = shown[len(repeated) :].lstrip(" .:–—-|")
        shown = rest if len(rest) >= REMAINDER_MIN_LENGTH else ""
    if units(shown) <= SUMMARY_UNITS:
        return shown
    ends = [hit.start() for hit in _SENTENCE_END.finditer(shown)]
    fitting = [end for end in ends if SENTENCE_MIN_UNITS <= units(shown[:end]) <= SUMMARY_UNITS]
    return shown[: fitting[-1]] if fitting else cut(shown, SUMMARY_UNITS)


def translate_link(url: str, language: str | None, target: Target, texts: Catalogue) -> Styled:
    """A link to a translation, for languages the readers do not read."""
    if not target.reads or language is None or language in target.reads or not safe_url(url):
        return Styled()
    address = f"https://translate.google.com/translate?sl=auto&tl={target.language}&u={quote(url, safe='')}"
    link = safe_url(address)
    return Styled((Span(text=texts.translate, url=link),)) if link else Styled()
