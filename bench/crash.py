"""Kill a real `watcher run` at random moments and count what its user lost or got twice (D5).

    python -m bench.crash [--kills 100] [--terms 10] [--freezes 5] [--away 7200] [--seed 1]

Numbered items are published to loopback feeds all the while; a Bot API stand-in adds latency and, while
the watcher is killed, faults: accepted then dropped, reset or broken answers, hang-ups, 500, 502, 429,
nobody listening. Then the same with SIGTERM, with SIGSTOP, and with the service away for two hours.
Exit 1 when anything was lost, or doubled without the mark.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.crash import Rehearsal, freeze, kill, terminate

AWAY_SCALE = 40.0  # two hours in three minutes
AWAY_ITEMS = 50
BACK_WITHIN_S = 300.0  # D7


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--terms", type=int, default=10)
    parser.add_argument("--freezes", type=int, default=5)
    parser.add_argument("--away", type=float, default=7200.0, help="seconds of the watcher's clock; 0 = skip")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=5.0, help="seconds until an end, at most")
    options = parser.parse_args()
    bad = False
    for name, ends, end, faults in (
        ("kill -9", options.kills, kill, 0.3),
        ("SIGTERM", options.terms, terminate, 0.0),
        ("SIGSTOP", options.freezes, freeze, 0.0),
    ):
        if not ends:
            continue
        with tempfile.TemporaryDirectory() as folder:
            rehearsal = Rehearsal(Path(folder), random.Random(options.seed), faults=faults, latency_s=0.2)
            try:
                tally = rehearsal.run(ends, end, options.longest)
            finally:
                rehearsal.close()
        print(f"{name}: {tally}", flush=True)
        bad |= bool(tally.lost or tally.unmarked or tally.bad_exits)
        bad |= tally.doubled > (tally.ends + tally.ambiguous if end is kill else 0)
    if options.away:
        bad |= away(options.away, options.seed)
    raise SystemExit(1 if bad else 0)


def away(seconds: float, seed: int) -> bool:
    """Telegram away while alerts queue up; True when something was not as it must be."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(Path(folder), random.Random(seed), faults=0.0, latency_s=0.0, scale=AWAY_SCALE)
        try:
            tally, late_s = rehearsal.outage(AWAY_ITEMS, seconds)
            in_order = rehearsal.in_order()
        finally:
            rehearsal.close()
    print(
        f"away {seconds:.0f} s: {tally}; all delivered {late_s:.0f} s after its return, in order: {in_order}"
    )
    return bool(tally.lost or tally.doubled or late_s > BACK_WITHIN_S or tally.bad_exits or not in_order)


if __name__ == "__main__":
    main()
