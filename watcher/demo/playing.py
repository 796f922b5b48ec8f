"""Plays the demo: the real service over real HTTP, with outlets and a Bot API of our own on loopback.

Publishes, waits until the watcher has dealt with it, and shows what reached the chat. Never reaches into
the service: what it knows comes from the stand-ins, from the events and from the database.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.app.composing import DATABASE_NAME, compose
from watcher.core.model import DeliveryState
from watcher.demo.closing import close
from watcher.demo.script import ACTS, BACKLOG, OUTLETS
from watcher.demo.stage import Stage, link_of
from watcher.store.reading import ReadStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from watcher.demo.botapi import Sent
    from watcher.demo.screen import Screen
    from watcher.demo.script import Piece
    from watcher.protocols import Event
    from watcher.service import Service

LOOK_S = 0.05  # between two looks at the chat and the database
ACT_S = 30.0  # an act that takes longer has failed (they take 2 to 4 s on an idle machine)
WAITING = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)
FIRST_RUN_COUNT = 1  # the message that ends the first run


class DemoFailed(Exception):
    """The play did not come to its end; the text says where."""


@dataclass(slots=True)
class Tally:
    """An observer that counts."""

    polls: int = 0
    unchanged: int = 0
    stopping: bool = False
    faults: list[str] = field(default_factory=list)

    def observe(self, event: Event) -> None:
        """Take note of polls, faults and the end."""
        if event.name == "poll":
            self.polls += 1
            self.unchanged += event.facts.get("status") == 304  # HTTP: not modified
        elif event.name == "stop":
            self.stopping = True
        elif event.name in {"fault", "store_unavailable", "worker_killed", "nothing_reachable"}:
            self.faults.append(f"{event.name}: {event.facts.get('error', '')}")


class Chat:
    """The reader's side: draws every message and edit as it arrives."""

    def __init__(self, stage: Stage, screen: Screen, started: float) -> None:
        self._api, self._screen, self._started = stage.api, screen, started
        self._shown: dict[int, int] = {}  # message id -> versions drawn

    @property
    def messages(self) -> list[Sent]:
        """All messages, as they stand now."""
        return self._api.sent

    def look(self) -> None:
        """Draw what is new."""
        for sent in self._api.sent:
            versions = (*sent.edits, sent)
            for number in range(self._shown.get(sent.message_id, 0), len(versions)):
                self._screen.message(version(sent, number), time.monotonic() - self._started)
            self._shown[sent.message_id] = len(versions)


def version(sent: Sent, number: int) -> Sent:
    """A message as it stood after so many edits."""
    if number == len(sent.edits):
        return sent
    return replace(sent.edits[number], edits=sent.edits[:number])


async def play(screen: Screen, spare: Path | None = None) -> bool:
    """Play the demo from the first poll to the table.

    Args:
        screen: to draw on.
        spare: see Stage.

    Returns:
        True when it came to its end; False when it was interrupted (Ctrl-C, SIGTERM).

    Raises:
        DemoFailed: the watcher did not do its part in time.
        WatcherError: it could not start.
        NowhereToWrite: see Stage.
    """
    started = time.monotonic()
    with Stage(spare) as stage:
        stage.publish(BACKLOG)
        loaded, tally = stage.load(), Tally()
        async with compose(loaded, reload=stage.load, state_dir=stage.state_dir, observer=tally) as service:
            return await _watched(service, tally, _acts(stage, screen, tally, started))


async def _watched(service: Service, tally: Tally, acts: asyncio.Task[None]) -> bool:
    """Run the service until the acts are over, or until it ends by itself (it was interrupted)."""
    watching = asyncio.create_task(service.run())
    try:
        await asyncio.wait({watching, acts}, return_when=asyncio.FIRST_COMPLETED)
        finished = acts.done()
        if finished:
            acts.result()
        return finished
    finally:
        acts.cancel()
        await asyncio.gather(acts, return_exceptions=True)
        if not watching.done() and not tally.stopping:
            service.stop()
        await watching


def _acts(stage: Stage, screen: Screen, tally: Tally, started: float) -> asyncio.Task[None]:
    return asyncio.create_task(_play_acts(stage, screen, tally, started))


async def _play_acts(stage: Stage, screen: Screen, tally: Tally, started: float) -> None:
    outlets = {outlet.id: outlet for outlet in OUTLETS}
    chat = Chat(stage, screen, started)
    with ReadStore(stage.state_dir / DATABASE_NAME) as store:
        screen.act("The first poll of a feed is silent, whatever it holds. One message says so.", 0.0)
        await _until_dealt_with(BACKLOG, store, chat, at_least=FIRST_RUN_COUNT)
        for act in ACTS:
            stage.publish(act.pieces)
            screen.act(act.caption, time.monotonic() - started)
            screen.published(act.pieces, outlets)
            await _until_dealt_with(act.pieces, store, chat)
        close(screen, store, chat.messages, tally.polls, tally.unchanged, time.monotonic() - started)
    if tally.faults:
        raise DemoFailed("something went wrong on the way: " + "; ".join(tally.faults))


async def _until_dealt_with(
    pieces: Sequence[Piece], store: ReadStore, chat: Chat, *, at_least: int = 0
) -> None:
    """Until these were read, everything that is due was sent, and the chat shows it."""
    links = {link_of(piece) for piece in pieces}
    deadline = time.monotonic() + ACT_S
    while True:
        chat.look()
        recorded = {judged.entry.url for judged in store.recent(datetime.fromtimestamp(0, UTC), limit=1000)}
        missing = links - recorded
        waiting = store.deliveries(states=WAITING)
        if not missing and not waiting and len(chat.messages) >= at_least:
            chat.look()
            return
        if time.monotonic() > deadline:
            left = [f"not read: {link}" for link in sorted(missing)]
            left += [f"not sent: {row.kind.value} {row.dedupe_key} ({row.reason})" for row in waiting]
            raise DemoFailed("this machine is too slow, or something is broken. " + "; ".join(left))
        await asyncio.sleep(LOOK_S)
