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
# Control, format (bidi, zero-width, soft hyphen, tags), surrogates, private use. Code points this Python
# does not know yet stay: they are next year's emoji.
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Co"})
_INVISIBLE = re.compile(
    "[\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800"
    + "".join(f"{chr(p << 16 | 0xFFFE)}{chr(p << 16 | 0xFFFF)}" for p in range(17))
    + "]"
)
# Four combining marks in a row are writing, more are decoration that overflows lines.
_MARKS = "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_TOO_MANY_MARKS = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


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
    if not text.isprintable():  # the rule: most texts are, and are then not looked at letter by letter
        text = "".join(map(_kept, text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", _TOO_MANY_MARKS.sub(r"\1", text))
    return " ".join(text.split())


def _kept(character: str) -> str:
    """The character, a space for any blank, "" for what is removed."""
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _REMOVED else character


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
