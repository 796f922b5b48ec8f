"""`/mute`, `/unmute` and `/mutes`: silence by name, for a while. Idempotent (B3)."""

from __future__ import annotations

import difflib
import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.paging import paged
from watcher.bot.topics import topic_named
from watcher.bot.wording import answer, counted, ours, until_text
from watcher.core.rendering.styled import Styled, lines, own, value

if TYPE_CHECKING:
    from watcher.bot.records import Pages, Question, Sources
    from watcher.core.model import Mute

LONGEST = timedelta(days=365)
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "j": 86400}
_SPAN = re.compile(r"(?:^|\s)(\d{1,4})\s?(m|min|h|d|j)$", re.IGNORECASE)


def span(text: str) -> tuple[str, timedelta | None]:
    """A subject and how long: "aes 8h" is aes for eight hours; None = no length was given."""
    hit = _SPAN.search(text)
    length = timedelta(seconds=int(hit[1]) * _UNITS[hit[2].lower()]) if hit else None
    if hit is None or not length:
        return text.strip(), None
    return text[: hit.start()].strip(), min(length, LONGEST)


async def mute(question: Question, sources: Sources) -> Pages:
    """Silence a topic or an outlet."""
    subject, length = span(question.said.words)
    if not subject:
        return answer(question.texts, "mute how")
    named = await _muteable(subject, sources)
    if named is None:
        return await _unknown(subject, question, sources)
    kind, name, shown = named
    args = {"kind": kind, "value": name, "by": question.said.user_name}
    until = sources.clock.now() + length if length is not None else None
    if until is not None:
        args["until"] = until.isoformat()
    done = await sources.control.request("mute", args)
    if not done.ok:
        return answer(question.texts, "refused", reason=done.text)
    text = ours(question.texts, "muted", what=shown, until=until_text(until, question.target, question.texts))
    return paged(text, [own(f"/{_undo(kind, name)}")])


async def unmute(question: Question, sources: Sources) -> Pages:
    """End a silence, named as `mutes` names it."""
    found = await sources.store.mutes(sources.clock.now())
    words = question.said.words
    named = await _muteable(words, sources) if words else None
    chosen = [
        one
        for one in found
        if words
        and (
            words.casefold() in (one.value.casefold(), _mark(one.kind, one.value))
            or (one.kind, one.value) == (named or ())[:2]
        )
    ]
    if not chosen:
        key = "not muted" if named else "unmute how"
        title = ours(question.texts, key, what=named[2] if named else words)
        return paged(title, await _rows(found, question, sources))
    for one in chosen:
        await sources.control.request("unmute", {"kind": one.kind, "value": one.value})
    return answer(question.texts, "unmuted", what=await _shown(chosen[0], sources))


async def mutes(question: Question, sources: Sources) -> Pages:
    """What is muted, until when, by whom, and the command that ends it."""
    found = await sources.store.mutes(sources.clock.now())
    title = counted(question.texts, "mutes", len(found), bold=True)
    return paged(title, await _rows(found, question, sources))


async def _rows(found: list[Mute], question: Question, sources: Sources) -> list[Styled]:
    rows = []
    for one in found:
        by = own(" · ") + value(one.by, limit=40) if one.by else Styled()
        until = own(f" – {until_text(one.until, question.target, question.texts)}")
        what = value(await _shown(one, sources), limit=100)
        rows.append(lines(own("🔕 ") + what + until + by, own(f"   /{_undo(one.kind, one.value)}")))
    return rows


async def _shown(one: Mute, sources: Sources) -> str:
    """What people call what is muted."""
    if one.kind == "topic":
        profile = sources.runtime().profiles.get(one.value)
        return profile.name if profile else one.value
    if one.kind == "story":
        story = await sources.store.story(one.value)
        return f"“{story.headline}”" if story else one.value
    return one.value


async def _muteable(words: str, sources: Sources) -> tuple[str, str, str] | None:
    """Kind, value and name of a topic by id or name, else of an outlet."""
    profile = topic_named(words, sources.runtime())
    if profile is not None:
        return "topic", profile.id, profile.name
    wanted = words.casefold()
    outlet = next((one for one in await _outlets(sources) if one.casefold() == wanted), None)
    return ("outlet", outlet, outlet) if outlet else None


async def _outlets(sources: Sources) -> list[str]:
    """Outlets of the feeds, and those that aggregators brought lately."""
    runtime = sources.runtime()
    since = sources.clock.now() - timedelta(seconds=runtime.policy.story_window_s)
    brought = [outlet for story in await sources.store.open_stories(since) for outlet in story.outlets]
    return list(dict.fromkeys([feed.outlet for feed in runtime.feeds.values()] + brought))


async def _unknown(subject: str, question: Question, sources: Sources) -> Pages:
    names = [profile.name for profile in sources.runtime().profiles.values()] + await _outlets(sources)
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(subject.casefold(), folded, n=3, cutoff=0.6)]
    title = ours(question.texts, "mute unknown", name=subject)
    hint = ours(question.texts, "did you mean", names=", ".join(near)) if near else Styled()
    return paged(title, [row for row in (hint, ours(question.texts, "mute how")) if row])


def _mark(kind: str, name: str) -> str:
    """A short word for what is muted, to be tapped: it stays the same whatever else is muted."""
    return hashlib.blake2b(f"{kind}:{name}".encode("utf-8", "replace"), digest_size=3).hexdigest()


def _undo(kind: str, name: str) -> str:
    return f"unmute_{_mark(kind, name)}"
