"""From an address to a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from watcher.core.model import (
        Fetched,
        FetchRequest,
        NotModified,
        ParsedFeed,
    )


class Fetcher(Protocol):
    """The one gate to the network for everything that is fetched."""

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        """Fetch one URL, conditionally when the request holds validators.

        Returns:
            A complete, decompressed body within the limit, or NotModified.

        Raises:
            FetchError: anything else, with status, retry_after_s and permanent set.
            AddressRefused: the guard refused the URL, an address or a redirect.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection. Idempotent."""
        ...


class Parser(Protocol):
    """Turns bytes into a feed, away from the event loop."""

    async def parse(
        self, body: bytes, *, url: str, content_type: str = "", isolated: bool = False
    ) -> ParsedFeed:
        """Parse a document.

        Args:
            body: decompressed bytes.
            url: where it came from, for relative links.
            content_type: as the server claimed it.
            isolated: parse in the lane for feeds that had a worker killed.

        Raises:
            WorkerKilled: time or memory limit exceeded; later calls work again.
            ParseError: not a feed.
        """
        ...

    async def aclose(self) -> None:
        """End the workers. Idempotent."""
        ...
