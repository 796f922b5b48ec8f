"""One lane per chat, one bot per sink: who may get a message now, and what the service was last like.

A lane is a chat's: several targets (forum threads) may share it, and never two sends are in flight in
it, so order is kept. While the service is away, one send per bot probes it, with growing gaps.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.timing import backoff_s
from watcher.delivery.pacing import BOT_PER_SECOND, Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from watcher.core.model import Target

UNPACED_SINKS = frozenset({"console"})  # a terminal has no flood limit
BACKOFF_BASE_S, BACKOFF_CAP_S = 1.0, 60.0  # D7
WHOLE_BOT_WITHIN_S = 10.0  # two chats told to slow down within it: the bot is meant (D6)
NEVER_S = float("inf")


def lane_of(target: Target) -> str:
    """The chat a target writes to; its own id where there is none."""
    return target.chat_id or target.id


def is_group(target: Target) -> bool:
    """Groups, supergroups and channels: configured so, or known by their id."""
    return target.group or (target.chat_id or "").startswith(("-", "@"))


@dataclass(slots=True)
class Bot:
    """What one sink's service was last like; all times monotonic."""

    pacer: Pacer
    failure_count: int = 0  # transient failures in a row
    failed_at: float = float("-inf")
    probe_at: float = float("-inf")  # while away: not before
    in_flight: set[str] = field(default_factory=set)  # lanes
    limited: dict[str, float] = field(default_factory=dict)  # lane -> when it was told to slow down
    free_at: dict[str, float] = field(default_factory=dict)  # lane -> when that is over
    all_free_at: float = float("-inf")  # when the whole bot was meant

    @property
    def away(self) -> bool:
        """The last word of the service was none."""
        return self.failure_count > 0


class Lanes:
    """All bots and their lanes.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._bots: dict[str, Bot] = {}
        self._asked: defaultdict[str, list[object]] = defaultdict(list)  # lane -> answers people wait for
        self._served: dict[str, int] = {}  # target -> when it was last served, in turns
        self._serving = 0

    def bot(self, sink: str) -> Bot:
        """The bot behind a sink."""
        if sink not in self._bots:
            self._bots[sink] = Bot(Pacer(self._monotonic))
        return self._bots[sink]

    def wait_s(self, target: Target) -> float:
        """Seconds until this target may get a message: 0 now, infinite while its lane is in use."""
        bot = self.bot(target.sink)
        if lane_of(target) in bot.in_flight or (bot.away and bot.in_flight):
            return NEVER_S
        pacing = 0.0
        if target.sink not in UNPACED_SINKS:
            pacing = bot.pacer.chat_wait_s(lane_of(target), group=is_group(target))
        free_at = max(
            bot.free_at.get(lane_of(target), 0.0), bot.all_free_at, bot.probe_at if bot.away else 0.0
        )
        return max(pacing, free_at - self._monotonic())

    def probing(self, target: Target) -> bool:
        """Whether the target waits for an absent service, not for its turn."""
        return self.bot(target.sink).away

    def ready(self, sink: str, targets: Mapping[str, Target]) -> list[list[str]]:
        """Targets of a sink that may get a message now, by lane; the longest unserved first. A lane
        in which somebody waits for an answer is left to that."""
        by_lane: dict[str, list[str]] = {}
        for target in targets.values():
            asked = bool(self._asked[lane_of(target)])
            if target.sink == sink and not asked and self.wait_s(target) <= 0.0:
                by_lane.setdefault(lane_of(target), []).append(target.id)
        for sharing in by_lane.values():
            sharing.sort(key=self._served_at)
        return sorted(by_lane.values(), key=lambda sharing: self._served_at(sharing[0]))

    def _served_at(self, target_id: str) -> int:
        return self._served.get(target_id, 0)

    def allowance(self, sink: str) -> int:
        """How many sends of a sink may begin now."""
        bot = self.bot(sink)
        if bot.away:
            return 0 if bot.in_flight else 1
        return BOT_PER_SECOND if sink in UNPACED_SINKS else bot.pacer.bot_allowance()

    @property
    def in_use(self) -> bool:
        """Whether something is on its way, or an answer waits for its turn."""
        return any(self._asked.values()) or any(bot.in_flight for bot in self._bots.values())

    @contextlib.contextmanager
    def left_to_answer(self, target: Target) -> Iterator[Callable[[], bool]]:
        """Leave the target's lane to an answer that somebody waits for, until it is out: in a flood the
        outbox would take every turn. Yields whether its turn has come: answers keep their order, too."""
        line, ticket = self._asked[lane_of(target)], object()
        line.append(ticket)
        try:
            yield lambda: line[0] is ticket and self.wait_s(target) <= 0.0 and self.allowance(target.sink) > 0
        finally:
            line.remove(ticket)

    def begin(self, target: Target) -> float:
        """A send goes out; returns when, for `failed`."""
        bot = self.bot(target.sink)
        bot.in_flight.add(lane_of(target))
        bot.pacer.began()
        self._serving += 1
        self._served[target.id] = self._serving
        return self._monotonic()

    def end(self, target: Target, *, sent: bool) -> None:
        """It is over, whatever came of it; `sent` is False when nothing went out after all."""
        bot = self.bot(target.sink)
        bot.in_flight.discard(lane_of(target))
        if sent:
            bot.pacer.ended(lane_of(target), group=is_group(target))

    def answered(self, target: Target) -> None:
        """The service spoke: it is not away."""
        bot = self.bot(target.sink)
        bot.failure_count = 0
        bot.probe_at = float("-inf")

    def failed(self, target: Target, began_at: float, jitter: float) -> None:
        """No answer, or none of the service's: probe later, each time later, up to a minute (D7)."""
        bot = self.bot(target.sink)
        if began_at < bot.failed_at:
            return  # went out before the last failure was known: the same absence
        bot.failure_count += 1
        bot.failed_at = self._monotonic()
        bot.probe_at = bot.failed_at + transient_wait_s(bot.failure_count, jitter)

    def slowed(self, target: Target, wait_s: float) -> bool:
        """The service asked to slow down: the lane waits, answers to people included; True when the whole bot has to."""
        bot, now = self.bot(target.sink), self._monotonic()
        bot.limited[lane_of(target)], bot.free_at[lane_of(target)] = now, now + wait_s
        recent = [lane for lane, at in bot.limited.items() if now - at <= WHOLE_BOT_WITHIN_S]
        if len(recent) > 1:
            bot.all_free_at = max(bot.all_free_at, now + wait_s)
        return len(recent) > 1


def transient_wait_s(failure_count: int, jitter: float) -> float:
    """Back-off after so many transient failures in a row."""
    return backoff_s(failure_count, base_s=BACKOFF_BASE_S, cap_s=BACKOFF_CAP_S, jitter=jitter)
