"""Draws messages on the terminal as they will look in Telegram; plain lines when piped.

May not interpret feed content: only our own markup is styled, everything else is shown as text.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING, TextIO

from watcher.core.model import Receipt

if TYPE_CHECKING:
    from watcher.core.model import Message, Target

JOINER = "\u2060"  # keeps Telegram from linking; a terminal would show a gap
WIDTH = 72  # a phone's bubble, roughly


class ConsoleSink:
    """Sink over a text stream.

    Args:
        stream: where to draw; None = standard output at the time of drawing.
        colour: True or False to insist; None = as the stream is a terminal.
    """

    def __init__(self, stream: TextIO | None = None, *, colour: bool | None = None) -> None:
        self._stream = stream
        self._colour = colour
        self._numbers = count(1)

    async def send(self, target: Target, message: Message) -> Receipt:
        """Draw a message."""
        number = str(next(self._numbers))
        notes = [f"to {target.id}"]
        notes += [f"in reply to #{message.reply_to}"] if message.reply_to else []
        notes += ["silent"] if message.silent else []
        self._draw(f"#{number} {' · '.join(notes)}", message)
        return Receipt(message_id=number)

    async def edit(self, target: Target, receipt: str, message: Message) -> None:
        """Draw a message again as it stands after an edit."""
        self._draw(f"#{receipt} to {target.id} · edited", message)

    async def shared(self, target: Target) -> bool:
        """A terminal has no buttons to press."""
        return False

    async def verify(self) -> None:
        """A terminal knows everybody."""

    async def aclose(self) -> None:
        """Nothing to close."""

    def _draw(self, title: str, message: Message) -> None:
        stream = self._stream or sys.stdout
        if self._colour if self._colour is not None else stream.isatty():
            _draw_panel(stream, title, message)
            return
        text = _Reader(message.html).text if message.html else message.plain
        body = "\n".join(f"  {line}" for line in text.splitlines())
        stream.write(f"── {title}\n{body}\n\n".replace(JOINER, ""))
        stream.flush()


class _Reader(HTMLParser):
    """Our own markup as text (links in brackets) and as styled pieces."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str, str]] = []  # text, styles, address
        self._open: list[tuple[str, str]] = []
        self._text: list[str] = []
        self.feed(markup)
        self.close()

    @property
    def text(self) -> str:
        """Without styles, addresses in brackets."""
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        _, address = self._open.pop()
        if address:
            self._text.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        styles = {"b": "bold", "i": "italic", "a": "cyan underline"}
        style = " ".join(styles.get(tag, "") for tag, _ in self._open).strip()
        address = next((address for _, address in self._open if address), "")
        self.pieces.append((data.replace(JOINER, ""), style, address))


def _draw_panel(stream: TextIO, title: str, message: Message) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.style import Style
    from rich.text import Text

    body = Text()
    pieces = _Reader(message.html).pieces if message.html else [(message.plain.replace(JOINER, ""), "", "")]
    for text, style, address in pieces:
        body.append(text, Style.parse(style or "none") + Style(link=address or None))
    for row in message.buttons:
        body.append("\n" + "  ".join(f"[ {label} ]" for label, _ in row), "dim")
    console = Console(file=stream, force_terminal=True, width=WIDTH)
    console.print(Panel(body, title=title, title_align="left", border_style="dim", width=WIDTH))
