"""One page that tells the whole story of one poll, in the order it happens.

Fetching and parsing run in parallel; deciding and committing run in series, because two feeds that
bring one story at the same moment must not both open it. Nothing is decided here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding import Decision, PollInput, body_hash, decide, identify, polled_url
from watcher.core.model import Counts, Failure, Fetched, FetchRequest, NotModified
from watcher.errors import FetchError, ParseError, WorkerKilled
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watcher.core.deciding import Identified, Runtime
    from watcher.core.grouping import StoryIndex
    from watcher.core.model import FeedConfig, FeedState, Mute, ParsedFeed, PollPlan
    from watcher.protocols import Clock, Fetcher, Observer, Parser, Store

GROUP_COUNT = 50  # polls that changed only their feed's state are committed together, so many at most
NO_COUNTS = Counts(alerts_by_topic={}, alerts_by_target={})


class Poller:
    """Polls feeds and commits what each poll changes.

    Attributes:
        stories: the index of open stories; replaced after each commit that changes it.
        in_flight: ids of feeds whose poll has not been committed yet.
        series: held from reading what is known to the commit; whoever swaps the stories takes it.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        clock: Clock,
        observer: Observer,
        runtime: Callable[[], Runtime],
        stories: StoryIndex,
        jitter: Callable[[], float],
        on_queued: Callable[[], None],
    ) -> None:
        """Take the parts; start nothing.

        Args:
            runtime: the configuration in force, asked at every use.
            jitter: draws 0–1.
            on_queued: called after a commit that queued deliveries.
        """
        self.stories = stories
        self.in_flight: set[str] = set()
        self._store, self._fetcher, self._parser = store, fetcher, parser
        self._clock, self._observer = clock, observer
        self._runtime, self._jitter, self._on_queued = runtime, jitter, on_queued
        self.series = asyncio.Lock()
        self._grouped: list[PollPlan] = []  # state-only plans that wait for their group's commit

    async def poll(self, feed: FeedConfig, state: FeedState) -> PollPlan:
        """Poll one feed from request to commit; returns the plan. A failure of the feed is an outcome.

        Raises:
            StoreError: nothing of this poll was kept; the feed is due as before.
        """
        self.in_flight.add(feed.id)
        started = self._clock.monotonic()
        try:
            result = await self._fetch(feed, state)
            result, parsed = await self._parse(state, result)
            async with self.series:
                identified = identify(parsed, _base_url(result, feed)) if parsed else ()
                decision = await self._decide(feed, state, result, parsed, identified)
                await self._commit(decision)
        except BaseException:
            self.in_flight.discard(feed.id)
            raise
        self._report(feed, decision.plan, self._clock.monotonic() - started)
        return decision.plan

    async def flush(self) -> None:
        """Commit the group of state-only plans; called at every tick."""
        async with self.series:
            await self._flush()

    async def _fetch(self, feed: FeedConfig, state: FeedState) -> Fetched | NotModified | Failure:
        request = FetchRequest(
            feed_id=feed.id,
            url=polled_url(feed, state),
            home=feed.url,
            etag=state.etag,
            last_modified=state.last_modified,
            headers=feed.headers,
            username=feed.username,
            password=feed.password,
            proxy=feed.proxy,
        )
        try:
            return await self._fetcher.fetch(request)
        except FetchError as error:
            return Failure(
                message=str(error),
                status=error.status,
                retry_after_s=error.retry_after_s,
                permanent=error.permanent,
            )

    async def _parse(
        self, state: FeedState, result: Fetched | NotModified | Failure
    ) -> tuple[Fetched | NotModified | Failure, ParsedFeed | None]:
        if not isinstance(result, Fetched) or body_hash(result.body) == state.body_hash:
            return result, None
        try:
            parsed = await self._parser.parse(
                result.body, url=result.url, content_type=result.content_type, isolated=state.isolated
            )
        except ParseError as error:
            killed = isinstance(error, WorkerKilled)
            if killed:
                facts = {"feed": state.feed_id, "error": str(error)}
                self._observer.observe(Event(name="worker_killed", facts=facts))
            failure = Failure(message=str(error), status=result.status, unreadable=True, worker_killed=killed)
            return failure, None
        return result, parsed

    async def _decide(
        self,
        feed: FeedConfig,
        state: FeedState,
        result: Fetched | NotModified | Failure,
        parsed: ParsedFeed | None,
        identified: tuple[Identified, ...],
    ) -> Decision:
        now = self._clock.now()
        seen: dict[bytes, datetime] = {}
        mutes: tuple[Mute, ...] = ()
        counts = NO_COUNTS
        if identified:
            seen = await self._store.seen(feed.id, [key for one in identified for key in one.keys])
            mutes = tuple(await self._store.mutes(now))
            counts = await self._store.counts(now - timedelta(hours=1), now)
        return decide(
            PollInput(
                feed=feed,
                state=state,
                now=now,
                result=result,
                parsed=parsed,
                identified=identified,
                seen=seen,
                runtime=self._runtime(),
                stories=self.stories,
                mutes=mutes,
                counts=counts,
                jitter=self._jitter(),
            )
        )

    async def _commit(self, decision: Decision) -> None:
        """In one transaction, or not at all (the invariant); state-only plans wait for company."""
        self._grouped.append(decision.plan)
        if decision.plan.touches_only_state and len(self._grouped) < GROUP_COUNT:
            return
        await self._flush()
        self.stories = decision.stories
        if decision.plan.deliveries:
            self._on_queued()

    async def _flush(self) -> None:
        plans, self._grouped = self._grouped, []
        if not plans:
            return
        try:
            await self._store.commit_polls(plans)
        finally:
            self.in_flight.difference_update(plan.feed_id for plan in plans)

    def _report(self, feed: FeedConfig, plan: PollPlan, duration_s: float) -> None:
        """The canonical line of a poll: always the same keys."""
        state = plan.state
        facts = {
            "feed": feed.id,
            "outcome": plan.outcome.value,
            "status": state.last_status,
            "entries": len(plan.entries),
            "skipped": plan.skipped_count,
            "matched": sum(any(m.on_topic for m in judged.matches) for judged in plan.entries),
            "matched_topics": dict(
                Counter(m.profile_id for judged in plan.entries for m in judged.matches if m.on_topic)
            ),
            "opened": sum(change.opened for change in plan.stories),
            "merged": sum(len(change.entry_ids) - change.opened for change in plan.stories),
            "alerts": len(plan.alerts),
            "alerted_topics": dict(Counter(topic for alert in plan.alerts for topic in alert.topics)),
            "deliveries": len(plan.deliveries),
            "duration_s": round(duration_s, 3),
            "next_poll_at": state.next_poll_at.isoformat() if state.next_poll_at else None,
            "next_poll_reason": state.next_poll_reason,
            "error": state.last_error,
        }
        self._observer.observe(Event(name="poll", facts=facts))


def _base_url(result: Fetched | NotModified | Failure, feed: FeedConfig) -> str:
    return feed.url if isinstance(result, Failure) else result.url
