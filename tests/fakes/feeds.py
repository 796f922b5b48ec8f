"""Fetcher and Parser without network and processes; they pass the same contract suites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.model import Fetched, NotModified, ParsedFeed
from watcher.errors import AddressRefused, FetchError, ParseError

if TYPE_CHECKING:
    from watcher.core.model import FetchRequest


@dataclass
class FakeFetcher:
    """Serves what was put there with `serve` or `fail`; `asked` holds every request in order."""

    served: dict[str, Fetched] = field(default_factory=dict)
    failing: dict[str, FetchError] = field(default_factory=dict)
    asked: list[FetchRequest] = field(default_factory=list)

    def serve(
        self,
        url: str,
        body: bytes,
        *,
        etag: bytes | None = None,
        last_modified: bytes | None = None,
        content_type: str = "application/rss+xml",
        max_age_s: float | None = None,
        permanent_url: str | None = None,
    ) -> None:
        """Answer this URL with a body from now on."""
        self.failing.pop(url, None)
        self.served[url] = Fetched(
            url=url,
            status=200,
            body=body,
            content_type=content_type,
            etag=etag,
            last_modified=last_modified,
            max_age_s=max_age_s,
            permanent_url=permanent_url,
        )

    def fail(self, url: str, error: FetchError) -> None:
        """Answer this URL with an error from now on."""
        self.failing[url] = error

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        """See protocols.Fetcher."""
        self.asked.append(request)
        if not request.url.startswith(("http://", "https://")):
            raise AddressRefused("only http and https are fetched")
        if request.url in self.failing:
            raise self.failing[request.url]
        answer = self.served.get(request.url)
        if answer is None:
            raise FetchError("404 Not Found", status=404, permanent=True)
        if request.etag is not None and request.etag == answer.etag:
            return NotModified(url=answer.url, etag=answer.etag, last_modified=answer.last_modified)
        return answer

    async def aclose(self) -> None:
        """Nothing to close."""


@dataclass
class FakeParser:
    """Answers each known body with what was taught; anything else is not a feed."""

    known: dict[bytes, ParsedFeed | ParseError] = field(default_factory=dict)
    parsed: list[tuple[bytes, bool]] = field(default_factory=list)  # body, isolated

    def teach(self, body: bytes, answer: ParsedFeed | ParseError) -> None:
        """Answer this body so from now on."""
        self.known[body] = answer

    async def parse(
        self, body: bytes, *, url: str, content_type: str = "", isolated: bool = False
    ) -> ParsedFeed:
        """See protocols.Parser."""
        self.parsed.append((body, isolated))
        answer = self.known.get(body, ParseError("it is not RSS, Atom or JSON Feed"))
        if isinstance(answer, ParseError):
            raise answer
        return answer

    async def aclose(self) -> None:
        """Nothing to close."""
