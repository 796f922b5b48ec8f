"""Do to a real `watcher run` what machines and networks do, and count what its user lost or got twice (D5, L2, L3, X1, X2).

    python -m bench.crash [PART …] [--kills 100] [--terms 10] [--freezes 5] [--away 7200] [--full 300] [--locked 30]

Numbered items are published to loopback feeds all the while; a Bot API stand-in adds latency and, while
the watcher is killed, faults: accepted then dropped, reset or broken answers, hang-ups, 500, 502, 429,
nobody listening. PARTs are kill, term, freeze, away, disk, disk-sending, lock, lock-term and clock; all when none is
named. A full disk needs root, the clock Debian's `faketime`; without them these parts are left out, and that is said.
Exit 1 when anything was lost, or doubled without the mark, or another promise was not kept.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e import faults
from tests.e2e.crash import Rehearsal, Tally, freeze, kill, terminate

if TYPE_CHECKING:
    from collections.abc import Callable

AWAY_SCALE = 40.0  # two hours in three minutes
AWAY_ITEMS = 50
BACK_WITHIN_S = 300.0  # D7
LATENCY_S = 0.2
CLOCK_INTERVAL_S, CLOCK_STAY_S = 4.0, 10.0


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--terms", type=int, default=10)
    parser.add_argument("--freezes", type=int, default=5)
    parser.add_argument("--away", type=float, default=7200.0, help="seconds of the watcher's clock")
    parser.add_argument("--full", type=float, default=300.0, help="seconds")
    parser.add_argument("--locked", type=float, default=30.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=5.0, help="seconds until an end, at most")
    given = parser.parse_args()
    longest = given.longest
    parts: dict[str, Callable[[], Tally | None]] = {
        "kill": lambda: rehearse(given.seed, lambda r: r.run(given.kills, kill, longest), faults_ratio=0.3),
        "term": lambda: rehearse(given.seed, lambda r: r.run(given.terms, terminate, longest)),
        "freeze": lambda: rehearse(given.seed, lambda r: r.run(given.freezes, freeze, longest)),
        "away": lambda: away(given.seed, given.away),
        "disk": lambda: on_small_disk(given.seed, lambda r: faults.full_disk(r, given.full)),
        "disk-sending": lambda: on_small_disk(given.seed, lambda r: faults.full_while_sending(r, 30.0)),
        "lock": lambda: rehearse(given.seed, lambda r: faults.locked(r, given.locked)),
        "lock-term": lambda: rehearse(given.seed, lambda r: faults.locked_at_the_end(r, None)),
        "clock": lambda: moved_clock(given.seed),
    }
    if unknown := set(given.parts) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    bad = False
    for name in given.parts or parts:
        tally = parts[name]()
        print(f"{name}: {tally or 'left out: not possible on this machine'}", flush=True)
        bad |= tally is not None and not kept(name, tally)
    raise SystemExit(1 if bad else 0)


def kept(name: str, tally: Tally) -> bool:
    """Whether every promise was: what may be doubled is what nobody can know the fate of, and it is marked."""
    allowed = tally.ambiguous + (tally.ends if name == "kill" else 0)
    return not (tally.lost or tally.unmarked or tally.bad_exits or tally.broken or tally.doubled > allowed)


def rehearse(seed: int, part: Callable[[Rehearsal], Tally], *, faults_ratio: float = 0.0) -> Tally:
    """One part, in a directory of its own."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(Path(folder), random.Random(seed), faults=faults_ratio, latency_s=LATENCY_S)
        try:
            return part(rehearsal)
        finally:
            rehearsal.close()


def on_small_disk(seed: int, part: Callable[[Rehearsal], Tally]) -> Tally | None:
    """One part whose state has a small disk to itself; None where that cannot be made."""
    with tempfile.TemporaryDirectory() as folder, faults.small_disk(Path(folder) / "state") as disk:
        if disk is None:
            return None
        rehearsal = Rehearsal(Path(folder), random.Random(seed), latency_s=LATENCY_S)
        try:
            return part(rehearsal)
        finally:
            rehearsal.close()


def away(seed: int, seconds: float) -> Tally:
    """Telegram away while alerts queue up."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(Path(folder), random.Random(seed), scale=AWAY_SCALE, interval_s=2.0)
        try:
            tally, late_s = rehearsal.outage(AWAY_ITEMS, seconds)
            tally.promise(rehearsal.in_order(), "not in the order it was queued")
        finally:
            rehearsal.close()
    tally.note = f"all delivered {late_s:.0f} s of the watcher's clock after its return"
    tally.promise(late_s <= BACK_WITHIN_S, f"took longer than {BACK_WITHIN_S:.0f} s to deliver")
    return tally


def moved_clock(seed: int) -> Tally | None:
    """The clock jumps; None without libfaketime."""
    if faults.faketime_library() is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(Path(folder), random.Random(seed), interval_s=CLOCK_INTERVAL_S)
        try:
            return faults.moved_clock(rehearsal, CLOCK_STAY_S)
        finally:
            rehearsal.close()


if __name__ == "__main__":
    main()
