"""`watcher topics diff`: an upgrade of the shipped profiles, told apart from the user's own edits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from watcher.__main__ import main
from watcher.config import load
from watcher.config.shipped import compare, shipped_texts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def mine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A configuration that `watcher init` just made."""
    assert 0 == main(["init", str(tmp_path / "mine")])
    capsys.readouterr()
    return tmp_path / "mine"


def diff(mine: Path, *arguments: str) -> int:
    try:
        return main(["--config", str(mine), "topics", "diff", *arguments])
    except SystemExit as end:
        return int(end.code or 0)


def rows(mine: Path, capsys: pytest.CaptureFixture[str], code: int) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert code == diff(mine, "--json")
    return {row["file"]: row for row in json.loads(capsys.readouterr().out)}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_new_configuration_has_nothing_to_take_over(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Base, yours and shipped are the same; the copies are no part of the configuration."""
    found = rows(mine, capsys, 0)
    assert set(shipped_texts()) == set(found)
    assert {("the same", "as shipped", "")} == {
        (row["shipped"], row["yours"], row["what_to_do"]) for row in found.values()
    }
    assert not any(".base" in str(file) for file in load(mine, {}).files)


def test_own_edits_are_no_upgrade(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0; --yours shows them."""
    edit(mine / "topics/aes.yaml", "threshold: 50", "threshold: 61")
    assert ("the same", "edited") == tuple(
        rows(mine, capsys, 0)["topics/aes.yaml"][key] for key in ("shipped", "yours")
    )
    assert 0 == diff(mine, "aes", "--yours")
    shown = capsys.readouterr().out
    assert "--- topics/aes.yaml (as shipped)" in shown
    assert "+threshold: 61" in shown


def test_an_upgrade_is_shown_without_the_users_edits(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Base -> shipped only; exit 1; what was never edited may be taken whole."""
    edit(mine / ".base/topics/aes.yaml", "threshold: 50", "threshold: 48")  # what an older version shipped
    edit(mine / "topics/aes.yaml", "name: Alliance of Sahel States", "name: The alliance")
    edit(mine / ".base/concepts.yaml", "concepts:", "# an old comment\nconcepts:")
    (mine / "concepts.yaml").write_bytes((mine / ".base/concepts.yaml").read_bytes())
    found = rows(mine, capsys, 1)
    assert "take over by hand what you want" == found["topics/aes.yaml"]["what_to_do"]
    assert "take it whole: you never edited it" == found["concepts.yaml"]["what_to_do"]
    upgrade = found["topics/aes.yaml"]["diff"]
    assert "-threshold: 48" in upgrade
    assert "+threshold: 50" in upgrade
    assert "The alliance" not in upgrade


def test_what_was_taken_over_or_given_up_is_not_told_again(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Yours equals the shipped one, or you removed the topic: nothing to do."""
    edit(mine / ".base/topics/aes.yaml", "threshold: 50", "threshold: 48")
    edit(mine / ".base/topics/counterterrorism.yaml", "threshold: 50", "threshold: 48")
    (mine / "topics/counterterrorism.yaml").unlink()
    found = rows(mine, capsys, 0)
    assert ["", ""] == [found[f"topics/{name}.yaml"]["diff"] for name in ("aes", "counterterrorism")]


def test_a_new_shipped_topic_is_told(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was not there when the configuration was made."""
    (mine / ".base/topics/aes.yaml").unlink()
    (mine / "topics/aes.yaml").unlink()
    row = rows(mine, capsys, 1)["topics/aes.yaml"]
    assert ("new", "not there", "copy it, if you want it") == (
        row["shipped"],
        row["yours"],
        row["what_to_do"],
    )


def test_own_topics_are_nobody_elses_affair(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Never shipped, never compared."""
    text = (mine / "topics/aes.yaml").read_text(encoding="utf-8").replace("id: aes", "id: mine")
    (mine / "topics/mine.yaml").write_text(text, encoding="utf-8")
    row = rows(mine, capsys, 0)["topics/mine.yaml"]
    assert ("never shipped", "your own", "") == (row["shipped"], row["yours"], row["what_to_do"])


def test_seen_takes_the_shipped_version_as_the_new_base(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The configuration itself is not touched."""
    edit(mine / ".base/topics/aes.yaml", "threshold: 50", "threshold: 48")
    edit(mine / "topics/aes.yaml", "threshold: 50", "threshold: 61")
    before = (mine / "topics/aes.yaml").read_bytes()
    assert 1 == diff(mine)
    assert 0 == diff(mine, "--seen")
    assert before == (mine / "topics/aes.yaml").read_bytes()
    assert shipped_texts() == {file.name: file.base for file in compare(mine)}
    assert 0 == diff(mine)


def test_without_a_base_the_difference_to_now_is_shown_and_said_to_be_that(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A configuration made by hand, or before copies were kept."""
    for file in sorted((mine / ".base").rglob("*.yaml")):
        file.unlink()
    edit(mine / "topics/aes.yaml", "threshold: 50", "threshold: 61")
    assert 1 == diff(mine)
    shown = capsys.readouterr().out
    assert "is not known" in shown
    assert "+++ topics/aes.yaml (shipped now)" in shown


def test_the_packaged_profiles_are_not_compared_with_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 with the way to one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATCHER_CONFIG", raising=False)
    assert 2 == main(["topics", "diff"])
    assert "watcher init DIR" in capsys.readouterr().err


def test_an_unknown_topic_is_a_usage_error(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a suggestion."""
    assert 2 == diff(mine, "aess")
    assert "did you mean 'aes'?" in capsys.readouterr().err
