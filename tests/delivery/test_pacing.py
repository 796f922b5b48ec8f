"""The pacer's promises, whatever the requests' lengths and the moments they are asked at (D12)."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.model import Target
from watcher.delivery.lanes import NEVER_S, Lanes
from watcher.delivery.pacing import Pacer


@given(st.lists(st.floats(0.0, 3.0), min_size=20, max_size=60), st.booleans())
@settings(deadline=None, max_examples=60)
def test_no_chat_ever_gets_more_than_the_service_allows(durations: list[float], group: bool) -> None:
    """However long each request takes, what the service sees keeps its limits.

    The service takes a message somewhere between the request's begin and its end; here at the worst moments
    in turn: at the end, then at the begin of the next.
    """
    now = 0.0
    pacer = Pacer(lambda: now)
    taken = []
    for position, duration in enumerate(durations):
        now += pacer.chat_wait_s("1", group=group)
        assert pacer.chat_wait_s("1", group=group) < 1e-9
        pacer.began()
        taken.append(now if position % 2 else now + duration)
        now += duration
        pacer.ended("1", group=group)
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(taken))
    if group:
        assert all(later - earlier >= 57.0 for earlier, later in zip(taken, taken[18:], strict=False))
        per_minute = (sum(start <= at < start + 60.0 for at in taken) for start in taken)
        assert max(per_minute) <= 20


@given(st.lists(st.floats(0.0, 0.2), min_size=30, max_size=120))
@settings(deadline=None, max_examples=60)
def test_the_bot_stays_under_thirty_a_second(gaps: list[float]) -> None:
    """Over all chats, whenever it is asked."""
    now = 0.0
    pacer = Pacer(lambda: now)
    sent = []
    for gap in gaps:
        now += gap
        if pacer.bot_allowance() > 0:
            pacer.began()
            sent.append(now)
    assert max(sum(start <= at < start + 1.0 for at in sent) for start in sent) <= 28


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
@settings(deadline=None)
def test_probes_come_ever_more_rarely_up_to_a_minute(jitters: list[float]) -> None:
    """D7: 1 s doubling to 60 s, the last fifth of it by chance; one in flight at a time."""
    now = 0.0
    lanes = Lanes(lambda: now)
    target = Target(id="a", sink="telegram", chat_id="1")
    other = Target(id="b", sink="telegram", chat_id="2")
    for count, jitter in enumerate(jitters):
        now += max(lanes.wait_s(target), 0.0)
        began = lanes.begin(target)
        if lanes.bot("telegram").away:
            assert lanes.wait_s(other) == NEVER_S
        lanes.end(target, sent=True)
        lanes.failed(target, began, jitter)
        now += 0.001
        longest = min(2.0**count, 60.0)
        assert longest * 0.8 - 0.01 <= lanes.bot("telegram").probe_at - now <= longest
    lanes.answered(target)
    assert not lanes.bot("telegram").away
