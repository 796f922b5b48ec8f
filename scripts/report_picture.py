"""The report as a browser shows it: checked, and its picture for the docs.

python scripts/report_picture.py [-o docs/pictures/report.png] [--page report.html]

Lets the labelled headlines of tests/data come in over the last three weeks, decided by the shipped topics, into a
database of its own, runs `watcher report` on it, and opens the page in Chromium (Debian: apt-get install chromium). Exit
1 when the browser complains, loads anything, or draws less than the page holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.__main__ import main as watcher
from watcher.config import compile_runtime, load
from watcher.core.evaluation.replay import Arrival, decisions
from watcher.core.model import Entry, Target
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from watcher.core.deciding import Runtime

ROOT = Path(__file__).resolve().parents[1]
STORIES = ROOT / "tests/data/labelled-stories.jsonl"
LABELLED = ROOT / "tests/data/labelled.jsonl"
PERIOD = timedelta(days=21)
WIDTH, HEIGHT = 1180, 1790  # what the picture shows, in the page's pixels: its top
SCALE = 0.82  # picture pixels per page pixel: legible, and small enough to be kept with the code
LIMIT_BYTES = 200_000


def arrivals() -> list[Arrival]:
    """The story set as it happened, shifted to end now; among it what is on no topic, spread evenly."""
    rows = [json.loads(line) for line in STORIES.read_text(encoding="utf-8").splitlines()]
    others = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    others = [row for row in others if not any(row["grades"].values())]
    now = datetime.now(UTC).replace(microsecond=0)
    shift = now - timedelta(hours=1) - datetime.fromisoformat(rows[-1]["published"])
    names = {_host(row): row["source"] for row in [*rows, *others] if "//" not in row["source"]}
    found = [_arrival(row, datetime.fromisoformat(row["published"]) + shift, names) for row in rows]
    step = PERIOD / len(others)
    found += [_arrival(row, now - PERIOD + step * (n + 0.5), names) for n, row in enumerate(others)]
    return sorted(found, key=lambda one: one.at)


def _host(row: dict[str, Any]) -> str:
    return (urlsplit(row["url"]).hostname or "").partition(".")[0]


def _arrival(row: dict[str, Any], at: datetime, names: dict[str, str]) -> Arrival:
    entry = Entry(
        id=row["id"],
        feed_id=_host(row),
        guid=row["url"],
        url=row["url"],
        canonical_url=row["url"],
        title=row["title"],
        summary=row["summary"],
        outlet=names.get(_host(row), _host(row)),
        language=row["language"],
        published_at=at,
        first_seen_at=at,
    )
    return Arrival(entry=entry, at=at)


def configure(directory: Path, found: list[Arrival]) -> Path:
    """The shipped topics with the outlets of the labelled headlines as feeds."""
    config = directory / "config"
    shutil.copytree(ROOT / "config", config)
    outlets = {one.entry.feed_id: one.entry.outlet for one in found}
    feeds = [
        {"id": name, "url": f"https://{name}.example/feed", "outlet": outlet}
        for name, outlet in outlets.items()
    ]
    (config / "feeds.yaml").write_text(json.dumps({"feeds": feeds}, ensure_ascii=False), encoding="utf-8")
    return config


async def fill(state: Path, found: list[Arrival], runtime: Runtime) -> None:
    """Commit every decision, deliver every alert 20 seconds later, and let one feed fail."""
    store = await SqliteStore.open(state / "watcher.db")
    await store.sync_feeds({name: feed.url for name, feed in runtime.feeds.items()}, found[0].at)
    plans = []
    for arrival, plan in decisions(found, runtime):
        url = runtime.feeds[arrival.entry.feed_id].url
        plans.append(replace(plan, state=replace(plan.state, url=url, last_success_at=found[-1].at)))
    failing = replace(
        plans[0].state,
        failure_count=9,
        failing_since=found[-1].at - timedelta(days=1),
        last_success_at=found[-1].at - timedelta(days=1),
        last_error="503 from the server; asked again with growing pauses",
    )
    plans = [replace(plan, state=failing) if plan.feed_id == failing.feed_id else plan for plan in plans]
    await store.commit_polls(plans)
    late = found[-1].at + timedelta(days=1)
    while claimed := await store.claim(late, busy_targets=(), limit=1):
        row = claimed[0]
        assert row.id is not None
        sent_at = row.due_at + timedelta(seconds=20)
        await store.acknowledge(row.id, receipt="1", sent_text="", revision=row.revision, now=sent_at)
    await store.aclose()


def browse(page: Path, picture: Path) -> list[str]:
    """Let Chromium show the page; what is wrong with it, in words."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is not there (Debian: apt-get update && apt-get install chromium)")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-dev-shm-usage", "--hide-scrollbars", f"--force-device-scale-factor={SCALE}", "--enable-logging=stderr", "--v=0",
                f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={picture}", page.resolve().as_uri(),
            ],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    problems = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    if done.returncode or not picture.exists():
        problems.append(f"chromium ended with {done.returncode}: {done.stderr[-400:]}")
    elif picture.stat().st_size > LIMIT_BYTES:
        problems.append(f"the picture has {picture.stat().st_size:,} bytes, the limit is {LIMIT_BYTES:,}")
    return problems


def inspect(page: Path) -> list[str]:
    """What a reader of the text can tell: nothing is loaded, everything is drawn."""
    text = page.read_text(encoding="utf-8")
    problems = [
        f"the page would load something: {hit}"
        for hit in re.findall(r"<(?:script|link|img|iframe|object)\b[^>]*>|url\([^)]*\)|@import[^;]*", text)
    ]
    for what, least in (("<rect", 100), ("<circle", 30), ('<path class="precision"', 3), ("<tr>", 40)):
        if text.count(what) < least:
            problems.append(f"only {text.count(what)} of {what}")
    return problems


def main() -> int:
    """Make the page, show it, take its picture."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("-o", "--output", type=Path, default=ROOT / "docs/pictures/report.png")
    options.add_argument("--page", type=Path, help="also keep the page here")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        found = arrivals()
        config = configure(Path(directory), found)
        runtime = compile_runtime(load(config, {}))
        runtime = replace(runtime, targets={"desk": Target(id="desk")})
        state = Path(directory) / "state"
        state.mkdir()
        asyncio.run(fill(state, found, runtime))
        page = asked.page or Path(directory) / "report.html"
        arguments = ["--config", config, "--state", state, "report", "--since", "21d", "-o", page]
        code = watcher([*map(str, arguments), "--labels", str(LABELLED)])
        if code:
            return code
        problems = inspect(page) + browse(page, asked.output)
    for problem in problems:
        print(problem)
    print(f"{asked.output}: {asked.output.stat().st_size:,} bytes")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
