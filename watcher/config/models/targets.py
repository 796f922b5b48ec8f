"""Where alerts go: the `targets` of watcher.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from watcher.config.fields import Chat, Identifier, Language, TimeOfDay, Zone
from watcher.config.models.section import Section
from watcher.core.rendering.catalogue import languages

if TYPE_CHECKING:
    InterfaceLanguage = str
else:
    InterfaceLanguage = Literal[languages()]  # whatever there are texts in


class QuietHours(Section):
    """Alerts of these hours wait and arrive as one digest when the hours end."""

    from_: TimeOfDay = Field(alias="from", description="Begin, local time.", examples=["22:30"])
    until: TimeOfDay = Field(description="End, local time; may be the next morning.", examples=["07:00"])


class TargetItem(Section):
    """One chat, group, channel or forum thread, or the console."""

    id: Identifier = Field(
        description="A name of your choice; it stays when the chat moves.", examples=["desk"]
    )
    chat: Chat | None = Field(
        default=None,
        description="Telegram chat id (find it with `watcher telegram whoami`), @channel, or ${TELEGRAM_CHAT_ID}. "
        "Without it the target is the console.",
    )
    thread: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Forum thread within the chat, as Telegram numbers it."
    )
    topics: list[Identifier] | None = Field(
        default=None, description="Only these topics; without it, all of them."
    )
    language: InterfaceLanguage = Field(
        default="en", description="Language of the words around the headlines."
    )
    reads: list[Language] = Field(
        default=[],
        description="Languages read here; headlines in others get a translate link. Empty: no links.",
    )
    time_zone: Zone = Field(
        default="UTC", description="Zone of times and quiet hours.", examples=["Africa/Bamako"]
    )
    quiet_hours: QuietHours | None = Field(default=None, description="When alerts wait; without it, never.")
    urgent_score: Annotated[float, Field(ge=0, le=101)] = Field(
        default=101.0, description="From this score on an alert passes quiet hours; 101: none does."
    )
    min_score: Annotated[float, Field(ge=0, le=100)] = Field(
        default=0.0,
        description="Alerts below this score are not sent here (topics have thresholds of their own).",
    )
    max_alerts_per_hour: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=30, description="What exceeds it in an hour arrives as one digest; nothing is dropped."
    )
    digest_at: TimeOfDay | None = Field(
        default=None, description="Local time of a daily digest; without it, none.", examples=["18:00"]
    )
    silent: bool = Field(default=False, description="Deliver without sound.")
    group: bool = Field(
        default=False, description="A group or channel: at most 18 messages a minute, as Telegram wishes."
    )
    ops: bool = Field(default=False, description="Also receives notices about the watcher itself.")
    updates: Literal["edit", "reply", "ignore"] = Field(
        default="edit",
        description="When other outlets join a story: edit its message, reply to it, or nothing.",
    )
