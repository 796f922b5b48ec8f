"""What matching costs: against feedparser, against the obvious loop, and with 10 and 100 times the terms.

Prints microseconds of CPU per entry. Parsing and matching take turns, chunk by chunk, so that a busy machine slows
both alike. Usage: python -m bench.match [--quick]
"""

from __future__ import annotations

import gc
import html
import io
import statistics
import sys
import time
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
from rapidfuzz import fuzz

from bench.shared_data import ROOT, entry_of, records, shared
from watcher.config import load
from watcher.core.matching import compile_matcher, match
from watcher.core.model import Entry
from watcher.core.profiles import Concept, Member, Term
from watcher.core.text.html import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.core.profiles import Profile

QUICK = "--quick" in sys.argv
STREAM = "stream/stream-2023-07-20--2023-08-20.jsonl.gz"
PER_FEED = 40  # entries of a typical feed document
WARM_UP = 2_000 if QUICK else 10_000
MEASURED = 2_000 if QUICK else 8_000


def main() -> None:
    profiles = list(load(ROOT / "config", {}).profiles.values())
    compile_time(profiles)
    stream = [entry_of(record) for record in islice(records(shared(STREAM)), WARM_UP + MEASURED)]
    gc.collect()
    gc.freeze()  # what the benchmark itself holds in memory is not collected over and over
    against_feedparser(profiles, stream)
    captured(profiles)
    against_partial_ratio(profiles, stream[:300])
    growth(profiles, stream[:4000])


def cpu_us(started: float, count: int) -> float:
    return (time.process_time() - started) / count * 1e6


def terms_of(profiles: Sequence[Profile]) -> list[str]:
    """Every distinct term of all profiles."""
    return list(
        dict.fromkeys(
            term.text
            for profile in profiles
            for concept in profile.concepts
            for member in concept.members
            for term in member.terms
        )
    )


def compile_time(profiles: Sequence[Profile]) -> None:
    times = []
    for _ in range(7):
        gc.collect()
        started = time.process_time()
        compile_matcher(profiles)
        times.append((time.process_time() - started) * 1000)
    print(
        f"compile    {statistics.median(times):6.0f} ms median, {min(times):.0f} best of 7 "
        f"({len(profiles)} profiles, {len(terms_of(profiles))} distinct terms); wanted <= 200"
    )


def against_feedparser(profiles: Sequence[Profile], stream: Sequence[Entry]) -> None:
    matcher = compile_matcher(profiles)
    for entry in stream[:WARM_UP]:
        match(entry, matcher)
    measured = stream[WARM_UP:]
    parsing = matching = 0.0
    for start in range(0, len(measured), PER_FEED):
        chunk = measured[start : start + PER_FEED]
        document = rss(chunk)
        began = time.process_time()
        feedparser.parse(io.BytesIO(document))
        parsed = time.process_time()
        for entry in chunk:
            match(entry, matcher)
        parsing += parsed - began
        matching += time.process_time() - parsed
    report("stream", parsing, matching, len(measured))


def captured(profiles: Sequence[Profile]) -> None:
    """The same over the captured feed documents: parse one, match its entries."""
    matcher = compile_matcher(profiles)
    parsing = matching = 0.0
    count = 0
    folder = shared("feeds/INDEX.tsv").parent
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > 2_000_000 or path.suffix in (".tsv", ".md", ".json"):
            continue
        body = path.read_bytes()
        began = time.process_time()
        parsed = feedparser.parse(io.BytesIO(body))
        ended = time.process_time()
        entries = list(entries_of(parsed.entries))
        before = time.process_time()
        for entry in entries:
            match(entry, matcher)
        matching += time.process_time() - before
        parsing += ended - began
        count += len(entries)
    report("captured", parsing, matching, count)


def entries_of(items: Sequence[dict[str, str]]) -> Iterator[Entry]:
    blank = entry_of({"title": "", "published": "2023-08-01T00:00:00+00:00", "source": ""})
    for item in items:
        title, summary = plain_text(item.get("title", ""), 1000), plain_text(item.get("summary", ""), 4000)
        yield replace(blank, title=title, summary=summary)


def report(name: str, parsing: float, matching: float, count: int) -> None:
    print(
        f"{name:10} feedparser {parsing / count * 1e6:6.0f} us, matching {matching / count * 1e6:6.0f} us an entry: "
        f"{matching / parsing:.1%} ({count} entries); wanted <= 15 %"
    )


def rss(entries: Sequence[Entry]) -> bytes:
    items = "".join(
        f"<item><title>{html.escape(entry.title)}</title><link>{html.escape(entry.url)}</link>"
        f"<guid isPermaLink='false'>{entry.id}</guid><pubDate>Tue, 01 Aug 2023 10:00:00 GMT</pubDate>"
        f"<description>{html.escape('<p>' + html.escape(entry.summary) + '</p>')}</description></item>"
        for entry in entries
    )
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
    )


def against_partial_ratio(profiles: Sequence[Profile], entries: Sequence[Entry]) -> None:
    matcher = compile_matcher(profiles)
    terms = terms_of(profiles)
    for entry in entries:
        match(entry, matcher)
    started = time.process_time()
    for entry in entries:
        match(entry, matcher)
    ours = cpu_us(started, len(entries))
    started = time.process_time()
    for entry in entries:
        for term in terms:
            fuzz.partial_ratio(term, entry.title, score_cutoff=85)
    loop = cpu_us(started, len(entries))
    print(
        f"loop       partial_ratio {loop:.0f} us, matching {ours:.0f} us an entry: {loop / ours:.0f} times; wanted >= 5"
    )


def growth(profiles: Sequence[Profile], entries: Sequence[Entry]) -> None:
    """Cost with 10 and 100 times the terms; the added ones are made-up names that patterns ask for, too."""
    count = len(terms_of(profiles))
    for times in (1, 10) if QUICK else (1, 10, 100):
        grown = [add_terms(profiles[0], (times - 1) * count), *profiles[1:]]
        matcher = compile_matcher(grown)
        gc.collect()
        for entry in entries:
            match(entry, matcher)
        started = time.process_time()
        for entry in entries:
            match(entry, matcher)
        print(
            f"growth     {times:3} x terms ({times * count:7}): {cpu_us(started, len(entries)):5.0f} us an entry"
        )
        del matcher


SYLLABLES = (
    "ka",
    "lor",
    "min",
    "teb",
    "vus",
    "dra",
    "pol",
    "zen",
    "gri",
    "hom",
    "quil",
    "wex",
    "yar",
    "fod",
    "jup",
    "nax",
)


def add_terms(profile: Profile, count: int) -> Profile:
    names = ("".join(parts).capitalize() for parts in product(SYLLABLES, repeat=5))
    terms = tuple(Term(text=name, fuzzy=False) for name in islice(names, count))
    if not terms:
        return profile
    made_up = Concept(id="made-up", members=(Member(id="made-up", terms=terms),))
    first = profile.patterns[0]
    widened = replace(
        first,
        needs=(replace(first.needs[0], concepts=(*first.needs[0].concepts, "made-up")), *first.needs[1:]),
    )
    return replace(profile, concepts=(*profile.concepts, made_up), patterns=(widened, *profile.patterns[1:]))


if __name__ == "__main__":
    assert Path(ROOT / "config").is_dir()
    main()
