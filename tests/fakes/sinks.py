"""A Sink that keeps what it gets and fails as told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.model import Receipt
from watcher.errors import SendError, SendFault

if TYPE_CHECKING:
    from watcher.core.model import Message, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message the fake accepted, as it stands now."""

    receipt: str
    target_id: str
    chat_id: str | None
    thread_id: int | None
    message: Message
    edited: bool = False


@dataclass
class FakeSink:
    """protocols.Sink in a list. `failures` are raised one per call, first those of a target, then those
    under ""; a failure with `arrives` takes the message and fails all the same."""

    taken: list[Taken] = field(default_factory=list)
    failures: dict[str, list[SendError]] = field(default_factory=dict)
    arrives: bool = False
    attempts: list[str] = field(default_factory=list)  # target ids, one per call
    held: dict[str, asyncio.Event] = field(default_factory=dict)  # target id -> sends wait for it
    closed: bool = False

    def fail(self, fault: SendFault, *, target: str = "", count: int = 1, **more: object) -> None:
        """Order failures."""
        error = SendError(f"ordered: {fault}", fault=fault, **more)  # type: ignore[arg-type]
        self.failures.setdefault(target, []).extend([error] * count)

    @property
    def texts(self) -> list[str]:
        """What arrived, oldest first."""
        return [taken.message.html or taken.message.plain for taken in self.taken]

    async def send(self, target: Target, message: Message) -> Receipt:
        await self._meet(target)
        receipt = str(len(self.taken) + 1)
        failure = self._failure(target)
        if failure is None or self.arrives:
            self.taken.append(
                Taken(
                    receipt=receipt,
                    target_id=target.id,
                    chat_id=target.chat_id,
                    thread_id=target.thread_id,
                    message=message,
                )
            )
        if failure is not None:
            raise failure
        return Receipt(message_id=receipt)

    async def edit(self, target: Target, receipt: str, message: Message) -> None:
        await self._meet(target)
        failure = self._failure(target)
        if failure is not None:
            raise failure
        if not any(taken.receipt == receipt for taken in self.taken):
            raise SendError("message to edit not found", fault=SendFault.MESSAGE_GONE)
        self.taken.append(
            Taken(
                receipt=receipt,
                target_id=target.id,
                chat_id=target.chat_id,
                thread_id=target.thread_id,
                message=message,
                edited=True,
            )
        )

    async def shared(self, target: Target) -> bool:
        return target.group

    async def verify(self) -> None:
        failure = self._failure(None)
        if failure is not None:
            raise failure

    async def aclose(self) -> None:
        self.closed = True

    async def _meet(self, target: Target) -> None:
        self.attempts.append(target.id)
        await asyncio.sleep(0)
        if target.id in self.held:
            await self.held[target.id].wait()

    def _failure(self, target: Target | None) -> SendError | None:
        for key in (target.id, "") if target else ("verify",):
            if self.failures.get(key):
                return self.failures[key].pop(0)
        return None
