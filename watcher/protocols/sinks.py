"""Ways to deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from watcher.core.model import (
        Message,
        Receipt,
        Target,
    )


class Sink(Protocol):
    """One way to deliver."""

    async def send(self, target: Target, message: Message) -> Receipt:
        """Send once; no retry inside.

        Raises:
            SendError: with the fault that says what follows.
        """
        ...

    async def edit(self, target: Target, receipt: str, message: Message) -> None:
        """Replace a sent message's text. "Not modified" is success.

        Raises:
            SendError: as for send; MESSAGE_GONE when there is nothing to edit any more.
        """
        ...

    async def shared(self, target: Target) -> bool:
        """Whether several people read and write there: a group, not a person's own chat and not a
        channel. May ask the service, once for each chat; False while nobody can tell. Never raises."""
        ...

    async def verify(self) -> None:
        """Ask the service once whether it knows us; a sink without a service returns at once.

        Raises:
            SendError: TOKEN_REFUSED when it does not; else as for send.
        """
        ...

    async def aclose(self) -> None:
        """Close connections. Idempotent."""
        ...
