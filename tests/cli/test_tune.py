"""`watcher tune`: a patch to review, and only on --apply a changed file."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import TIES
from watcher.cli.pressed import LABEL_PREFIX
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from tests.cli.desk import Desk

PLACES = (
    "market",
    "harbour",
    "school",
    "bridge",
    "airport",
    "stadium",
    "clinic",
    "museum",
    "station",
    "library",
)
ON = tuple((f"Kremlin opens a {place} in Mali", 2) for place in PLACES)
OFF = tuple((f"Rain over the {place} of Lagos", 0) for place in PLACES)
RIVER = tuple((f"Kremlin buys fish from the Niger {place}", 0) for place in PLACES[:3])
ROSATOM = (
    ("Rosatom signs for a reactor near Bamako", 2),
    ("Mali hands Rosatom its lithium fields", 2),
    ("First engineers of Rosatom arrive, says Mali", 2),
    ("Power cuts: Rosatom promises Bamako light", 2),
)


def test_a_patch_is_shown_and_nothing_written(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A unified diff; the file stays as it is, byte for byte."""
    desk.labels(*ON, *OFF, *RIVER, *ROSATOM)
    assert 0 == desk.run("tune", "ties")
    shown = capsys.readouterr().out
    assert "-    any: [Russia, Kremlin, Lavrov]  # add envoys here" in shown
    assert "+    any: [Russia, Kremlin, Lavrov, Rosatom]  # add envoys here" in shown
    assert "-      ne: [Niger, Niamey]" in shown
    assert "+      ne: [Niamey]" in shown
    assert TIES == desk.topic.read_text(encoding="utf-8")


def test_apply_writes_what_was_measured_and_keeps_comments(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Comments and spacing stay; the figures are those of the written files; a second time nothing is left to do."""
    file = desk.labels(*ON, *OFF, *ROSATOM, name="judged.jsonl")
    answer = desk.asked(capsys, "tune", "ties", file, "--apply")
    assert (0, 4, 0) == (
        answer["patched"]["false_alarms"],
        answer["now"]["misses"],
        answer["patched"]["misses"],
    )
    expected = TIES.replace("[Russia, Kremlin, Lavrov]", "[Russia, Kremlin, Lavrov, Rosatom]")
    assert expected == desk.topic.read_text(encoding="utf-8")
    again = desk.asked(capsys, "tune", "ties", file, "--apply")
    assert ([], "", 0) == (again["proposals"], again["diff"], again["now"]["misses"])
    assert expected == desk.topic.read_text(encoding="utf-8")


def test_only_the_threshold_when_asked_for(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The comment behind it stays."""
    desk.edit("threshold: 50 ", "threshold: 95 ")
    file = desk.labels(*ON, *OFF, *ROSATOM)
    answer = desk.asked(capsys, "tune", "ties", file, "--threshold-only", "--apply")
    (proposal,) = answer["proposals"]
    assert proposal["edit"].startswith("threshold ")
    lines = desk.topic.read_text(encoding="utf-8").splitlines()
    assert lines[3].endswith("  # tuned by hand")
    assert "95" not in lines[3]


def test_a_patch_that_leaves_a_broken_configuration_is_never_written(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A member without terms is not valid: the whole configuration is checked before anything is written."""
    desk.edit("[Niger, Niamey]", "[Niger]")
    desk.labels(*ON, *OFF, *RIVER)
    before = desk.topic.read_text(encoding="utf-8")
    code = desk.run("tune", "ties", "--apply")
    captured = capsys.readouterr()
    after = desk.topic.read_text(encoding="utf-8")
    assert 0 == code
    assert "concepts.sahel.members.ne: is empty" in captured.out
    assert "Not in the patch: remove 'Niger' from sahel.ne" in captured.out
    assert before == after


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tise",), "did you mean 'ties'?"),
        (("ties",), "nobody has judged an alert by its buttons yet"),
    ],
)
def test_what_is_missing_is_said(
    arguments: tuple[str, ...], message: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown topic, or nothing to learn from: exit 2 with advice."""
    desk.remember()
    assert 2 == desk.run("tune", *arguments)
    assert message in capsys.readouterr().err


def test_without_anything_on_topic_there_is_nothing_to_tune_from(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said in words, with the number of entries that were looked at."""
    desk.labels(*OFF)
    assert 2 == desk.run("tune", "ties")
    assert "of 10 entries judged for 'ties' none is on topic" in capsys.readouterr().err


def test_a_labelled_line_without_grades_is_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """File and line."""
    file = desk.state / "labels.jsonl"
    file.write_text('{"title": "x"}\n', encoding="utf-8")
    assert 2 == desk.run("tune", "ties")
    assert f"{file}:1: 'grades' must be" in capsys.readouterr().err


def press(desk: Desk, entry: int, title: str, *, relevant: bool, user: int = 1) -> None:
    """Keep a judgement as the bot does."""

    async def keep() -> None:
        store = await SqliteStore.open(desk.state / "watcher.db")
        label = {
            "entry": f"{entry}",
            "story": "s-1",
            "headline": title,
            "summary": "",
            "outlet": "The Wire",
            "language": "en",
            "topics": ["ties"],
            "relevant": relevant,
            "by": f"{user}",
            "at": "2026-03-01T10:00:00+00:00",
        }
        await store.set_value(f"{LABEL_PREFIX}{entry}:{user}", json.dumps(label))
        await store.aclose()

    asyncio.run(keep())


def test_buttons_are_judgements_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file what people pressed is read; where two disagree, nothing is counted."""
    desk.remember()
    press(desk, 1, "Kremlin opens a school in Mali", relevant=True)
    press(desk, 2, "Kremlin buys fish from the Niger market", relevant=False)
    press(desk, 3, "Kremlin greets Mali", relevant=True)
    press(desk, 3, "Kremlin greets Mali", relevant=False, user=2)
    answer = desk.asked(capsys, "tune", "ties")
    assert (2, 1, 0) == (answer["judged"], answer["now"]["false_alarms"], answer["now"]["misses"])


def test_the_bot_keeps_judgements_where_they_are_looked_for() -> None:
    """Both sides name the same facts."""
    from watcher.bot import pressing

    assert pressing.LABEL_PREFIX == LABEL_PREFIX
