"""The commands: what each answers. All are idempotent (B3); changes go through Control."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.access import target_of
from watcher.bot.wording import ours, plain, sheet, span, story_row, until_text
from watcher.core.deciding.why import why
from watcher.core.matching import judge, read
from watcher.core.model import DeliveryState, DigestContent, DigestLine, Entry, Target, alert_key
from watcher.core.model.alerts import AlertContent
from watcher.core.rendering import render_digest, texts
from watcher.core.rendering.buttons import read_button
from watcher.core.rendering.passages import score_mark
from watcher.core.rendering.styled import own, value

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from watcher.bot.access import Access
    from watcher.bot.records import Said
    from watcher.core.deciding import Runtime
    from watcher.core.model import Message, Mute
    from watcher.core.profiles import Profile
    from watcher.core.rendering.catalogue.form import Catalogue
    from watcher.protocols import Clock, Control, Store

DAY = timedelta(days=1)
OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)
LISTED = 30  # stories or feeds in one answer at most
NAMES = (
    "status",
    "recent",
    "digest",
    "stories",
    "topics",
    "topic",
    "why",
    "try",
    "mute",
    "unmute",
    "mutes",
    "feeds",
    "help",
)
ADMIN_NAMES = ("pause", "resume", "reload", "checkfeed")


class Commands:
    """Answers commands.

    Args:
        access: who counts.
        runtime: the configuration in force.
    """

    def __init__(
        self, *, store: Store, control: Control, clock: Clock, access: Access, runtime: Callable[[], Runtime]
    ) -> None:
        self._store, self._control, self._clock = store, control, clock
        self._access, self._runtime = access, runtime

    async def answer(self, said: Said) -> tuple[Target, Message] | None:
        """Answer one command, and where to; None for people and chats that do not count."""
        if not self._access.is_user(said.user_id):
            return None
        states = await self._store.target_states()
        target = target_of(said.chat_id, said.thread_id, self._runtime().targets, states)
        if target is None and not said.private:
            return None
        here = Target(id=f"chat {said.chat_id}", sink="telegram", chat_id=said.chat_id)
        target = replace(target or here, chat_id=said.chat_id, thread_id=said.thread_id)
        catalogue = texts(target.language)
        known = (*NAMES, *(ADMIN_NAMES if self._access.is_admin(said.user_id) else ()))
        name = {"start": "help"}.get(said.name, said.name)
        if name not in known:
            return target, ours(catalogue.answers["unknown command"])
        work: Callable[[Said, Target, Catalogue], Awaitable[Message]] = getattr(self, f"_{name}")
        return target, replace(await work(said, target, catalogue), reply_to=said.message_id)

    async def _help(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        names = (*NAMES, *(ADMIN_NAMES if self._access.is_admin(said.user_id) else ()))
        rows = [own(f"/{name} – {catalogue.answers[f'help {name}']}") for name in names]
        return sheet(catalogue.answers["help title"], rows, catalogue)

    async def _status(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        now, answers = self._clock.now(), catalogue.answers
        feeds = await self._store.feed_states()
        waiting = await self._store.deliveries(states=OPEN_STATES)
        dead = await self._store.deliveries(states=[DeliveryState.DEAD])
        stories = await self._store.open_stories(now - DAY)
        failing = [state for state in feeds if state.failure_count]
        rows = [
            own(answers["status feeds"].format(count=len(feeds), failing=len(failing))),
            own(answers["status stories"].format(count=len(stories))),
            own(answers["status outbox"].format(waiting=len(waiting), dead=len(dead))),
            own(answers["status mutes"].format(count=len(await self._store.mutes(now)))),
        ]
        if await self._store.get_value("paused_since"):
            rows.append(own(answers["status paused"]))
        return sheet(answers["status title"], rows, catalogue)

    async def _feeds(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        states = await self._store.feed_states()
        feeds = self._runtime().feeds
        states.sort(key=lambda state: (-state.failure_count, state.feed_id))
        rows = []
        for state in states:
            name = feeds[state.feed_id].outlet if state.feed_id in feeds else state.feed_id
            trouble = state.last_error if state.failure_count else ""
            mark = "⚠ " if state.failure_count else "✓ "
            rows.append(
                own(mark)
                + value(name, limit=60)
                + (own(": ") + value(trouble, limit=120) if trouble else own(""))
            )
        return sheet(catalogue.answers["feeds title"], rows, catalogue)

    async def _topics(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        rows = [
            own("• ") + value(profile.name, bold=True) + own(" – ") + value(profile.id)
            for profile in self._runtime().profiles.values()
        ]
        return sheet(catalogue.answers["topics title"], rows, catalogue)

    async def _topic(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        profile = self._topic_named(said.words)
        if profile is None:
            return ours(catalogue.answers["unknown topic"], topics=", ".join(self._runtime().profiles))
        rows = [
            value(profile.description, limit=600),
            own(catalogue.answers["topic threshold"].format(threshold=f"{profile.threshold:g}")),
            *(own("• ") + value(pattern.name, limit=100) for pattern in profile.patterns),
        ]
        return sheet(profile.name, rows, catalogue)

    async def _recent(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        profile = self._topic_named(said.words)
        if said.words and profile is None:
            return ours(catalogue.answers["unknown topic"], topics=", ".join(self._runtime().profiles))
        stories = await self._store.open_stories(self._clock.now() - DAY)
        chosen = [story for story in stories if profile is None or profile.id in story.topics]
        chosen.sort(key=lambda story: story.last_entry_at, reverse=True)
        rows = [story_row(story, target, catalogue) for story in chosen[:LISTED]]
        title = catalogue.answers["recent title"].format(count=len(chosen))
        return sheet(title, rows, catalogue)

    async def _digest(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        stories = await self._store.open_stories(self._clock.now() - DAY)
        names = {profile.id: profile.name for profile in self._runtime().profiles.values()}
        wanted = [
            story for story in stories if target.topics is None or set(target.topics) & set(story.topics)
        ]
        lines = tuple(
            DigestLine(
                story_id=story.id,
                topic=", ".join(names.get(topic, topic) for topic in story.topics),
                headline=story.headline,
                url=story.entries[0].url if story.entries else "",
                outlet=story.entries[0].outlet if story.entries else "",
                outlet_count=len(story.outlets),
                at=story.last_entry_at,
            )
            for story in wanted
        )
        digest = render_digest(DigestContent(reason="daily", lines=lines), target)
        return replace(digest, silent=True)

    async def _stories(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        since = self._clock.now() - timedelta(seconds=self._runtime().policy.story_window_s)
        stories = await self._store.open_stories(since)
        stories.sort(key=lambda story: (len(story.outlets), story.last_entry_at), reverse=True)
        rows = [story_row(story, target, catalogue) for story in stories[:LISTED]]
        title = catalogue.answers["stories title"].format(count=len(stories))
        return sheet(title, rows, catalogue)

    async def _why(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        for data in said.replied_data:
            button = read_button(data)
            if button is None:
                continue
            for known in self._runtime().targets.values():
                row = await self._store.delivery(alert_key(button.story_id, known.id))
                if row is not None and isinstance(row.content, AlertContent):
                    rows = [
                        value(tag.name, bold=True) + own(f" {score_mark(tag.score)}: ") + value(tag.why)
                        for tag in row.content.topics
                    ]
                    return sheet(catalogue.answers["why title"], rows, catalogue)
        return ours(catalogue.answers["why how"])

    async def _try(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        if not said.words:
            return ours(catalogue.answers["try how"])
        runtime, now = self._runtime(), self._clock.now()
        entry = Entry(
            id="", feed_id="", guid="", url="", canonical_url="", title=said.words, summary="", outlet="",
            language=None, published_at=now, first_seen_at=now,
        )  # fmt: skip
        reading = read(title=said.words, matcher=runtime.matcher, complete=True)
        matches = judge(reading, entry, runtime.matcher)
        rows = [
            own("✓ " if match.on_topic else "✗ ")
            + value(runtime.profiles[match.profile_id].name, bold=True)
            + own(f" {match.score:.0f}/{match.threshold:.0f}: ")
            + value(why(match, runtime.profiles[match.profile_id]))
            for match in sorted(matches, key=lambda match: -match.score)
        ]
        return sheet(catalogue.answers["try title" if rows else "try nothing"], rows, catalogue)

    async def _mute(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        subject, _, last = said.words.rpartition(" ")
        length = span(last)
        if length is None:
            subject = said.words
        named = self._muteable(subject)
        if named is None:
            return ours(catalogue.answers["mute how"])
        kind, name = named
        args = {"kind": kind, "value": name, "by": said.user_name}
        until = None
        if length is not None:
            until = self._clock.now() + length
            args["until"] = until.isoformat()
        answer = await self._control.request("mute", args)
        if not answer.ok:
            return plain(answer.text)
        ends = until_text(until, target, catalogue)
        return ours(catalogue.answers["muted"], what=name, until=ends)

    async def _unmute(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        mutes = await self._store.mutes(self._clock.now())
        wanted = said.words.casefold()
        chosen = [mute for mute in mutes if wanted and mute.value.casefold() == wanted]
        named = self._muteable(said.words)
        if not chosen and named is None:
            return ours(catalogue.answers["unmute how"])
        for kind, name in [(mute.kind, mute.value) for mute in chosen] or [named or ("", "")]:
            await self._control.request("unmute", {"kind": kind, "value": name})
        return ours(catalogue.answers["unmuted"], what=said.words)

    async def _mutes(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        mutes: Sequence[Mute] = await self._store.mutes(self._clock.now())
        rows = [
            own("• ") + value(mute.value, limit=80) + own(f" – {until_text(mute.until, target, catalogue)}")
            for mute in mutes
        ]
        return sheet(catalogue.answers["mutes title"].format(count=len(mutes)), rows, catalogue)

    async def _pause(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        return plain((await self._control.request("pause", {})).text)

    async def _resume(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        return plain((await self._control.request("resume", {})).text)

    async def _reload(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        return plain((await self._control.request("reload", {})).text)

    async def _checkfeed(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        wanted = said.words.casefold()
        feeds = self._runtime().feeds.values()
        feed = next(
            (one for one in feeds if wanted in (one.id.casefold(), one.outlet.casefold(), one.url)), None
        )
        if feed is None:
            return ours(catalogue.answers["checkfeed how"])
        return plain((await self._control.request("poll", {"feed": feed.id})).text)

    def _topic_named(self, words: str) -> Profile | None:
        wanted = words.strip().casefold()
        profiles = self._runtime().profiles.values()
        return next((one for one in profiles if wanted in (one.id.casefold(), one.name.casefold())), None)

    def _muteable(self, words: str) -> tuple[str, str] | None:
        """A topic by id or name, else an outlet of a configured feed."""
        profile = self._topic_named(words)
        if profile is not None:
            return "topic", profile.id
        wanted = words.strip().casefold()
        outlets = {feed.outlet for feed in self._runtime().feeds.values()}
        outlet = next((one for one in outlets if wanted and one.casefold() == wanted), None)
        return ("outlet", outlet) if outlet else None
