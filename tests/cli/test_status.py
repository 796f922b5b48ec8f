"""`watcher status`: how each feed does, in words and for machines."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.store.records import plan, state
from watcher.__main__ import main
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SINCE = datetime(2026, 3, 2, 19, 42, tzinfo=UTC)
NEXT = datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_a_feed_in_trouble_shows_its_error_count_since_and_next_try(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """F10: all four are in the table and in JSON; a feed that is well has none of it."""
    failing = state(
        feed_id="ailing",
        failure_count=7,
        failing_since=SINCE,
        last_error="503 Service Unavailable",
        next_poll_at=NEXT,
        next_poll_reason="failed 7 times in a row: back-off 10.7 h",
    )
    well = state(feed_id="well", last_success_at=SINCE, next_poll_at=NEXT)

    async def fill() -> None:
        store = await SqliteStore.open(tmp_path / "watcher.db")
        await store.sync_feeds({"ailing": failing.url, "well": well.url}, SINCE)
        await store.commit_polls([plan(state=failing), plan(state=well)])
        await store.aclose()

    asyncio.run(fill())
    assert 0 == main(["--state", str(tmp_path), "status"])
    table = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line]
    rows = {line[0]: dict(zip(table[0], line, strict=True)) for line in table}
    assert "failing: 7 times since 2026-03-02 19:42" == rows["ailing"]["state"]
    assert "503 Service Unavailable" == rows["ailing"]["error"]
    assert "2026-03-03 08:00:00" == rows["ailing"]["next_poll_at"]
    assert ("ok", "") == (rows["well"]["state"], rows["well"]["error"])
    assert 0 == main(["--state", str(tmp_path), "status", "--json"])
    first, second = json.loads(capsys.readouterr().out)["feed_states"]
    assert ("failing", 7, SINCE.isoformat()) == (first["state"], first["failures"], first["failing_since"])
    assert ("ok", 0, None) == (second["state"], second["failures"], second["failing_since"])
