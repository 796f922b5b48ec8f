"""Feed markup to plain text: what a reader would see, and nothing that could act.

A feed's title and summary may be plain text, HTML, or HTML escaped once too often; whoever wrote them is
not trusted. The result holds no tags, no control, bidirectional or invisible characters, is NFC, and is
never longer than asked for. Escaping for Telegram is the renderer's work.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# Their content is not text a reader sees.
_UNSEEN = re.compile(
    r"<(script|style|noscript|template|svg|head|iframe)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<[!?][^<>]*>", re.DOTALL)
_BREAK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|section|article|figure|figcaption|dd|dt|dl|pre)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNFINISHED = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9:-]*\s[^<>]*|/?[a-zA-Z]+)\Z")
# Only with its semicolon: "?a=1&copy=2" holds no copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_BLANKS = re.compile(r"\s+")

# Control, format (bidi, zero-width, soft hyphen, tags), surrogates, private use. Code points this Python
# does not know yet stay: they are next year's emoji.
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Co"})
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800") | {
    chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
}
_MAX_MARKS = 4  # combining marks in a row; more is decoration that overflows lines


def plain_text(markup: str, limit: int) -> str:
    """The text a reader would see.

    Entities are decoded once, after the tags are gone: `&lt;b&gt;` is text about a tag, not a tag.

    Args:
        markup: plain text or HTML, in any state.
        limit: the longest result, in UTF-16 units (what Telegram counts), >= 1.

    Returns:
        NFC text without leading, trailing or doubled blanks, cut between code points.
    """
    # The work is bounded whatever comes in: markup is rarely more than a few times its text.
    text = markup[: limit * 8 + 4096]
    if "<" in text:
        text = _UNSEEN.sub(" ", text)
        text = _COMMENT.sub("", text)
        text = _BREAK.sub(" ", text)
        text = _TAG.sub("", text)
        text = _UNFINISHED.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: unescape(found.group()), text)
    return cut(clean(text), limit)


def clean(text: str) -> str:
    """Plain text made safe: NFC, blanks folded to single spaces, invisible characters removed."""
    if text.isascii():
        return _BLANKS.sub(" ", "".join(c if c.isprintable() else " " * c.isspace() for c in text)).strip()
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            kept.append(" ")
            marks = 0
            continue
        category = unicodedata.category(character)
        if category in _REMOVED or character in _INVISIBLE:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    # Removing a character can bring two together that compose.
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", "".join(kept)).strip())


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of the text, cut between code points, marked with an ellipsis."""
    if len(text) * 2 <= limit or utf16_length(text) <= limit:
        return text
    room = limit - 1
    end = 0
    for end, character in enumerate(text):  # noqa: B007 - used after the loop
        room -= 2 if character > "\uffff" else 1
        if room < 0:
            break
    shortened = text[:end]
    blank = shortened.rfind(" ")
    if blank > len(shortened) * 0.8:  # rather between words, when one ends near
        shortened = shortened[:blank]
    return shortened.rstrip() + "…"


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, what Telegram counts."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
