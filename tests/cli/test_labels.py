"""Judgements pressed under alerts come out in the format that evaluate and tune read."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from watcher.cli import cli
from watcher.cli.entries_file import read_labelled
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path


def label(entry: str, *, relevant: bool) -> str:
    return json.dumps(
        {
            "entry": entry,
            "headline": "Lavrov lands in Bamako",
            "summary": "",
            "outlet": "Alpha",
            "language": "en",
            "topics": ["russia-sahel"],
            "relevant": relevant,
        }
    )


async def _judge(database: Path, facts: dict[str, str]) -> None:
    store = await SqliteStore.open(database)
    for key, value in facts.items():
        await store.set_value(key, value)
    await store.aclose()


def test_export_writes_what_evaluate_reads(tmp_path: Path) -> None:
    """Relevant is grade 2; where two people disagree the grade is 1."""
    facts = {
        "label:e1:7": label("e1", relevant=True),
        "label:e2:7": label("e2", relevant=True),
        "label:e2:8": label("e2", relevant=False),
    }
    asyncio.run(_judge(tmp_path / "watcher.db", facts))
    out = tmp_path / "labels.jsonl"
    done = CliRunner().invoke(cli, ["--state", str(tmp_path), "labels", "export", "-o", str(out)])
    assert 0 == done.exit_code, done.output
    grades = {item.entry.id: item.grades for item in read_labelled(out)}
    assert {"e1": {"russia-sahel": 2}, "e2": {"russia-sahel": 1}} == grades


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The file and the reason, no traceback; and that nothing was judged is said, not left to be guessed."""
    asyncio.run(_judge(tmp_path / "watcher.db", {}))
    target = tmp_path / "missing" / "labels.jsonl"
    done = CliRunner().invoke(cli, ["--state", str(tmp_path), "labels", "export", "-o", str(target)])
    assert 1 == done.exit_code
    assert f"{target}': No such file or directory" in done.output
    assert "nobody has judged an alert" in done.output
