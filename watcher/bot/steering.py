"""`/pause`, `/resume`, `/reload` and `/checkfeed`: for admins. Changes go through Control; idempotent (B3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.bot.paging import paged
from watcher.bot.wording import answer, counted, foreign, ours
from watcher.core.model import FeedConfig
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import Styled, own, value

if TYPE_CHECKING:
    from watcher.bot.records import Pages, Question, Sources

NOTHING_CHANGED = "nothing changed"  # what Control answers to a reload that found nothing new


async def pause(question: Question, sources: Sources) -> Pages:
    """Read no feeds until `resume`."""
    return await _asked("pause", "paused", question, sources)


async def resume(question: Question, sources: Sources) -> Pages:
    """Read feeds again."""
    return await _asked("resume", "resumed", question, sources)


async def _asked(action: str, key: str, question: Question, sources: Sources) -> Pages:
    done = await sources.control.request(action, {})
    return answer(question.texts, key) if done.ok else answer(question.texts, "refused", reason=done.text)


async def reload(question: Question, sources: Sources) -> Pages:
    """Read the configuration again: what changed, or what is wrong with it."""
    done = await sources.control.request("reload", {})
    if done.ok and done.text == NOTHING_CHANGED:
        return answer(question.texts, "reloaded nothing")
    title = ours(question.texts, "reloaded" if done.ok else "reload failed", bold=True)
    return paged(title, [own("• ") + foreign(line) for line in done.text.splitlines() if line.strip()])


async def checkfeed(question: Question, sources: Sources) -> Pages:
    """Read a configured feed now, by its outlet or id, or look at any feed by its address."""
    words = question.said.words
    wanted = words.casefold()
    configured = [
        feed
        for feed in sources.runtime().feeds.values()
        if wanted and wanted in (feed.id.casefold(), feed.outlet.casefold(), feed.url.casefold())
    ]
    if configured:
        return paged(Styled(), [await _read_now(feed, question, sources) for feed in configured])
    if not wanted.startswith(("http://", "https://")):
        return answer(question.texts, "checkfeed how")
    return await _looked_at(words, question, sources)


async def _read_now(feed: FeedConfig, question: Question, sources: Sources) -> Styled:
    done = await sources.control.request("poll", {"feed": feed.id})
    if done.ok:
        return own("✓ ") + ours(question.texts, "checkfeed well", outlet=feed.outlet)
    error = done.text.removeprefix(f"{feed.id}: ")
    return own("⚠ ") + ours(question.texts, "checkfeed failed", outlet=feed.outlet, error=error)


async def _looked_at(url: str, question: Question, sources: Sources) -> Pages:
    texts = question.texts
    found = await sources.look_at(FeedConfig(id="checked", url=url, outlet=""))
    if found.error is not None:
        return paged(own("⚠ ") + ours(texts, "checkfeed no feed", error=found.error), [])
    newest = moment(found.newest_at, question.target, texts) if found.newest_at else ""
    rows = [
        counted(texts, "checkfeed entries", found.entry_count),
        ours(texts, "checkfeed newest", at=newest) if newest else Styled(),
        counted(texts, "checkfeed on topic", found.on_topic_count) if found.entry_count else Styled(),
        *(own("• ") + value(title, limit=160) for title in found.examples),
    ]
    title = own("✓ ", bold=True) + (
        value(found.title, limit=100, bold=True) or own(texts.answers["checkfeed a feed"])
    )
    return paged(title, [row for row in rows if row])
