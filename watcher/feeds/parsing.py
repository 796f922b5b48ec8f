"""WorkerParser: documents are parsed in processes that can be killed.

Two lanes. In the common one a document gets a short patience; what takes longer starts again in the lane
of the slow and gets the full time there. So thirty documents that hang hold up the good ones for moments
only. Feeds that had a worker killed go to the slow lane at once.

Own processes instead of a pool: the workers of `multiprocessing` pools import the parent's main module
(here the command line) and inherit its environment (here the token).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from watcher.core.model import ParsedFeed, RawEntry
from watcher.errors import ParseError, WorkerKilled
from watcher.feeds.lanes import Busy, Died, Lane, Overdue

KILLED_AFTER_S = 10.0
PATIENCE_S = 2.0
"""In the common lane. 100 entries with full text (600 kB) take 0.06–0.4 s of CPU, so this is reached by
the very large, by the hostile, and on an overloaded machine; all of them may go on in the slow lane."""
MAX_COMMON_WORKERS = 4
MAX_WAITING = 1_000
MAX_WAITING_SLOW = 32  # ten seconds each at worst: who comes later is better told to come again
MAX_WAITING_BYTES = 32 * 1024 * 1024  # in each lane; bodies in memory are what hostile feeds can make us hold
SLOW_NICENESS = 10  # documents that hang use up their ten seconds: not at the cost of polls and commands
REMEMBERED_SLOW = 1_000  # URLs that have needed the slow lane


class WorkerParser:
    """The Parser over worker processes, started when first needed.

    Args:
        workers: processes of the common lane; None = one per core, at most 4.
        slow_workers: processes of the lane for slow and isolated documents.
        killed_after_s: the longest a document may take.
        patience_s: the longest it may take in the common lane.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        slow_workers: int = 1,
        killed_after_s: float = KILLED_AFTER_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        count = workers if workers is not None else min(MAX_COMMON_WORKERS, os.cpu_count() or 1)
        self._common = Lane(
            count, alarm_s=killed_after_s + 5, waiting=MAX_WAITING, waiting_bytes=MAX_WAITING_BYTES
        )
        self._slow = Lane(
            slow_workers,
            alarm_s=killed_after_s + 5,
            waiting=MAX_WAITING_SLOW,
            waiting_bytes=MAX_WAITING_BYTES,
            niceness=SLOW_NICENESS,
        )
        self._killed_after_s = killed_after_s
        self._patience_s = min(patience_s, killed_after_s)
        self._slow_urls: dict[str, None] = {}

    async def parse(
        self, body: bytes, *, url: str, content_type: str = "", isolated: bool = False
    ) -> ParsedFeed:
        """Parse a document; see protocols.Parser.

        Raises:
            WorkerKilled: time or memory limit exceeded; later calls work again.
            ParseError: not a feed.
        """
        try:
            return _feed(await self._run(body, url, content_type, isolated=isolated))
        except Busy:
            raise ParseError(
                "too many large or slow documents wait to be parsed; this one was put off"
            ) from None

    async def _run(self, body: bytes, url: str, content_type: str, *, isolated: bool) -> dict[str, Any]:
        if not isolated and url not in self._slow_urls:
            try:
                return await self._common.run(body, content_type, self._patience_s)
            except (Overdue, Died):
                self._remember_slow(url)
        try:
            answer = await self._slow.run(body, content_type, self._killed_after_s)
        except Overdue:
            raise WorkerKilled(f"the document took longer than {self._killed_after_s:g} s to parse") from None
        except Died as error:
            raise WorkerKilled(str(error)) from None
        if answer["seconds"] < self._patience_s / 2:  # it was the machine that was slow then
            self._slow_urls.pop(url, None)
        return answer

    async def aclose(self) -> None:
        """End the workers. Idempotent."""
        await self._common.aclose()
        await self._slow.aclose()

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """Process ids of the living workers, for metrics and tests."""
        return self._common.pids + self._slow.pids

    def _remember_slow(self, url: str) -> None:
        self._slow_urls[url] = None
        if len(self._slow_urls) > REMEMBERED_SLOW:
            del self._slow_urls[next(iter(self._slow_urls))]


def _feed(answer: dict[str, Any]) -> ParsedFeed:
    """The worker's answer as records."""
    if "document" not in answer:
        raise ParseError(str(answer.get("not_a_feed", "the parsing worker gave no answer")))
    fields = answer["document"]
    return ParsedFeed(
        **{
            **fields,
            "entries": tuple(_entry(*values) for values in fields["entries"]),
            "skip_hours": tuple(fields["skip_hours"]),
            "skip_days": tuple(fields["skip_days"]),
        }
    )


def _entry(
    guid: str | None,
    link: str | None,
    title: str,
    summary: str,
    published_at: float | None,
    outlet: str | None,
    language: str | None,
) -> RawEntry:
    return RawEntry(
        guid=guid,
        link=link,
        title=title,
        summary=summary,
        published_at=None if published_at is None else datetime.fromtimestamp(published_at, UTC),
        outlet=outlet,
        language=language,
    )
