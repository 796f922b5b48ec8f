"""`watcher health`, `backup`, `restore` and `doctor`, as a user types them."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.ops.test_control import running
from tests.store.records import NOW, delivery, news
from watcher.__main__ import main
from watcher.core.model import DeliveryState
from watcher.errors import ExitCode
from watcher.ops.heartbeat import Heartbeat, write_heartbeat
from watcher.store.reading import ReadStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Watch = Callable[..., int]


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """A state directory with a database."""

    async def fill() -> None:
        store = await SqliteStore.open(tmp_path / "state" / "watcher.db")
        await store.commit_polls([news(1)])
        await store.aclose()

    asyncio.run(fill())
    return tmp_path / "state"


@pytest.fixture
def watch(state_dir: Path) -> Watch:
    """Runs `watcher --state … ARGUMENTS`; returns its exit code."""

    def run(*arguments: object) -> int:
        try:
            return main(["--state", str(state_dir), *map(str, arguments)])
        except SystemExit as end:
            return int(end.code or 0)

    return run


def beat(state_dir: Path, pid: int, **changes: float) -> None:
    """Leave a sign of life, as old as the watcher has been running."""
    write_heartbeat(
        state_dir,
        Heartbeat(
            pid=pid,
            started_at=(datetime.now(UTC) - timedelta(hours=1)).isoformat(),
            interval_s=600,
            ticked_age_s=changes.get("ticked_age_s", 0),
            cycle_age_s=0,
            feed_count=2,
            failing_count=int(changes.get("failing_count", 0)),
        ),
    )


def change(database: Path, statement: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


def test_health_of_nothing_is_a_finding(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a running watcher: exit 1, and it says so."""
    assert watch("health") == ExitCode.FINDING
    assert "no watcher is running" in capsys.readouterr().out


def test_health_follows_the_running_watcher(
    watch: Watch, state_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Well with a fresh heartbeat and nothing overdue; unwell with an old tick or a forgotten delivery."""
    change(state_dir / "watcher.db", "UPDATE deliveries SET due_at = due_at + 86400000000 * 36500")
    with running(state_dir) as process:
        assert watch("health") == ExitCode.FINDING  # no heartbeat yet
        beat(state_dir, process.pid)
        assert watch("health") == ExitCode.OK
        beat(state_dir, process.pid, failing_count=2)
        assert watch("health", "--json") == ExitCode.OK
        out = capsys.readouterr().out
        assert json.loads(out[out.index("{") :])["condition"] == "degraded"
        beat(state_dir, process.pid, ticked_age_s=90)
        assert watch("health") == ExitCode.FINDING
        beat(state_dir, process.pid)
        stamp = int((datetime.now(UTC) - timedelta(minutes=6)).timestamp() * 1e6)
        change(state_dir / "watcher.db", f"UPDATE deliveries SET due_at = {stamp}")
        assert watch("health") == ExitCode.FINDING
        assert "not been attempted" in capsys.readouterr().out
        change(state_dir / "watcher.db", f"UPDATE deliveries SET started_at = {stamp + 120_000_000}")
        assert watch("health") == ExitCode.OK  # it was attempted since: Telegram is away, or it is paced


def test_a_backup_that_cannot_be_put_there_names_the_place(
    watch: Watch, state_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not the database, with which nothing is wrong."""
    (tmp_path / "note").write_text("", encoding="utf-8")
    assert watch("backup", tmp_path / "note" / "copy.db") == ExitCode.FINDING
    assert f"{tmp_path / 'note'}: Not a directory" in capsys.readouterr().err


def test_backup_and_restore(
    watch: Watch, state_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup made beside a running watcher comes back; the former database is kept."""
    with running(state_dir):
        assert watch("backup", tmp_path / "copy.db") == ExitCode.OK
        assert watch("backup", tmp_path / "copy.db") == ExitCode.CONFIGURATION
        assert watch("backup", "--force", tmp_path / "copy.db") == ExitCode.OK
        assert watch("backup", state_dir / "watcher.db") == ExitCode.CONFIGURATION
        (tmp_path / "backups").mkdir()
        assert watch("backup", tmp_path / "backups") == ExitCode.OK
        assert watch("restore", tmp_path / "copy.db") == ExitCode.ALREADY_RUNNING
    assert len(list((tmp_path / "backups").glob("watcher-*.db"))) == 1
    change(state_dir / "watcher.db", "DELETE FROM deliveries")
    assert watch("restore", tmp_path / "copy.db") == ExitCode.OK
    assert "before-restore" in capsys.readouterr().out
    with ReadStore(state_dir / "watcher.db") as reading:
        assert len(reading.deliveries()) == 1


def test_commands_refuse_an_unusable_database(watch: Watch, state_dir: Path, tmp_path: Path) -> None:
    """A corrupt database ends backup with exit 3, and a corrupt backup ends restore with it."""
    (tmp_path / "garbage.db").write_bytes(b"garbage" * 9999)
    assert watch("restore", tmp_path / "garbage.db") == ExitCode.DATABASE
    (state_dir / "watcher.db").write_bytes(b"garbage" * 9999)
    assert watch("backup", tmp_path / "copy.db") == ExitCode.DATABASE
    assert not (tmp_path / "copy.db").exists()


def test_doctor_finds_what_was_planted(
    watch: Watch, state_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows given up and a watcher that does not run are found, each with advice; exit 1."""

    async def plant() -> None:
        store = await SqliteStore.open(state_dir / "watcher.db")
        await store.enqueue(
            [replace(delivery(7), state=DeliveryState.DEAD, reason="chat refused"), delivery(8, due_at=NOW)]
        )
        await store.aclose()

    asyncio.run(plant())
    assert watch("doctor", "--json") == ExitCode.FINDING
    findings = json.loads(capsys.readouterr().out)
    texts = " ".join(finding["text"] for finding in findings)
    for part in ("chat refused", "is not running", "sound", "nothing was attempted"):
        assert part in texts
    assert all(finding["advice"] for finding in findings if finding["severity"] != "ok")


def test_doctor_tells_of_a_corrupt_database(
    watch: Watch, state_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The doctor does not die of a corrupt file: it says what to do, and leaves the file alone."""
    data = b"garbage" * 9999
    (state_dir / "watcher.db").write_bytes(data)
    assert watch("doctor") == ExitCode.FINDING
    assert "corrupt" in capsys.readouterr().out
    assert (state_dir / "watcher.db").read_bytes() == data


def test_doctor_tells_of_a_broken_configuration(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken configuration is one finding; the rest is still looked at."""
    broken = tmp_path / "config"
    broken.mkdir()
    (broken / "watcher.yaml").write_text("pollling: {}\n", encoding="utf-8")
    monkeypatch.setenv("WATCHER_CONFIG", os.fspath(broken))
    assert watch("doctor") == ExitCode.FINDING
    out = capsys.readouterr().out
    assert "pollling" in out
    assert "sound" in out
