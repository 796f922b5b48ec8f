"""Styled text: built from spans, measured in UTF-16 units, cut only between characters.

Markup is made when everything is in place, so a cut can never fall inside a tag or an entity. Every
inserted value is cleaned, defused and escaped here and nowhere else: no feed content can break the
markup, link anywhere, mention anyone or look like a command.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGE_UNITS = 4096  # Telegram's limit, counted after entity parsing
MAX_URL_LENGTH = 2048  # P1
ELLIPSIS = "…"
JOINER = "\u2060"
"""Word joiner: invisible, no line break, and no character of a URL, mention, hashtag or command: put
inside one it keeps Telegram from linking it."""

PLACE = re.compile(r"\{(\w+)\}")  # where a text of ours takes a value
_SPACES = re.compile(r"\s+")
_LINKABLE = re.compile(
    r"""
      (?<=:)(?=//)                                # scheme://
    | (?<=[\w-]\.)(?=[^\W\d_]{2})                 # host.tld
    | (?<=\d\.)(?=\d{1,3}\.\d{1,3}(?:\.\d{1,3})?) # an IPv4 address
    | (?<=@)(?=\w)                                # mention, e-mail
    | (?<=[#$])(?=\w)                             # hashtag, cashtag
    | (?<=/)(?=[A-Za-z0-9_])(?<![\w]/)            # command
    """,
    re.VERBOSE,
)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]", re.IGNORECASE)


def clean(text: str) -> str:
    """One line of plain text: NFC, no control, bidi, zero-width or surrogate characters."""
    kept = (
        " " if char in "\t\n\r\v\f\x85\u2028\u2029" else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return _SPACES.sub(" ", "".join(kept)).strip()


def defuse(text: str) -> str:
    """Keep Telegram from linking what only looks like a link, mention, hashtag or command."""
    return _LINKABLE.sub(JOINER, text)


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int) -> str:
    """The text within so many units, ended by an ellipsis where it was cut, between words if it can be."""
    if units(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = text[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    while kept and unicodedata.combining(text[len(kept)]):
        kept = kept[:-1]  # an accent stays with its letter
    space = kept.rfind(" ")
    if space > len(kept) * 2 // 3:
        kept = kept[:space]
    return kept.rstrip(" ,;:–—-") + ELLIPSIS


def safe_url(url: str) -> str:
    """The URL when a reader may be sent there: http(s), a dotted host, no tricks; else ""."""
    if not url or len(url) > MAX_URL_LENGTH or url != clean(url) or re.search(r"[\s\\<>\"]", url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    return url


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text in one style; `text` is clean and defused already."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""

    @property
    def html(self) -> str:
        """Escaped, with balanced tags."""
        out = html.escape(self.text, quote=False)
        if self.italic:
            out = f"<i>{out}</i>"
        if self.bold:
            out = f"<b>{out}</b>"
        if self.url:
            out = f'<a href="{html.escape(self.url, quote=True)}">{out}</a>'
        return out


@dataclass(frozen=True, slots=True)
class Styled:
    """Spans in a row; immutable, added with +."""

    spans: tuple[Span, ...] = ()

    def __add__(self, other: Styled) -> Styled:
        return Styled(self.spans + other.spans)

    def __bool__(self) -> bool:
        return any(span.text for span in self.spans)

    @property
    def units(self) -> int:
        """Length as Telegram counts it."""
        return sum(units(span.text) for span in self.spans)

    @property
    def html(self) -> str:
        """Telegram HTML."""
        return "".join(span.html for span in self.spans)

    @property
    def plain(self) -> str:
        """Without markup; a link's address follows its text."""
        return "".join(f"{span.text} ({span.url})" if span.url else span.text for span in self.spans)

    def cut(self, limit: int) -> Styled:
        """The beginning within so many units."""
        kept: list[Span] = []
        left = limit
        for span in self.spans:
            size = units(span.text)
            if size > left:
                rest = cut(span.text, left)
                return Styled((*kept, replace(span, text=rest))) if rest else Styled(tuple(kept))
            kept.append(span)
            left -= size
        return self


def own(text: str, *, bold: bool = False) -> Styled:
    """Text of ours: taken as it is."""
    return Styled((Span(text=text, bold=bold),))


def value(text: str, *, limit: int = 1000, bold: bool = False, italic: bool = False, url: str = "") -> Styled:
    """Foreign text: cleaned, cut, defused; linked only where the URL is safe."""
    shown = defuse(cut(clean(text), limit))
    return Styled((Span(text=shown, bold=bold, italic=italic, url=safe_url(url)),)) if shown else Styled()


def lines(*rows: Styled) -> Styled:
    """Rows that hold something, one under the other."""
    out = Styled()
    for row in rows:
        if row:
            out = out + (own("\n") if out else Styled()) + row
    return out


def filled(template: str, facts: Mapping[str, str], *, limit: int, bold: bool = False) -> Styled:
    """A text of ours with foreign text in the places it names; "?" where there is none."""
    out = Styled()
    for position, piece in enumerate(PLACE.split(template)):
        if position % 2:
            out = out + value(facts.get(piece, "?"), limit=limit, bold=bold)
        elif piece:
            out = out + own(piece, bold=bold)
    return out


def joined(parts: list[Styled], separator: str) -> Styled:
    """Parts that hold something, in one line."""
    out = Styled()
    for part in parts:
        if part:
            out = out + (own(separator) if out else Styled()) + part
    return out
