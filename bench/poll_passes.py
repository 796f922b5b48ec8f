"""How long one pass over all feeds takes: the first one, which reads everything, and one of only 304s.

    python -m bench.poll_passes [--feeds 500] [--entries 50]

The real poller, fetcher, parsing workers and database over nginx; the pause between two requests to one host is
lifted, since all feeds share one. On two cores 500 feeds of 50 entries must take at most 90 s the first time and
30 s when nothing has changed, in a main process of at most 120 MiB, and leave no zombie.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.poll_rig import Rig, made_up_document, memory_mib, nginx, rig

FIRST_S, UNCHANGED_S, MEMORY_MIB = 90.0, 30.0, 120.0


def zombies() -> int:
    """Ended children that nobody has waited for."""
    own, found = str(os.getpid()), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(") ")[2].split()[:2]
        except OSError:  # it ended while we looked
            continue
        found += state == "Z" and parent == own
    return found


async def one_pass(made: Rig, name: str, limit_s: float) -> bool:
    """Poll every feed once and tell how long it took."""
    before, cpu = made.observer.outcomes.copy(), time.process_time()
    began = time.perf_counter()
    await made.poll_all()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"{name}: {took:.1f} s (<= {limit_s:g}), main process {cpu:.1f} s of CPU, {memory_mib():.0f} MiB"
        f" (<= {MEMORY_MIB:g}); {dict(made.observer.outcomes - before)}"
    )
    return took <= limit_s and memory_mib() <= MEMORY_MIB


async def passes(feeds: int, entries: int, folder: Path) -> bool:
    """Both passes; True when all limits hold."""
    with nginx(folder, {f"{n}.xml": made_up_document(n, entries) for n in range(feeds)}) as base:
        async with rig(folder, {f"feed-{n}": f"{base}/{n}.xml" for n in range(feeds)}) as made:
            held = await one_pass(made, f"first pass of {feeds} feeds x {entries} entries", FIRST_S)
            held &= await one_pass(made, "pass of only 304s", UNCHANGED_S)
            print(f"zombies: {zombies()}")
            return held and not zombies()


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--entries", type=int, default=50)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(0 if asyncio.run(passes(asked.feeds, asked.entries, Path(directory))) else 1)


if __name__ == "__main__":
    main()
