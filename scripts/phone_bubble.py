"""Draw a message as a phone shows it: an SVG of a bubble with its buttons, from the very message that is sent.

Pure: the same message is the same picture, to the byte. Lines are broken by widths that hold for the common
sans-serif fonts, with room to spare.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.core.model import Message

WIDTH = 400
MARGIN, PADDING = 12, 14
SIZE, LINE = 15.0, 21.0
FONT = (
    "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, 'Apple Color Emoji', 'Segoe UI Emoji',"
    " 'Noto Color Emoji', sans-serif"
)
WALL, PAPER, INK, LINK, QUIET, BUTTON = "#cfdfe6", "#ffffff", "#17212b", "#1f7fc1", "#8396a3", "#6d8795"
JOINER = "\u2060"
SPARE = 0.95  # of the bubble's width is written on: fonts differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    link: bool = False


class _Runs(HTMLParser):
    """Our own markup as runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        self.runs.append(
            Run(
                text=data.replace(JOINER, ""),
                bold="b" in self._open,
                italic="i" in self._open,
                link="a" in self._open,
            )
        )


def width(text: str, *, bold: bool = False) -> float:
    """How wide text is, in its own size."""
    return sum(map(_char_width, text)) * (1.06 if bold else 1.0)


def _char_width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char) == "So":
        return 1.3
    if char in "ijlI.,:;'’|!· ()[]/ftr-":
        return 0.34
    if char in "mwMW@—–…●◕◑◔○":
        return 0.88
    return 0.68 if char.isupper() else 0.57


def broken(message: str) -> list[list[Run]]:
    """A message's markup as lines that fit the bubble."""
    reader = _Runs()
    reader.feed(message)
    reader.close()
    room = (WIDTH - 2 * MARGIN - 2 * PADDING) * SPARE / SIZE
    lines: list[list[Run]] = [[]]
    left = room
    for run in reader.runs:
        for piece in re.findall(r"\n|[^\S\n]+|[^\s]+", run.text):
            if piece == "\n":
                lines.append([])
                left = room
                continue
            size = width(piece, bold=run.bold)
            if size > left and lines[-1]:
                lines.append([])
                left = room
                piece = piece.lstrip()
            if piece:
                lines[-1].append(replace(run, text=piece))
                left -= size
    return lines


def bubble(message: Message, *, time: str, note: str = "") -> str:
    """An SVG of one message.

    Args:
        time: what the phone shows beneath it.
        note: beside the time ("edited").
    """
    lines = broken(message.html)
    top = MARGIN
    height = 2 * PADDING + LINE * len(lines) + 14
    body = [
        f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{height:g}" rx="14" fill="{PAPER}"/>'
    ]
    at = top + PADDING + SIZE
    for line in lines:
        body.append(f'<text x="{MARGIN + PADDING}" y="{at:g}">{"".join(_spans(line))}</text>')
        at += LINE
    stamp = f"{note} {time}".strip()
    right = WIDTH - MARGIN - PADDING
    body.append(
        f'<text x="{right}" y="{top + height - 10:g}" class="t" text-anchor="end">{html.escape(stamp)}</text>'
    )
    under = top + height + 6
    for row in message.buttons:
        body += _buttons(row, under)
        under += 40
    total = under + MARGIN - 4
    title = html.escape(" ".join("".join(run.text for run in line) for line in lines), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{total:g}" viewBox="0 0 {WIDTH} {total:g}"'
        f' role="img" aria-label="{title}" font-family="{FONT}" font-size="{SIZE:g}" fill="{INK}">\n'
        f"<style>.b{{font-weight:600}}.i{{font-style:italic}}.a{{fill:{LINK}}}.t{{font-size:12px;fill:{QUIET}}}"
        f".k{{font-size:14px;fill:#fff;font-weight:500}}</style>\n"
        f'<rect width="{WIDTH}" height="{total:g}" rx="10" fill="{WALL}"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _spans(line: list[Run]) -> Iterator[str]:
    """Neighbours of one style as one span."""
    merged: list[Run] = []
    for run in line:
        if merged and replace(merged[-1], text="") == replace(run, text=""):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    for run in merged:
        classes = [name for name, on in (("b", run.bold), ("i", run.italic), ("a", run.link)) if on]
        text = html.escape(run.text, quote=False)
        kind = f' class="{" ".join(classes)}"' if classes else ""
        yield f'<tspan xml:space="preserve"{kind}>{text}</tspan>'


def _buttons(row: tuple[tuple[str, str], ...], top: float) -> Iterator[str]:
    gap = 6
    each = (WIDTH - 2 * MARGIN - gap * (len(row) - 1)) / len(row)
    for number, (label, _) in enumerate(row):
        left = MARGIN + number * (each + gap)
        yield f'<rect x="{left:g}" y="{top:g}" width="{each:g}" height="34" rx="9" fill="{BUTTON}"/>'
        yield (
            f'<text x="{left + each / 2:g}" y="{top + 22:g}" class="k" text-anchor="middle">{html.escape(label)}</text>'
        )
