"""Unchanged feeds: CPU per poll (304 from nginx, commit included) against a bare httpx loop.

    python -m bench.poll_unchanged [--feeds 500] [--rounds 4] [--rsstt-python PATH]

Both ask the same nginx the same conditional GETs, twenty at once, in alternating rounds of one process.
Must hold: at most 1.5 times the bare loop's CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from bench.poll_rig import Rig, made_up_document, memory_mib, nginx, rig

LIMIT_RATIO = 1.5
# What RSS-to-Telegram-Bot does for one unchanged feed before its database comes in: fetch conditionally.
RSSTT = """
import asyncio, json, os, time
work = json.load(open(os.environ["WORK"]))
from rsstt import env
env.loop = asyncio.new_event_loop()
asyncio.set_event_loop(env.loop)
from rsstt.web import feed_get
async def main():
    waiting = iter(work["etags"].items())
    async def loop():
        for url, etag in waiting:
            got = await feed_get(url, headers={"If-None-Match": etag}, verbose=False)
            assert got.status == 304, got
    began, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(loop() for _ in range(work["at_once"])))
    n = len(work["etags"])
    print(json.dumps([(time.process_time() - began) / n * 1000, n / (time.perf_counter() - started)]))
env.loop.run_until_complete(main())
"""
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


async def rsstt(python: str, etags: dict[str, bytes], folder: Path) -> str:
    """One round of RSS-to-Telegram-Bot's own fetching, in the environment it is installed in."""
    work = folder / "work.json"
    work.write_text(
        json.dumps({"etags": {url: etag.decode() for url, etag in etags.items()}, "at_once": AT_ONCE})
    )
    process = await asyncio.create_subprocess_exec(
        python, "-c", RSSTT, stdout=PIPE, stderr=PIPE, cwd=folder,
        env={"WORK": str(work), "TOKEN": "1:x", "MANAGER": "1", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )  # fmt: skip
    out, err = await process.communicate()
    if process.returncode:
        return f"does not run: {err.decode()[-300:]}"
    cpu, rate = json.loads(out.decode().splitlines()[-1])
    return f"{cpu:.2f} ms CPU a fetch, {rate:.0f} feeds/s, without its database"


async def measure(feeds: int, rounds: int, folder: Path, rival: str | None) -> float:
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
            if rival:
                for _ in range(2):
                    print(f"RSS-to-Telegram-Bot: {await rsstt(rival, etags, folder)}")
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
    options.add_argument(
        "--rsstt-python", help="Python of an environment with rsstt installed, to compare with"
    )
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratio = asyncio.run(measure(arguments.feeds, arguments.rounds, Path(folder), arguments.rsstt_python))
    sys.exit(0 if ratio <= LIMIT_RATIO else 1)


if __name__ == "__main__":
    main()
