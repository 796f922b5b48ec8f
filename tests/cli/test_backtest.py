"""`watcher backtest` and `watcher nearmisses`, as a user types them."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk


def test_an_unedited_profile_changes_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What was told is what would be told, from stored scores."""
    desk.remember()
    answer = desk.asked(capsys, "backtest")
    assert ("stored", 5, {"before": 2, "after": 2}) == (answer["scores"], answer["entries"], answer["alerts"])
    assert ([], [], [], 2) == (answer["gained"], answer["lost"], answer["changed"], answer["same"])


def test_a_changed_threshold_is_answered_from_stored_scores(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lower one gains the hint, with its reason; a higher one loses what was told."""
    desk.remember()
    desk.edit("threshold: 50", "threshold: 30")
    answer = desk.asked(capsys, "backtest")
    assert "stored" == answer["scores"]
    assert [("Cattle census begins across Mali", "ties 35: threshold 50 → 30")] == [
        (one["title"], one["reason"]) for one in answer["gained"]
    ]
    desk.edit("threshold: 30", "threshold: 95")
    answer = desk.asked(capsys, "backtest", "--near", "0")
    assert ("stored", 2, []) == (answer["scores"], len(answer["lost"]), answer["gained"])


def test_an_edited_pattern_reads_every_entry_anew(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Stored scores are of no use then; --rescore asks for it at any time."""
    desk.remember()
    desk.edit("score: 35", "score: 60")
    answer = desk.asked(capsys, "backtest")
    assert ("computed", ["Cattle census begins across Mali"]) == (
        answer["scores"],
        [one["title"] for one in answer["gained"]],
    )
    desk.edit("score: 60", "score: 35")
    assert "stored" == desk.asked(capsys, "backtest")["scores"]
    assert "computed" == desk.asked(capsys, "backtest", "--rescore")["scores"]


def test_another_configuration_is_compared_with_the_one_in_force(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--config OTHER: nothing in force is touched."""
    desk.remember()
    other = tmp_path / "other"
    shutil.copytree(desk.config, other)
    desk.edit("score: 90", "score: 20")  # now in force: tells nothing
    answer = desk.asked(capsys, "backtest", "--config", other)
    assert {"before": 0, "after": 2} == answer["alerts"]
    assert "the configuration in force" == answer["compared_with"]


def entries_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["entries.jsonl", "entries.jsonl.gz"])
def test_a_file_is_replayed_without_any_database(
    name: str, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stream's format, plain or gzipped, in any order; with another configuration also what changes."""
    rows = [
        {"title": "Kremlin writes to Niger", "published": "2026-03-02T10:00:00+00:00", "source": "a"},
        {
            "title": "Cattle census begins across Mali",
            "published": "2026-03-01T10:00:00Z",
            "source": "b",
            "summary": "",
        },
    ]
    file = entries_file(tmp_path / name, rows)
    answer = desk.asked(capsys, "backtest", "--file", file)
    assert ({"before": None, "after": 1}, 2) == (answer["alerts"], answer["entries"])
    assert ["Cattle census begins across Mali"] == [miss["title"] for miss in answer["near_misses"]]
    other = tmp_path / "other"
    shutil.copytree(desk.config, other)
    desk.edit("score: 90", "score: 20")
    answer = desk.asked(capsys, "backtest", "--file", file, "--config", other)
    assert {"before": 0, "after": 1} == answer["alerts"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nonsense\n", ":1:1: is no JSON"),
        ("[]\n", ":1: is no JSON object"),
        (
            '{"title": "x", "published": "2026-03-01T10:00:00Z"}\n{"title": "y"}\n',
            ":2: 'published' is missing",
        ),
        ('{"published": "2026-03-01T10:00:00Z"}\n', ":1: 'title' is missing"),
    ],
)
def test_a_bad_line_is_named(
    text: str, place: str, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, line and what is wrong with it; exit 2."""
    file = tmp_path / "entries.jsonl"
    file.write_text(text, encoding="utf-8")
    assert 2 == desk.run("backtest", "--file", file)
    assert f"{file}{place}" in capsys.readouterr().err


def test_people_get_tables(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Volumes, days, differences with reasons, near misses."""
    desk.remember()
    desk.edit("threshold: 50", "threshold: 95")
    assert 0 == desk.run("backtest", "--days", "--limit", "1")
    shown = capsys.readouterr().out
    assert "alerts\t2\t0" in shown
    assert "gained 0, lost 2, changed 0, the same 0" in shown
    assert "ties 94: threshold 50 → 95" in shown
    assert "… and 1 more (--limit)" in shown
    assert "near misses" in shown


def test_near_misses_and_silence(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What stayed just below, with the reason; a topic with few stories is not called silent."""
    desk.remember()
    answer = desk.asked(capsys, "nearmisses")
    (miss,) = answer["near_misses"]
    assert ("Cattle census begins across Mali", 35, 50) == (miss["title"], miss["score"], miss["threshold"])
    assert "'a state alone' 35" in miss["because"]
    assert [("ties", 2, "")] == [(one["topic"], one["stories"], one["silent"]) for one in answer["topics"]]
    assert [] == desk.asked(capsys, "nearmisses", "--margin", "5")["near_misses"]
    assert 0 == desk.run("nearmisses", "--topic", "ties")
    assert "1 of 5 entries stayed below a threshold" in capsys.readouterr().out
    assert 2 == desk.run("nearmisses", "--topic", "tise")
    assert "did you mean 'ties'?" in capsys.readouterr().err
