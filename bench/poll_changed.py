"""Changed feeds: whole polls (fetch, parse, decide, commit) against bare feedparser over the same documents.

    python -m bench.poll_changed [--rounds 3] [--workers 2]

The documents are the shared corpus of real feeds, served by nginx. Each round changes every one of them (a
comment is added), so that all must be parsed again; the first pass, where every entry is new, is shown
apart. The rival only parses: `feedparser.parse` with its defaults in as many worker processes, the bytes
handed over without any network.
Must hold: at least the rival's documents per second. Unchanged bytes must not be parsed at all.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.poll_rig import nginx, rig
from bench.shared_data import shared
from watcher.errors import FetchError
from watcher.feeds.fetching.decoding import BodyReader

UNREADABLE = 2  # documents of the corpus that hold entries without anything in them


def rival(body: bytes) -> int:
    """Bare feedparser in a worker."""
    import feedparser

    return len(feedparser.parse(io.BytesIO(body)).entries)


def corpus() -> dict[str, bytes]:
    """Documents by a name nginx can serve."""
    found: dict[str, bytes] = {}
    for path in sorted(shared("feeds").rglob("*")):
        if path.is_file() and path.suffix != ".tsv":
            reader = BodyReader("", 10 * 1024 * 1024)
            try:
                reader.add(path.read_bytes())
                found[f"{len(found)}.xml"] = reader.finish()
            except FetchError as error:
                sys.exit(f"{path}: {error}")
    return found


def changed(body: bytes, number: int) -> bytes:
    """The same document with other bytes: a blank or a comment after its end."""
    return body + (b" " * number if body.lstrip()[:1] == b"{" else b"<!-- %d -->" % number)


async def measure(rounds: int, workers: int, folder: Path) -> float:
    """Run and print; return our throughput over the rival's."""
    documents = corpus()
    size = sum(map(len, documents.values())) / 1024 / 1024
    print(f"{len(documents)} documents, {size:.1f} MiB, {workers} workers")
    ours: list[float] = []
    theirs: list[float] = []
    with nginx(folder, documents) as base, multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(rival, list(documents.values())[:8], chunksize=1)  # imports done
        async with rig(
            folder, {name.partition(".")[0]: f"{base}/{name}" for name in documents}, workers=workers
        ) as made:
            began = time.perf_counter()
            await made.poll_all()
            print(
                f"first pass (every entry new): {len(documents) / (time.perf_counter() - began):.0f} documents/s, {dict(made.observer.outcomes)}"
            )
            for number in range(1, rounds + 1):
                bodies = {name: changed(body, number) for name, body in documents.items()}
                for name, body in bodies.items():
                    (folder / "www" / name).write_bytes(body)
                began = time.perf_counter()
                await asyncio.to_thread(pool.map, rival, list(bodies.values()), 1)
                theirs.append(len(bodies) / (time.perf_counter() - began))
                made.observer.outcomes.clear()
                began = time.perf_counter()
                await made.poll_all()
                ours.append(len(bodies) / (time.perf_counter() - began))
                assert made.observer.outcomes["failed"] == 0
                assert made.observer.outcomes["unreadable"] == UNREADABLE, made.observer.outcomes
            for name, body in bodies.items():  # the same bytes under a new time: no 304, and nothing to parse
                (folder / "www" / name).write_bytes(body)
                (folder / "www" / name).touch()
            parsed_before = made.parser_calls()
            began = time.perf_counter()
            await made.poll_all()
            same = len(documents) / (time.perf_counter() - began)
            parsed = made.parser_calls() - parsed_before
    print(
        f"bare feedparser: {statistics.median(theirs):.0f} documents/s ({min(theirs):.0f}–{max(theirs):.0f})"
    )
    print(
        f"watcher, whole polls: {statistics.median(ours):.0f} documents/s ({min(ours):.0f}–{max(ours):.0f})"
    )
    print(
        f"unchanged bytes: {same:.0f} polls/s, {parsed} of {len(documents)} parsed (the {UNREADABLE} unreadable ones keep no fingerprint)"
    )
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"ratio: {ratio:.2f} (must be >= 1)")
    return ratio if parsed <= UNREADABLE else 0.0


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=2)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratio = asyncio.run(measure(arguments.rounds, arguments.workers, Path(folder)))
    sys.exit(0 if ratio >= 1 else 1)


if __name__ == "__main__":
    main()
