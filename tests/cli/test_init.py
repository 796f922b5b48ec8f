"""`watcher init`: a starter configuration that works and never overwrites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from watcher.__main__ import main
from watcher.config import load, packaged

if TYPE_CHECKING:
    from pathlib import Path


def files(directory: Path) -> dict[str, bytes]:
    """Every file below a directory."""
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


def test_what_init_writes_is_valid_and_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A short feeds.yaml, all topics, concepts, seeds, schemas and a note of what is what."""
    new = tmp_path / "mine"
    assert 0 == main(["init", str(new)])
    assert f"files written to {new}" in capsys.readouterr().out
    loaded = load(new, {})
    assert 8 <= len(loaded.feeds.feeds) <= 15
    assert {"aes", "russia-sahel", "counterterrorism"} == set(loaded.profiles)
    written = files(new)
    for name in ("watcher.yaml", "concepts.yaml", "README.txt", "schema/watcher.json", "seeds/README.md"):
        assert name in written
    assert (packaged("config") / "watcher.yaml").read_bytes() == written["watcher.yaml"]
    assert str(new).encode() in written["README.txt"]


def test_all_feeds_can_be_asked_for(tmp_path: Path) -> None:
    """--all-feeds writes the shipped list as it is."""
    assert 0 == main(["init", str(tmp_path), "--all-feeds"])
    assert (packaged("config") / "feeds.yaml").read_bytes() == (tmp_path / "feeds.yaml").read_bytes()


def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file in the way, and nothing at all is written; the file stays as it is."""
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "aes.yaml").write_text("mine\n", encoding="utf-8")
    assert 2 == main(["init", str(tmp_path)])
    assert f"{tmp_path}: topics/aes.yaml is there already; nothing was written" in capsys.readouterr().err
    assert {"topics/aes.yaml": b"mine\n"} == files(tmp_path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the directory's place is an error in words."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert 2 == main(["init", str(tmp_path / "file")])
    assert "is a file" in capsys.readouterr().err


def test_a_second_time_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not one for each of the files; and what is to be typed next can be typed, blanks in the name or not."""
    new = tmp_path / "my watch"
    assert 0 == main(["init", str(new)])
    assert f"watcher --config '{new}' run" in capsys.readouterr().out
    assert 2 == main(["init", str(new)])
    assert 1 == len(capsys.readouterr().err.splitlines())
