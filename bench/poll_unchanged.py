"""Unchanged feeds: CPU per poll (304 from nginx, commit included) against a bare httpx loop.

    python -m bench.poll_unchanged [--feeds 500] [--rounds 4]

Both ask the same nginx the same conditional GETs, twenty at once, in alternating rounds of one process.
Must hold: at most 1.5 times the bare loop's CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from bench.poll_rig import Rig, made_up_document, memory_mib, nginx, rig

LIMIT_RATIO = 1.5
AT_ONCE = 20


async def bare(urls: list[str], etags: dict[str, bytes], limits: httpx.Limits) -> float:
    """The bare loop; returns CPU milliseconds per request."""
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:
        waiting = iter(urls)

        async def work() -> None:
            for url in waiting:
                answer = await client.get(url, headers={"If-None-Match": etags[url]})
                assert answer.status_code == 304, answer.status_code

        began = time.process_time()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return (time.process_time() - began) / len(urls) * 1000


async def ours(made: Rig) -> tuple[float, float]:
    """One round of polls; returns CPU milliseconds per poll and polls per second."""
    before, began, started = made.observer.outcomes["unchanged"], time.process_time(), time.perf_counter()
    await made.poll_all()
    spent, lasted = time.process_time() - began, time.perf_counter() - started
    assert made.observer.outcomes["unchanged"] - before == len(made.feeds)
    return spent / len(made.feeds) * 1000, len(made.feeds) / lasted


async def measure(feeds: int, rounds: int, folder: Path) -> float:
    """Run and print; return the ratio."""
    with nginx(folder, {f"{n}.xml": made_up_document(n) for n in range(feeds)}) as base:
        urls = {f"feed-{n}": f"{base}/{n}.xml" for n in range(feeds)}
        async with rig(folder, urls) as made:
            started = time.perf_counter()
            await made.poll_all()
            print(
                f"first pass: {feeds} feeds x 50 entries in {time.perf_counter() - started:.1f} s, {dict(made.observer.outcomes)}"
            )
            etags = {state.url: state.etag or b"" for state in await made.store.feed_states()}
            kinds = {
                "httpx, a connection each": httpx.Limits(
                    max_connections=AT_ONCE, max_keepalive_connections=0
                ),
                "httpx, its defaults (keep-alive)": httpx.Limits(
                    max_connections=100, max_keepalive_connections=20
                ),
            }
            figures: dict[str, list[float]] = {name: [] for name in (*kinds, "watcher")}
            rates = []
            for _ in range(rounds):
                for name, limits in kinds.items():
                    figures[name].append(await bare(list(urls.values()), etags, limits))
                cpu, rate = await ours(made)
                figures["watcher"].append(cpu)
                rates.append(rate)
    for name, values in figures.items():
        print(
            f"{name:>34}: {statistics.median(values):.2f} ms CPU a poll (of {rounds} rounds {min(values):.2f}–{max(values):.2f})"
        )
    cheapest = min(statistics.median(values) for name, values in figures.items() if name != "watcher")
    ratio = statistics.median(figures["watcher"]) / cheapest
    print(f"watcher: {statistics.median(rates):.0f} polls/s; main process {memory_mib():.0f} MiB")
    print(f"ratio to the cheaper bare loop: {ratio:.2f} (must be <= {LIMIT_RATIO})")
    return ratio


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--rounds", type=int, default=4)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratio = asyncio.run(measure(arguments.feeds, arguments.rounds, Path(folder)))
    sys.exit(0 if ratio <= LIMIT_RATIO else 1)


if __name__ == "__main__":
    main()
