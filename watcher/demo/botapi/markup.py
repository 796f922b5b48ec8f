"""Telegram's HTML: tags become entities, refusals carry the service's own texts.

Pure. Follows the documented grammar (supported tags, four named entities, attributes) and the error
texts of the Bot API server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_ENTITY_COUNT = 100

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(x[0-9a-fA-F]+|[0-9]+)|([a-zA-Z]+));?")


class EntityError(Exception):
    """The markup is refused; the message is what follows "can't parse entities: "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One styled or linked stretch; offset and length in UTF-16 code units."""

    kind: str
    offset: int
    length: int
    url: str = ""

    def as_json(self) -> dict[str, object]:
        """As the Bot API writes it."""
        entity: dict[str, object] = {"type": self.kind, "offset": self.offset, "length": self.length}
        return entity | ({"url": self.url} if self.url else {})


def utf16_len(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(html: str) -> tuple[str, tuple[Entity, ...]]:
    """Turn HTML into text and entities.

    Raises:
        EntityError: with the text the service answers.
    """
    return _Parser(html).parse()


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[tuple[str, str, int]] = []  # tag, argument, offset
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, tuple[Entity, ...]]:
        while self.at < len(self.html):
            char = self.html[self.at]
            if char == "<":
                self._tag()
            elif char == "&":
                self._emit(self._reference())
            else:
                self._emit(char)
                self.at += 1
        if self.open:
            raise EntityError(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        self.entities.sort(key=lambda entity: (entity.offset, -entity.length))
        return "".join(self.out), tuple(self.entities[:MAX_ENTITY_COUNT])

    def _emit(self, text: str) -> None:
        if any(char == "\0" or 0xD800 <= ord(char) <= 0xDFFF for char in text):
            raise EntityError("Text contains invalid Unicode characters after decoding HTML entities")
        self.out.append(text)
        self.length += utf16_len(text)

    def _reference(self) -> str:
        hit = REFERENCE.match(self.html, self.at)
        decoded = _decoded(hit) if hit else None
        if hit is None or decoded is None:
            self.at += 1
            return "&"
        self.at = hit.end()
        return decoded

    def _byte(self, at: int) -> int:
        return len(self.html[:at].encode("utf-8", "surrogatepass"))

    def _tag(self) -> None:
        begin = self.at
        if self.html.startswith("</", begin):
            self._end_tag(begin)
            return
        name = self._until(begin + 1, " \t\r\n>")
        if self.at >= len(self.html):
            raise EntityError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        name = name.lower()
        if name not in KINDS:
            raise EntityError(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        argument = self._attributes(name, begin)
        self.at += 1
        self.open.append((name, argument, self.length))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        unclosed = EntityError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        while True:
            self._skip_space()
            if self.at >= len(self.html):
                raise unclosed
            if self.html[self.at] == ">":
                break
            attribute_at = self.at
            attribute = self._until(self.at, " \t\r\n=>").lower()
            if not attribute:
                raise EntityError(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(attribute_at)}'
                )
            if tag == "blockquote" and attribute == "expandable":
                continue
            self._skip_space()
            if self.at >= len(self.html) or self.html[self.at] != "=":
                raise EntityError(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                    f"at byte offset {self._byte(begin)}"
                )
            self.at += 1
            self._skip_space()
            if self.at >= len(self.html):
                raise unclosed
            value = self._value(unclosed)
            if (tag, attribute) in (("a", "href"), ("span", "class"), ("tg-emoji", "emoji-id")):
                argument = value
        if tag == "span" and argument != "tg-spoiler":
            raise EntityError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        return argument

    def _value(self, unclosed: EntityError) -> str:
        quote = self.html[self.at]
        if quote not in "\"'":
            start = self.at
            value = self._until(self.at, " \t\r\n>")
            if not re.fullmatch(r"[A-Za-z0-9.-]+", value):
                raise EntityError(f"Unexpected end of name token at byte offset {self._byte(start)}")
            return value.lower()
        self.at += 1
        value = ""
        while self.at < len(self.html) and self.html[self.at] != quote:
            if self.html[self.at] == "&":
                value += self._reference()
            else:
                value += self.html[self.at]
                self.at += 1
        if self.at >= len(self.html):
            raise unclosed
        self.at += 1
        return value

    def _end_tag(self, begin: int) -> None:
        offset = self._byte(begin)
        if not self.open:
            raise EntityError(f"Unexpected end tag at byte offset {offset}")
        name = self._until(begin + 2, " \t\r\n>").lower()
        self._skip_space()
        if self.at >= len(self.html) or self.html[self.at] != ">":
            raise EntityError(f"Unclosed end tag at byte offset {offset}")
        self.at += 1
        tag, argument, start = self.open.pop()
        if name and name != tag:
            raise EntityError(
                f'Unmatched end tag at byte offset {offset}, expected "</{tag}>", found "</{name}>"'
            )
        if self.length == start:
            return
        url = ""
        if tag == "a":
            url = checked_link(
                argument or "".join(self.out).encode("utf-16-le")[start * 2 :].decode("utf-16-le")
            )
            if not url:
                return
        self.entities.append(Entity(kind=KINDS[tag], offset=start, length=self.length - start, url=url))

    def _until(self, start: int, stops: str) -> str:
        self.at = start
        while self.at < len(self.html) and self.html[self.at] not in stops:
            self.at += 1
        return self.html[start : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.html) and self.html[self.at] in " \t\r\n":
            self.at += 1


def checked_link(url: str) -> str:
    """The URL as the service keeps it; "" when it is no link (the text then stays unlinked)."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme == "tg":
        return url
    if parts.scheme not in ("http", "https", "ton") or "." not in host or re.search(r"\s", url):
        return ""
    return parts.geturl()


def _decoded(hit: re.Match[str]) -> str | None:
    number, name = hit.groups()
    if name:
        return NAMED.get(name)
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    if code == 0 or code >= 0x10FFFF:
        return None
    return chr(code)
