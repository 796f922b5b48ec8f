"""What the console draws."""

from __future__ import annotations

import io

from watcher.core.model import Message, Target
from watcher.sinks.console import ConsoleSink

MESSAGE = Message(
    html='<i>mark</i>\n<b>AES</b>\n<a href="https://a.example/?a=1&amp;b=2"><b>Mali &lt;x&gt; evil.\u2060com</b></a>',
    plain="Mali",
    silent=True,
    reply_to="7",
    buttons=((("Why?", "w:1"),),),
)


async def test_piped_output_is_plain_lines() -> None:
    """No escape codes, entities decoded, addresses in brackets, no invisible characters."""
    out = io.StringIO()
    await ConsoleSink(out).send(Target(id="desk"), MESSAGE)
    assert out.getvalue() == (
        "── #1 to desk · in reply to #7 · silent\n"
        "  mark\n"
        "  AES\n"
        "  Mali <x> evil.com (https://a.example/?a=1&b=2)\n\n"
    )


async def test_a_terminal_shows_a_bubble_with_a_link() -> None:
    """On a terminal the message is drawn in a frame, its link clickable; markup of rich's is text."""
    out = io.StringIO()
    await ConsoleSink(out, colour=True).send(Target(id="desk"), MESSAGE)
    drawn = out.getvalue()
    assert "#1 to desk · in reply to #7 · silent" in drawn
    assert "╭" in drawn
    assert "https://a.example/?a=1&b=2" in drawn
    assert "\x1b[" in drawn
    assert "[ Why? ]" in drawn


async def test_brackets_in_a_headline_are_no_markup() -> None:
    """A headline like "[red]x[/red]" is shown as it is."""
    for colour in (True, False):
        out = io.StringIO()
        await ConsoleSink(out, colour=colour).edit(
            Target(id="desk"), "3", Message(html="<b>[red]x[/red]</b>", plain="")
        )
        assert "[red]x[/red]" in out.getvalue()
        assert "#3 to desk · edited" in out.getvalue()
