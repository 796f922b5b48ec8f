"""How the demo ends: what was not alerted and why, as the database has it, and what to try next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.core.model import Fate
from watcher.demo.script import ACTS
from watcher.demo.stage import link_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.model import JudgedEntry
    from watcher.demo.botapi import Sent
    from watcher.demo.screen import Screen
    from watcher.store.reading import ReadStore

TRAPS = {link_of(piece): piece.trap for act in ACTS for piece in act.pieces if piece.trap}
NEXT = (
    ('watcher explain "Wagner leaves Mali"', "why a headline is on topic, word by word"),
    ("watcher run", "the real feeds; alerts in this terminal until a token is set"),
    ("watcher init my-watch", "a commented configuration: feeds, topics, chats"),
    ("watcher telegram whoami", "after BotFather gave you a token: your chat's id"),
)


def close(
    screen: Screen, store: ReadStore, messages: Sequence[Sent], polls: int, unchanged: int, elapsed_s: float
) -> None:
    """Draw the end.

    Args:
        screen: to draw on.
        store: the demo's database.
        messages: in the chat, as they stand now.
        polls: so many were made.
        unchanged: so many of them were answered with 304.
        elapsed_s: since the beginning.
    """
    judged = store.recent(datetime.fromtimestamp(0, UTC), limit=1000)
    silent = [one for one in judged if one.entry.url in TRAPS and _untold(one)]
    silent.sort(key=lambda one: list(TRAPS).index(one.entry.url))
    screen.gap()
    screen.table(
        "What was not alerted, and why",
        ("headline", "the trap", "recorded as"),
        [(one.entry.title, TRAPS[one.entry.url], recorded(one)) for one in silent],
    )
    fates = Counter(one.fate for one in judged)
    edits = sum(len(sent.edits) for sent in messages)
    pushes = sum(not sent.silent for sent in messages)
    joined = fates[Fate.SAME_STORY] + fates[Fate.NEAR_DUPLICATE]
    screen.gap()
    screen.say(
        f'{len(judged)} entries in {elapsed_s:.0f} s and {polls} polls ({unchanged} answered "not modified"): '
        f"{fates[Fate.NEW_STORY]} new stories, {pushes} pushes; {joined} more reports of them, {edits} silent edits; "
        f"{fates[Fate.BACKLOG]} on topic before the start, in the first message only."
    )
    screen.say(
        "Real: polling, parsing, matching, grouping, the database, the outbox, the Telegram sender. "
        "Made up: the outlets, the news, and the Bot API on 127.0.0.1 in place of Telegram's."
    )
    screen.gap()
    screen.table("Try next", ("command", "what it shows"), NEXT)


def recorded(one: JudgedEntry) -> str:
    """The fate of an entry and its reason, with the pattern that met though it was not enough."""
    best = max(one.matches, key=lambda match: match.score, default=None)
    met = ""
    if best is not None and best.evidence:
        words = dict.fromkeys(mention.words for mention in best.evidence[0].mentions)
        met = f" (met: {', '.join(words)})"
    return f"{one.fate.value}: {one.reason}{met}"


def _untold(one: JudgedEntry) -> bool:
    return one.fate in {Fate.OFF_TOPIC, Fate.BELOW}
