"""Who works on stories, as far as the one who asks may see it: what their own chat shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.bot.places import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.bot.records import Question, Sources
    from watcher.core.model import Story, Taking


async def holders_of(stories: Iterable[Story], question: Question, sources: Sources) -> dict[str, Taking]:
    """Who has which of these stories in the chat that asks; in a person's own chat, in any."""
    takings = await sources.store.takings([story.id for story in stories])
    states = await sources.store.target_states()
    here = targets_of(question.said.chat_ids, sources.runtime().targets, states)
    seen = {target.id for target in here}
    return {
        one.story_id: one
        for one in takings
        if one.user_id is not None and (question.said.private or one.target_id in seen)
    }
