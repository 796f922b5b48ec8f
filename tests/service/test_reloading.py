"""A reload applies at once; what it would have meant in the past is told when it is known, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from tests.fakes.past import BOTH, at
from tests.fakes.polls import TIES, runtime
from tests.test_polling import Desk, Events
from watcher.core.deciding import Runtime
from watcher.core.model import NoticeContent
from watcher.errors import ConfigError, StoreError
from watcher.service import Current
from watcher.service.backtesting import Backtest
from watcher.service.reloading import FOLLOWS, Reloader

PAST = Backtest(entry_count=40, all_days=True, before_count=9, after_count=12, gained_count=4, lost_count=1)
OLD = runtime(profiles=BOTH)
EDITED = runtime(profiles=(at(TIES, 95), *BOTH[1:]))


@dataclass
class Rig:
    """A reloader over fakes; `answer` is what comes next out of the files, `past` what a backtest says."""

    answer: Runtime | ConfigError = EDITED
    past: Backtest | StoreError = PAST
    known: asyncio.Event = field(default_factory=asyncio.Event)
    desk: Desk = field(default_factory=lambda: Desk("alpha"))
    events: Events = field(default_factory=Events)

    def __post_init__(self) -> None:
        self.current = Current(runtime=OLD, started_at=self.desk.clock.now())
        self.reloader = Reloader(
            current=self.current,
            store=self.desk.store,
            poller=self.desk.poller,
            clock=self.desk.clock,
            observer=self.events,
            changed=lambda: False,
            load=self._load,
            describe=lambda old, new: [] if old == new else ["topic ties: threshold 50 → 95"],
            backtest=self._backtest,
            on_queued=lambda: None,
        )

    def _load(self) -> Runtime:
        if isinstance(self.answer, ConfigError):
            raise self.answer
        return self.answer

    async def _backtest(self, old: Runtime, new: Runtime) -> Backtest:
        await self.known.wait()
        if isinstance(self.past, StoreError):
            raise self.past
        return self.past

    def told(self) -> list[str]:
        """The changes of each notice."""
        contents = [row.content for row in self.desk.store.rows.values()]
        return [c.facts.get("changes", "") for c in contents if isinstance(c, NoticeContent)]

    async def settled(self) -> None:
        """Until the backtest has been told of."""
        async with asyncio.timeout(5):
            while not self.told():
                await asyncio.sleep(0)


async def test_edited_profiles_are_in_force_before_the_past_is_known() -> None:
    """C2: the answer comes at once; the notice waits for the backtest and ends with its line."""
    rig = Rig()
    answer = await rig.reloader.reload()
    assert (True, EDITED) == (answer.ok, rig.current.runtime)
    assert FOLLOWS in answer.text
    assert [] == rig.told()
    rig.known.set()
    await rig.settled()
    (told,) = rig.told()
    assert told.endswith("95\nlast 7 days: 12 alerts instead of 9: 4 more, 1 fewer")
    assert ["reload", "backtest"] == [event.name for event in rig.events.seen]


async def test_a_past_that_cannot_be_read_is_left_out() -> None:
    """The notice tells what changed; the reason is in the log."""
    rig = Rig(past=StoreError("no answer within 60 s"))
    rig.known.set()
    await rig.reloader.reload()
    await rig.settled()
    assert ["topic ties: threshold 50 → 95"] == rig.told()
    assert "no answer within 60 s" == rig.events.seen[-1].facts["error"]


async def test_who_cannot_wait_is_told_without_the_past() -> None:
    """A second reload, or the end, breaks the backtest off: each change is told exactly once."""
    rig = Rig()
    await rig.reloader.reload()
    await asyncio.sleep(0)
    rig.answer = OLD
    rig.desk.clock.advance(1)
    await rig.reloader.reload()
    assert 1 == len(rig.told())
    rig.desk.clock.advance(1)
    await rig.reloader.aclose()
    await rig.reloader.aclose()
    assert ["topic ties: threshold 50 → 95"] * 2 == rig.told()


async def test_other_changes_need_no_backtest() -> None:
    """With the same profiles there is nothing to compare: the notice goes out at once."""
    rig = Rig(answer=replace(OLD, policy=replace(OLD.policy, edit_delay_s=1.0)))
    answer = await rig.reloader.reload()
    assert (1, ["reload"]) == (len(rig.told()), [event.name for event in rig.events.seen])
    assert FOLLOWS not in answer.text


async def test_a_broken_configuration_is_told_once() -> None:
    """The old one stays in force; the same mistake again is logged, not told."""
    rig = Rig(answer=ConfigError(["feeds.yaml:3:5: id: too short"]))
    for _ in range(2):
        assert not (await rig.reloader.reload()).ok
    assert OLD is rig.current.runtime
    assert 1 == len(rig.desk.store.rows)
    assert ["configuration"] == list(rig.current.problems)


def test_the_line_says_what_was_looked_at() -> None:
    """Nothing gained or lost is said in one number; a bounded look names its bound."""
    assert "last 7 days: the same 12 alerts" == str(
        replace(PAST, before_count=12, gained_count=0, lost_count=0)
    )
    assert str(replace(PAST, all_days=False, entry_count=5000)).startswith("last 5,000 entries: ")
