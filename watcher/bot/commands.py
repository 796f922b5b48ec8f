"""The commands: what each answers. All are idempotent (B3); changes go through Control."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.bot.access import target_of
from watcher.bot.looking import Looks, topic_named
from watcher.bot.wording import ours, plain, sheet, span, until_text
from watcher.core.model import Target
from watcher.core.rendering import texts
from watcher.core.rendering.styled import own, value

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from watcher.bot.access import Access
    from watcher.bot.records import Said
    from watcher.core.deciding import Runtime
    from watcher.core.model import Message, Mute
    from watcher.core.rendering.catalogue.form import Catalogue
    from watcher.protocols import Clock, Control, Store

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
        looks = Looks(store=store, clock=clock, runtime=runtime)
        self._work: dict[str, Callable[[Said, Target, Catalogue], Awaitable[Message]]] = {
            "status": looks.status,
            "recent": looks.recent,
            "digest": looks.digest,
            "stories": looks.stories,
            "topics": looks.topics,
            "topic": looks.topic,
            "why": looks.why,
            "try": looks.try_headline,
            "feeds": looks.feeds,
            "help": self._help,
            "mute": self._mute,
            "unmute": self._unmute,
            "mutes": self._mutes,
            "pause": self._pause,
            "resume": self._resume,
            "reload": self._reload,
            "checkfeed": self._checkfeed,
        }

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
        message = await self._work[name](said, target, catalogue)
        return target, replace(message, reply_to=said.message_id)

    async def _help(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        names = (*NAMES, *(ADMIN_NAMES if self._access.is_admin(said.user_id) else ()))
        rows = [own(f"/{name} – {catalogue.answers[f'help {name}']}") for name in names]
        return sheet(catalogue.answers["help title"], rows, catalogue)

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

    def _muteable(self, words: str) -> tuple[str, str] | None:
        """A topic by id or name, else an outlet of a configured feed."""
        profile = topic_named(words, self._runtime())
        if profile is not None:
            return "topic", profile.id
        wanted = words.strip().casefold()
        outlets = {feed.outlet for feed in self._runtime().feeds.values()}
        outlet = next((one for one in outlets if wanted and one.casefold() == wanted), None)
        return ("outlet", outlet) if outlet else None
