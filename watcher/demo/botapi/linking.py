"""What Telegram links by itself: URLs, mentions, commands, hashtags.

Pure. Detected a little too eagerly, so that a test notices text that might become a link.
"""

from __future__ import annotations

import re

from watcher.demo.botapi.markup import Entity, utf16_len

AUTOMATIC = (
    ("url", re.compile(r"(?:https?|ftp|tg|ton)://[^\s<>\u2000-\u200b\u2060]+", re.IGNORECASE)),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[^\W\d_]{2,}")),
    ("url", re.compile(r"(?<![\w@])(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#:][^\s<>\u2060]*)?")),
    ("url", re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z]\w{2,31}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w+")),
    ("cashtag", re.compile(r"(?<!\w)\$[A-Z]{1,8}(?!\w)")),
)


def automatic_entities(text: str, taken: tuple[Entity, ...] = ()) -> tuple[Entity, ...]:
    """What the service would link by itself outside of links and code."""
    busy = [
        (entity.offset, entity.offset + entity.length)
        for entity in taken
        if entity.kind in ("text_link", "code", "pre")
    ]
    found = []
    for kind, pattern in AUTOMATIC:
        for hit in pattern.finditer(text):
            start = utf16_len(text[: hit.start()])
            end = start + utf16_len(hit.group())
            if not any(start < taken_end and taken_start < end for taken_start, taken_end in busy):
                found.append(Entity(kind=kind, offset=start, length=end - start))
                busy.append((start, end))
    return tuple(found)
