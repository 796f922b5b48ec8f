"""`watcher demo`: the whole way of the news on loopback, told truly."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from tests.demo.playing import environment, played
from watcher.demo import playing
from watcher.demo.botapi import DEMO_TOKEN
from watcher.demo.screen import Screen
from watcher.demo.script import ACTS, BACKLOG, OUTLETS
from watcher.demo.stage import NowhereToWrite, Stage

if TYPE_CHECKING:
    from pathlib import Path

SLOW = 100  # seconds: the first of these tests waits for the demo, on a machine that may be busy
PIECES = [piece for act in ACTS for piece in act.pieces]


def bubbles() -> list[tuple[str, str]]:
    """Title and text of every message and edit, in the order drawn."""
    return re.findall(r"^╭─ (.*?) ?─*\n(.*?)\n╰─+$", played().out, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.timeout(SLOW)
def test_it_comes_to_its_end_quietly() -> None:
    """Exit code 0, nothing on standard error, within half a minute even on a busy machine."""
    done = played()
    assert (0, "") == (done.code, done.err)
    assert done.duration_s < 30


@pytest.mark.timeout(SLOW)
def test_it_needs_no_network() -> None:
    """It connects to this machine only and asks for no name."""
    assert {"127.0.0.1"} == set(played().hosts)


@pytest.mark.timeout(SLOW)
def test_it_leaves_nothing_behind() -> None:
    """Neither where it was started nor among temporary files."""
    assert () == played().left_behind


@pytest.mark.timeout(SLOW)
def test_every_alert_says_why() -> None:
    """Each message but the first run's has one line that starts with `Why:`, and so has each edit."""
    assert "Watching now" in bubbles()[0][1]
    for title, text in bubbles()[1:]:
        assert 1 == sum(line.startswith("Why: ") for line in text.splitlines()), title


@pytest.mark.timeout(SLOW)
def test_a_story_is_one_push_and_then_edits() -> None:
    """Two stories are two pushes however many outlets tell them; the toll is an edit; what follows is a push."""
    pushes = [(title, text) for title, text in bubbles()[1:] if "edited" not in title]
    edits = [(title, text) for title, text in bubbles()[1:] if "edited" in title]
    assert 3 == len(pushes)
    assert 1 == sum("L'AES envoie" in text for _, text in pushes)
    assert all("no sound" in title for title, _ in edits)
    visit = [text for _, text in edits if "Lavrov lands" in text][-1]
    for outlet in ("Le Fil du Fleuve", "Nevskaya Khronika", "Correo Atlántico", "Sada as-Sahra"):
        assert outlet in visit
    attack = [text for _, text in edits if "Djibo" in text][-1]
    assert "Changed: toll 12 → 17" in attack


@pytest.mark.timeout(SLOW)
def test_what_only_looks_like_news_stays_silent_and_is_accounted_for() -> None:
    """No decoy is in the chat; each is in the table at the end, with what the database says of it."""
    chat = "\n".join(text for _, text in bubbles())
    table = played().out.partition("What was not alerted")[2]
    decoys = [piece for piece in PIECES if piece.trap]
    assert len(decoys) >= 6
    for piece in decoys:
        assert piece.title not in chat
        assert " ".join(piece.title.split()[:2]) in table, piece.title
    assert len(decoys) == table.count("off topic: ") + table.count("below the line: ")


def test_the_play_is_as_large_as_promised() -> None:
    """A dozen outlets in at least four languages, and every piece is by one of them."""
    assert 12 == len(OUTLETS)
    assert len({outlet.language for outlet in OUTLETS}) >= 4
    assert {piece.outlet_id for piece in (*BACKLOG, *PIECES)} == {outlet.id for outlet in OUTLETS}
    links = [(piece.outlet_id, piece.slug) for piece in (*BACKLOG, *PIECES)]
    assert len(links) == len(set(links))


@pytest.mark.timeout(SLOW)
def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    """Interrupted in the middle: no traceback, exit code 0 as for `run`, nothing left behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "watcher", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        while "message 1" not in (line := process.stdout.readline()):
            assert line, "it ended before its first message"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (0, "stopped\n") == (process.returncode, err)
    assert [] == list(tmp_path.iterdir())


async def test_it_says_what_is_missing_when_the_watcher_does_not_do_its_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An act that is not dealt with in time fails the demo and names what was not read."""
    monkeypatch.setattr(playing, "ACT_S", 0.0)
    with pytest.raises(playing.DemoFailed, match=r"not read: .*/gastroli"):
        await playing.play(Screen(io.StringIO()))


@pytest.mark.timeout(SLOW)
def test_a_reader_who_goes_away_ends_it(tmp_path: Path) -> None:
    """`watcher demo | head -3`: no traceback, nothing left behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "watcher", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(30)
    assert "" == err
    assert [] == list(tmp_path.iterdir())


def test_a_machine_without_temporary_files_uses_the_state_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a read-only container only the volume can be written to; without one the demo says what it needs."""

    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with Stage(tmp_path) as stage:
        assert stage.state_dir.is_relative_to(tmp_path)
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(NowhereToWrite, match="No usable temporary directory"), Stage(tmp_path / "missing"):
        pass


def test_the_real_environment_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token or chat of the user's own stays out of the demo."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "987654321:real")
    monkeypatch.setenv("TELEGRAM_CHAT_ID", "55")
    with Stage() as stage:
        assert DEMO_TOKEN == stage.load().environment.token
        assert stage.load().environment.chat is None
