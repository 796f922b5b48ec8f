"""`watcher evaluate` measures profiles against labels and guards a floor."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk

ITEMS = (
    ("Lavrov lands in Bamako", 2),
    ("Kremlin writes to Niger", 2),
    ("Envoys from the north arrive", 2),
    ("Lavrov changes planes in Niamey", 0),
    ("Rain over Lagos", 0),
    ("Russia and Mali, perhaps", 1),
)


def test_the_figures_are_those_of_the_definition(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Two found, one missed, one false; the borderline item is not counted."""
    facts = desk.asked(capsys, "evaluate", desk.labels(*ITEMS))["topics"]["ties"]
    assert (2, 1, 1) == (facts["true"], facts["false"], facts["missed"])
    assert pytest.approx(2 / 3) == facts["precision"] == facts["recall"] == facts["f1"]
    assert 5 == facts["counted"]
    assert facts["intervals"]["f1"][0] <= facts["f1"] <= facts["intervals"]["f1"][1]
    assert "Envoys from the north arrive" == facts["misses"][0]["title"]
    assert any("both in one entry" in line for line in facts["false_alarms"][0]["explanation"])


def test_gzipped_labels_are_read_too(desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The judged sets are often packed."""
    packed = tmp_path / "labels.jsonl.gz"
    packed.write_bytes(gzip.compress(desk.labels(*ITEMS).read_bytes()))
    assert 2 == desk.asked(capsys, "evaluate", packed)["topics"]["ties"]["true"]


def test_people_get_a_table_and_the_worst_mistakes(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures, a sweep, and each mistake with its explanation."""
    assert 0 == desk.run("evaluate", desk.labels(*ITEMS))
    said = capsys.readouterr().out
    for part in ("ties: sweep", "worst false alarms", "Lavrov changes planes in Niamey", "worst misses"):
        assert part in said


@pytest.mark.parametrize(("least", "exit_code"), [(0.6, 0), (0.7, 1)])
def test_a_figure_below_its_floor_ends_with_1(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path, least: float, exit_code: int
) -> None:
    """What was reached once is not lost unnoticed."""
    floor = tmp_path / "floor.json"
    floor.write_text(json.dumps({"topics": {"ties": {"f1": least}}}), encoding="utf-8")
    assert exit_code == desk.run("evaluate", desk.labels(*ITEMS), "--floor", floor)
    assert bool(exit_code) == ("below the floor of 0.7" in capsys.readouterr().err)


def test_a_floor_for_a_topic_that_was_not_measured_fails(desk: Desk, tmp_path: Path) -> None:
    """A renamed topic must not slip out of its floor."""
    floor = tmp_path / "floor.json"
    floor.write_text('{"topics": {"gone": {"f1": 0.1}}}', encoding="utf-8")
    assert 1 == desk.run("evaluate", desk.labels(*ITEMS), "--floor", floor)


@pytest.mark.parametrize("content", ["[]", "{", '{"topics": {"ties": {"g1": 1}}}', '{"topics": {"ties": 1}}'])
def test_a_broken_floor_file_is_a_configuration_error(desk: Desk, tmp_path: Path, content: str) -> None:
    """Exit 2, as for every file that is wrong."""
    floor = tmp_path / "floor.json"
    floor.write_text(content, encoding="utf-8")
    assert 2 == desk.run("evaluate", desk.labels(*ITEMS), "--floor", floor)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"title": "x", "grades": {"ties": 3}}', "'grades' must be"),
        ('{"grades": {"ties": 2}}', "'title' is missing"),
        ("not json", "is no JSON"),
    ],
)
def test_a_broken_line_is_named(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str, message: str
) -> None:
    """File and line, so that it can be mended."""
    path = tmp_path / "labels.jsonl"
    path.write_text('{"title": "a", "grades": {"ties": 0}}\n' + line + "\n", encoding="utf-8")
    assert 2 == desk.run("evaluate", path)
    said = capsys.readouterr().err
    assert f"{path}:2" in said
    assert message in said
