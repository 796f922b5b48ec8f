"""Feed lists as OPML, the format feed readers exchange. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from watcher.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BYTES = 8 * 1024 * 1024
MAX_FEEDS = 10_000
_FEED_SCHEME = re.compile(r"^feed:(?://|(https?://))", re.IGNORECASE)  # feed://host/ and feed:https://host/


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str
    group: str = ""  # the nearest enclosing folder
    language: str | None = None


def read_opml(text: bytes) -> list[Outline]:
    """Read a list.

    Raises:
        ParseError: not OPML, or larger than any list of feeds.
    """
    if len(text) > MAX_BYTES:
        raise ParseError(f"the list is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if b"<!ENTITY" in text:
        raise ParseError("the list declares entities: such files are not read")
    try:
        root = ET.fromstring(text)  # without entity declarations there is nothing to expand
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ParseError(f"the list is no well-formed XML ({error})") from error
    body = root.find("body")
    if root.tag != "opml" or body is None:
        raise ParseError("the list is XML, but no OPML")
    found = list(_walk(body, ""))
    if len(found) > MAX_FEEDS:
        raise ParseError(f"the list holds more than {MAX_FEEDS} feeds")
    return found


def write_opml(outlines: Iterable[Outline], *, title: str) -> str:
    """Write a list, one folder per group in the order they appear."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    folders: dict[str, ET.Element] = {}
    for one in outlines:
        if one.group and one.group not in folders:
            folders[one.group] = ET.SubElement(body, "outline", text=one.group, title=one.group)
        attributes = {"type": "rss", "text": one.title, "title": one.title, "xmlUrl": one.url}
        if one.language:
            attributes["language"] = one.language
        ET.SubElement(folders.get(one.group, body), "outline", attributes)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _walk(element: ET.Element, group: str) -> Iterator[Outline]:
    """Feeds in document order; a stack of our own, since lists may be nested without end."""
    stack = [(child, group) for child in reversed(element)]
    while stack:
        outline, folder = stack.pop()
        if outline.tag != "outline":
            continue
        said = {name.lower(): value.strip() for name, value in outline.items()}
        name = said.get("title") or said.get("text") or ""
        url = _FEED_SCHEME.sub(lambda found: found[1] or "http://", said.get("xmlurl", ""))
        if url:
            yield Outline(url=url, title=name, group=folder, language=_language(said.get("language")))
        stack.extend((child, folder if url else name or folder) for child in reversed(outline))


def _language(tag: str | None) -> str | None:
    code = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
