"""`/status` and `/feeds`: how the watcher does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.bot.paging import paged
from watcher.bot.wording import counted, ours
from watcher.core.model import DeliveryState
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import Styled, own, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.bot.records import Pages, Question, Sources
    from watcher.core.model import FeedState

DAY = timedelta(days=1)
OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)
PAUSED_KEY = "paused_since"  # the fact that a pause leaves
NAMED = 5  # feeds in trouble that a status names
FEEDS_ON_A_PAGE = 20


async def status(question: Question, sources: Sources) -> Pages:
    """What is watched, what waits, what is wrong."""
    store, texts, now = sources.store, question.texts, sources.clock.now()
    feeds = await store.feed_states()
    failing = _in_trouble(feeds)
    stories = await store.open_stories(now - DAY)
    waiting = await store.deliveries(states=OPEN_STATES)
    dead = await store.deliveries(states=[DeliveryState.DEAD])
    mutes = await store.mutes(now)
    paused = await store.get_value(PAUSED_KEY)
    names = _names(sources, feeds)
    shown = ", ".join(names[state.feed_id] for state in failing[:NAMED]) + (
        ", …" if len(failing) > NAMED else ""
    )
    read_at = max((state.last_poll_at for state in feeds if state.last_poll_at), default=None)
    rows = [
        ours(texts, "status paused", at=moment(datetime.fromisoformat(paused), question.target, texts))
        if paused
        else Styled(),
        counted(texts, "status feeds", len(feeds), at=moment(read_at, question.target, texts))
        if read_at
        else counted(texts, "status feeds unread", len(feeds)),
        counted(texts, "status failing", len(failing), names=shown) if failing else Styled(),
        counted(texts, "recent", len(stories)),
        counted(texts, "status waiting", len(waiting)),
        counted(texts, "status dead", len(dead)) if dead else Styled(),
        counted(texts, "status mutes", len(mutes)) if mutes else Styled(),
    ]
    well = not (failing or dead or paused)
    title = ours(texts, "status well" if well else "status title", bold=True)
    return paged(title, [row for row in rows if row])


async def feeds(question: Question, sources: Sources) -> Pages:
    """The feeds, those in trouble first."""
    states = await sources.store.feed_states()
    names = _names(sources, states)
    troubled = {state.feed_id for state in _in_trouble(states)}
    states.sort(key=lambda state: (state.feed_id not in troubled, names[state.feed_id].casefold()))
    title = counted(question.texts, "feeds", len(states), bold=True)
    rows = [_row(state, names[state.feed_id], question) for state in states]
    return paged(title, rows, size=FEEDS_ON_A_PAGE)


def _in_trouble(states: Sequence[FeedState]) -> list[FeedState]:
    return sorted((s for s in states if s.gone or s.failure_count), key=lambda s: -s.failure_count)


def _names(sources: Sources, states: Sequence[FeedState]) -> dict[str, str]:
    """What people call the feeds: the outlet's name, with the id where an outlet has several."""
    configured = sources.runtime().feeds
    outlets = Counter(feed.outlet for feed in configured.values())
    named = {
        feed_id: feed.outlet if outlets[feed.outlet] == 1 else f"{feed.outlet} ({feed_id})"
        for feed_id, feed in configured.items()
    }
    return {state.feed_id: named.get(state.feed_id, state.feed_id) for state in states}


def _row(state: FeedState, name: str, question: Question) -> Styled:
    texts = question.texts
    shown = value(name, limit=60)
    if state.gone:
        return own("✗ ") + shown + own(" – ") + ours(texts, "feed gone")
    if state.failure_count:
        since = state.failing_since or state.last_poll_at
        at = moment(since, question.target, texts) if since else "?"
        return (
            own("⚠ ") + shown + own(" – ") + ours(texts, "feed failing", at=at, error=state.last_error or "?")
        )
    if state.last_success_at is None:
        return own("… ") + shown + own(" – ") + ours(texts, "feed unread")
    return own("✓ ") + shown
