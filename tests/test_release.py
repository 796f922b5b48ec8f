"""What a release does to version and changelog; building and proving the files is scripts/wheel_check's."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

import watcher

ROOT = Path(__file__).parent.parent
CHANGELOG = """\
# Changelog

## [Unreleased]

### Added

- Metrics. Before: none. Now: a port. What to do: nothing.

## [0.1.0] - 2026-01-01

- The first.
"""


@pytest.fixture(scope="module")
def release() -> Any:
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("release", str(ROOT / "scripts" / "release"))
    spec = importlib.util.spec_from_loader("release", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_what_was_unreleased_gets_version_and_day(release: Any) -> None:
    """The notes move under the version, an empty Unreleased stays above, the rest is untouched."""
    text = release.dated(CHANGELOG, "0.2.0", "2026-02-03")
    before, after = text.split("## [0.2.0] - 2026-02-03\n")
    assert before.endswith("## [Unreleased]\n\n")
    assert after == CHANGELOG.partition("## [Unreleased]\n")[2]


def test_a_release_without_notes_is_refused(release: Any) -> None:
    """Nothing under Unreleased: the one who releases has to say what changed."""
    empty = release.dated(CHANGELOG, "0.2.0", "2026-02-03")
    with pytest.raises(release.Refused, match="no entry under"):
        release.dated(empty, "0.3.0", "2026-02-04")


@pytest.mark.parametrize(
    ("version", "why"),
    [("0.1", "not a version"), ("1.2.3rc1", "not a version"), ("0.1.0", "already"), ("0.0.9", "lower")],
)
def test_only_a_new_version_is_released(release: Any, version: str, why: str) -> None:
    """Three numbers, not released before, not lower than what the code says."""
    with pytest.raises(release.Refused, match=why):
        release.check_version(version, "0.1.0", {"v0.1.0"})
    release.check_version("0.1.1", "0.1.0", {"v0.1.0"})


def test_the_version_is_said_in_one_place(release: Any) -> None:
    """The module says it, the package's metadata is read from there, and the script finds it."""
    source = (ROOT / release.VERSION_FILE).read_text(encoding="utf-8")
    assert watcher.__version__ == release.VERSION.search(source)["version"]
    assert '__version__ = "9.8.7"' in release.with_version(source, "9.8.7")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert watcher.__version__ not in pyproject.partition("dependencies")[0]


def test_the_changelog_can_be_released(release: Any) -> None:
    """The real changelog has the form that the script reads."""
    assert "## [99.0.0] - 2026-01-01" in release.dated(
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "99.0.0", "2026-01-01"
    )


def test_missing_tools_are_told_before_anything_is_built(release: Any, tmp_path: Path) -> None:
    """A tree without its environment is no traceback; the message is the line to type."""
    with pytest.raises(release.Refused, match=r"pip install -q -e '\.\[dev\]'"):
        release.check_tools(tmp_path / "python")
    release.check_tools(Path(sys.executable))
