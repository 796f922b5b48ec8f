"""Writes the present format's dump under tests/data/schemas/, from which test_opening opens it for ever.

Run as `python -m tests.store.dump_format` when a format is released or, before that, changed. The dump of a
released format never changes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from tests.store.records import NOW, acknowledge, news
from watcher.core.model import Mute, TargetState
from watcher.store.schema import APPLICATION_ID, MIGRATIONS
from watcher.store.sqlite import SqliteStore

SCHEMAS = Path(__file__).parent.parent / "data" / "schemas"
HEAD = """\
-- A database of format {version} as this program wrote it: two stories, one alert delivered, one waiting.
-- Stays as it is when the format changes: it must always open.
"""


async def fill(database: Path) -> None:
    """Make the database that test_opening expects."""
    store = await SqliteStore.open(database)
    await store.sync_feeds({"lokalblatt": "https://lokalblatt.example/rss"}, NOW)
    await store.commit_polls([news(1), news(2)])
    (row,) = await store.claim(NOW, busy_targets=[], limit=1)
    await acknowledge(store, row.id or 0, receipt="41", sent_text="<b>Bridge</b>", revision=1, now=NOW)
    await store.mute(Mute(kind="topic", value="aes", until=None, created_at=NOW, by="7"))
    await store.save_target_state(TargetState(target_id="desk", chat_id="-100", last_sent_at=NOW))
    await store.set_value("first_run_told", "yes")
    await store.aclose()


def dump(database: Path) -> str:
    """The database as SQL."""
    version = len(MIGRATIONS)
    with closing(sqlite3.connect(database)) as connection:
        statements = "\n".join(connection.iterdump())
    marks = f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};\n"
    return f"{HEAD.format(version=version)}{statements}\n{marks}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "watcher.db"
        asyncio.run(fill(made))
        (SCHEMAS / f"v{len(MIGRATIONS)}.sql").write_text(dump(made), encoding="utf-8")
