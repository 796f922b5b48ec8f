"""A small configuration with comments, and a database with a past of its own: for tests of commands that look back."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from watcher.__main__ import main
from watcher.config import compile_runtime, load
from watcher.core.evaluation.replay import Arrival, decisions
from watcher.core.model import Entry
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = """\
feeds:
  - {id: wire, url: "https://wire.example/feed", outlet: The Wire}
  - {id: rival, url: "https://rival.example/feed", outlet: Rival Post}
"""
TIES = """\
# Who talks to whom. This comment stays.
id: ties
name: Ties
threshold: 50   # tuned by hand

concepts:
  russia:
    any: [Russia, Kremlin, Lavrov]  # add envoys here
  sahel:
    members:
      ml: [Mali, Bamako]
      ne: [Niger, Niamey]

patterns:
  - name: both in one entry
    needs: [russia, sahel]
    score: 90
  - name: a state alone
    needs: [sahel]
    score: 35  # a hint
"""
ENTRIES = (
    ("wire", "Lavrov lands in Bamako for talks"),
    ("rival", "Lavrov lands in Bamako for talks"),
    ("wire", "Cattle census begins across Mali"),
    ("rival", "Rain over Lagos"),
    ("wire", "Kremlin writes to Niger"),
)


class Desk:
    """A configuration and a state directory, and the command line over them."""

    def __init__(self, directory: Path) -> None:
        self.config = directory / "config"
        self.state = directory / "state"
        self.state.mkdir(parents=True)
        (self.config / "topics").mkdir(parents=True)
        (self.config / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
        self.topic = self.config / "topics/ties.yaml"
        self.topic.write_text(TIES, encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Edit the topic as a user would."""
        text = self.topic.read_text(encoding="utf-8")
        assert old in text
        self.topic.write_text(text.replace(old, new), encoding="utf-8")

    def remember(self, *entries: tuple[str, str], hours_ago: float = 30.0) -> None:
        """Let entries come in, an hour apart, decided by the configuration as it is, and store what follows."""
        runtime = compile_runtime(load(self.config, {}))
        begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
        arrivals = [
            Arrival(entry=_entry(feed, title, at, number), at=at)
            for number, (feed, title) in enumerate(entries or ENTRIES)
            for at in [begin + timedelta(hours=number)]
        ]

        async def fill() -> None:
            store = await SqliteStore.open(self.state / "watcher.db")
            await store.sync_feeds({feed.id: feed.url for feed in runtime.feeds.values()}, begin)
            await store.commit_polls([plan for _, plan in decisions(arrivals, runtime)])
            await store.aclose()

        asyncio.run(fill())

    def labels(self, *items: tuple[str, int], name: str = "labels.jsonl") -> Path:
        """Write a labelled file into the state directory."""
        path = self.state / name
        lines = [
            json.dumps(
                {
                    "id": f"{number}",
                    "title": title,
                    "summary": "",
                    "language": "en",
                    "grades": {"ties": grade},
                }
            )
            for number, (title, grade) in enumerate(items)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def run(self, *arguments: object) -> int:
        """Run `watcher ARGUMENTS` over this desk; its exit code."""
        try:
            return main(["--config", str(self.config), "--state", str(self.state), *map(str, arguments)])
        except SystemExit as end:
            return int(end.code or 0)

    def asked(self, capsys: Any, *arguments: object) -> Any:
        """Run a command with --json; its answer."""
        capsys.readouterr()
        assert 0 == self.run(*arguments, "--json")
        return json.loads(capsys.readouterr().out)


def _entry(feed: str, title: str, at: datetime, number: int) -> Entry:
    url = f"https://{feed}.example/{number}"
    return Entry(
        id=f"{number:016x}",
        feed_id=feed,
        guid=url,
        url=url,
        canonical_url=url,
        title=title,
        summary="",
        outlet={"wire": "The Wire", "rival": "Rival Post"}[feed],
        language="en",
        published_at=at,
        first_seen_at=at,
    )
