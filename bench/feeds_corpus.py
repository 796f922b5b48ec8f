"""Every document of the shared corpus of real and hostile feeds through the real parser.

    python -m bench.feeds_corpus [--each]

Prints entries, skipped entries, malformed documents, refusals and seconds; exits 1 when a worker had to be
killed or anything but a refusal in words came of a document.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.shared_data import shared
from watcher.errors import ParseError, WorkerKilled
from watcher.feeds.fetching.decoding import BodyReader
from watcher.feeds.parsing import WorkerParser

SUFFIXES = {".tsv"}  # the corpus's own index
MAX_BYTES = 10 * 1024 * 1024


def unpacked(body: bytes) -> bytes:
    """The document as the fetcher hands it on: a file that is gzip on the disk is served so by some."""
    reader = BodyReader("", MAX_BYTES)
    reader.add(body)
    return reader.finish()


async def measure(documents: dict[str, bytes], each: bool) -> int:
    """Parse all, as many at once as there are workers; return the number of bad surprises."""
    parser = WorkerParser()
    totals: Counter[str] = Counter()
    slowest = (0.0, "")

    async def one(name: str, body: bytes) -> None:
        nonlocal slowest
        began = time.perf_counter()
        try:
            feed = await parser.parse(unpacked(body), url=f"https://corpus.example/{name}")
        except WorkerKilled as error:
            totals["killed"] += 1
            print(f"{name}: {error}")
        except ParseError as error:
            totals["refused"] += 1
            print(f"{name}: refused: {error}")
        else:
            totals["read"] += 1
            totals["entries"] += len(feed.entries)
            totals["skipped"] += feed.skipped_count
            totals["malformed"] += feed.malformed
            totals[f"format {feed.format or 'unknown'}"] += 1
            if each:
                print(f"{name}: {feed.format} {len(feed.entries)} entries, {feed.skipped_count} skipped")
        slowest = max(slowest, (time.perf_counter() - began, name))

    warm = b"<rss version='2.0'><channel><title>warm</title></channel></rss>"
    await asyncio.gather(*(parser.parse(warm, url="https://corpus.example/") for _ in range(4)))
    began = time.perf_counter()
    for name, body in documents.items():  # one after the other: the seconds are the parser's, not the queue's
        await one(name, body)
    in_series = time.perf_counter() - began
    await parser.aclose()
    formats = ", ".join(f"{key[7:]} {n}" for key, n in sorted(totals.items()) if key.startswith("format "))
    print(
        f"{len(documents)} documents: {totals['read']} read, {totals['refused']} refused, {totals['killed']} killed; "
        f"{totals['entries']} entries, {totals['skipped']} skipped, {totals['malformed']} documents malformed; "
        f"{in_series:.2f} s, slowest {slowest[0]:.2f} s ({slowest[1]})"
    )
    print(f"formats: {formats}")
    return totals["killed"]


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--each", action="store_true", help="a line for every document")
    arguments = options.parse_args()
    paths = sorted(
        path for path in shared("feeds").rglob("*") if path.is_file() and path.suffix not in SUFFIXES
    )
    documents = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in paths}
    sys.exit(1 if asyncio.run(measure(documents, arguments.each)) else 0)


if __name__ == "__main__":
    main()
