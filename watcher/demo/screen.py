"""Draws the demo: what is published, the chat as a phone would show it, the table at the end.

Bubbles on a terminal; when piped, the same text between two rules. Draws what it is given, asks nobody.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, OverflowMethod, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.demo.botapi import Sent
    from watcher.demo.script import Outlet, Piece

WIDTH = 96  # of everything but bubbles
BUBBLE_WIDTH = 76  # a phone's line is shorter, a terminal's longer
INDENT = 4  # of bubbles, on a terminal
JOINER = "\u2060"  # keeps Telegram from linking; a terminal would show a gap
STYLES = {"bold": "bold", "italic": "italic", "text_link": "underline cyan"}


class Screen:
    """A text stream to draw on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = Console(file=stream, highlight=False)
        if not self._console.is_terminal:
            self._console.width = WIDTH
        self._width = min(self._console.width, WIDTH)

    def say(self, text: str) -> None:
        """One paragraph of the narrator; rich markup is understood."""
        self._print(text, self._width)

    def gap(self) -> None:
        """An empty line."""
        self._print("", self._width)

    def act(self, caption: str, elapsed_s: float) -> None:
        """The headline of an act."""
        self.gap()
        self._print(f"[dim]{elapsed_s:4.1f} s[/]  [bold]{escape(caption)}[/]", self._width)

    def published(self, pieces: Sequence[Piece], outlets: dict[str, Outlet]) -> None:
        """What the outlets put into their feeds now, one line each."""
        longest = max(len(outlets[piece.outlet_id].name) for piece in pieces)
        for piece in pieces:
            outlet = outlets[piece.outlet_id]
            text = f"        {outlet.name:<{longest}}  {outlet.language}  {piece.title}"
            self._print(Text(text, "dim"), self._width, one_line=True)

    def message(self, sent: Sent, elapsed_s: float) -> None:
        """A message that arrived, or one that was edited, as it stands now."""
        parts = [f"message {sent.message_id}", f"{elapsed_s:.1f} s"]
        parts += ["edited"] if sent.edits else []
        parts += [f"in reply to message {sent.reply_to}"] if sent.reply_to else []
        parts += ["no sound"] if sent.silent or sent.edits else []
        self._bubble(" · ".join(parts), styled(sent))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table without frames."""
        table = Table(
            *columns, title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0)
        )
        for row in rows:
            table.add_row(*map(escape, row))
        self._print(table, self._width)

    def _bubble(self, title: str, body: Text) -> None:
        self.gap()
        if self._console.is_terminal:
            width = min(BUBBLE_WIDTH, self._width - INDENT)
            panel = Panel(body, title=title, title_align="left", border_style="blue", width=width)
            self._print(Padding(panel, (0, 0, 0, INDENT)), self._width)
            return
        width = min(BUBBLE_WIDTH, self._width)
        self._print(Text(f"╭─ {title} ".ljust(width, "─")), width)
        self._print(body, width)
        self._print(Text("╰" + "─" * (width - 1)), width)

    def _print(self, drawing: RenderableType, width: int, *, one_line: bool = False) -> None:
        """At once, so that a pipe shows it as it happens, and without blanks at the ends of lines."""
        fit: OverflowMethod | None = "ellipsis" if one_line else None
        if self._console.is_terminal:
            self._console.print(drawing, width=width, no_wrap=one_line, overflow=fit)
            return
        with self._console.capture() as drawn:
            self._console.print(drawing, width=width, no_wrap=one_line, overflow=fit)
        lines = drawn.get().splitlines()
        self._stream.write("".join(f"{line.rstrip()}\n" for line in lines))
        self._stream.flush()


def styled(sent: Sent) -> Text:
    """A message's text with the styles the service parsed from its markup; new lines of an edit stand out."""
    before = set(sent.edits[-1].text.splitlines()) if sent.edits else None
    units = sent.text.encode("utf-16-le")
    spans = [(2 * e.offset, 2 * (e.offset + e.length), e) for e in sent.entities]
    borders = sorted({0, len(units), *(at for start, end, _ in spans for at in (start, end))})
    out = Text()
    for start, end in pairwise(borders):
        inside = [entity for first, last, entity in spans if first <= start and end <= last]
        style = Style(link=next((entity.url for entity in inside if entity.url), None))
        for entity in inside:
            style += Style.parse(STYLES.get(entity.kind, "none"))
        out.append(units[start:end].decode("utf-16-le"), style)
    lines = out.split("\n", allow_blank=True)
    for line in lines:
        if before is not None and line.plain not in before:
            line.stylize("green")
    joined = Text("\n").join(lines)
    return Text("").join(part for part in joined.split(JOINER)) if JOINER in joined.plain else joined
