"""Which commands there are, who may use them, and who answers them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.bot import muting, overview, reasons, steering, stories, topics
from watcher.bot.paging import paged
from watcher.bot.places import place_of
from watcher.bot.records import Question
from watcher.bot.wording import answer, ours
from watcher.core.rendering import texts
from watcher.core.rendering.styled import own

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.bot.records import Pages, Said, Sources
    from watcher.core.model import Target

    Answering = Callable[[Question, Sources], Awaitable[Pages]]


async def _help(question: Question, _: Sources) -> Pages:
    """The commands there are for whoever asks."""
    answers = question.texts.answers
    rows = [own(f"/{name} – {answers[f'help {name}']}") for name in names_for(admin=question.admin)]
    rows.append(ours(question.texts, "help buttons"))
    return paged(ours(question.texts, "help title", bold=True), rows, size=len(rows))


FOR_USERS: dict[str, Answering] = {
    "status": overview.status,
    "recent": stories.recent,
    "digest": stories.digest,
    "stories": stories.stories,
    "topics": topics.topics,
    "topic": topics.topic,
    "why": reasons.why,
    "try": reasons.try_headline,
    "mute": muting.mute,
    "unmute": muting.unmute,
    "mutes": muting.mutes,
    "feeds": overview.feeds,
    "help": _help,
}
FOR_ADMINS: dict[str, Answering] = {
    "pause": steering.pause,
    "resume": steering.resume,
    "reload": steering.reload,
    "checkfeed": steering.checkfeed,
}


def names_for(*, admin: bool) -> tuple[str, ...]:
    """The commands somebody may use, in the order of the menu."""
    return (*FOR_USERS, *(FOR_ADMINS if admin else ()))


class Commands:
    """Answers commands."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def answer(self, said: Said) -> tuple[Target, Pages] | None:
        """Answer one command, and where to; None for people, chats and words that do not count."""
        access = self._sources.access
        if not access.is_user(said.user_id):
            return None
        states = await self._sources.store.target_states()
        target = place_of(said, self._sources.runtime().targets, states)
        if target is None:
            return None
        admin = access.is_admin(said.user_id)
        question = Question(said=said, target=target, texts=texts(target.language), admin=admin)
        name, argument = _tapped(said.name)
        known = names_for(admin=admin)
        if name not in known:
            # In a group the word may be meant for another bot.
            for_us = said.private or bool(said.addressed)
            return (target, answer(question.texts, "unknown command")) if for_us else None
        if argument:
            question = replace(question, said=replace(said, words=argument))
        work = (FOR_USERS | FOR_ADMINS)[name]
        return target, await work(question, self._sources)


def _tapped(name: str) -> tuple[str, str]:
    """A command that lists offer to be tapped has its argument behind an underscore."""
    if name == "start":
        return "help", ""
    head, _, tail = name.partition("_")
    return (head, tail) if tail and head in ("topic", "unmute") else (name, "")
