"""A small configuration that is valid, to be broken by the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from watcher.config import Loaded, load
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = """\
feeds:
  - id: sahel-radio
    url: https://radio.example.org/feed.xml
    outlet: Sahel Radio
"""
TOPIC = """\
id: aes
name: Alliance of Sahel States
concepts:
  mali: {country: ML}
patterns:
  - name: Mali
    score: 80
    needs: [mali]
"""


class Try(Protocol):
    """Write files over the valid ones and load."""

    def __call__(self, files: dict[str, str | bytes] | None = None, **env: str) -> Loaded: ...


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid configuration in ./config of an empty current directory."""
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "config"
    (directory / "topics").mkdir(parents=True)
    (directory / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    (directory / "topics" / "aes.yaml").write_text(TOPIC, encoding="utf-8")
    return directory


@pytest.fixture
def loaded(directory: Path) -> Try:
    """Load the valid configuration, with some files replaced."""

    def write_and_load(files: dict[str, str | bytes] | None = None, **env: str) -> Loaded:
        for name, content in (files or {}).items():
            data = content.encode() if isinstance(content, str) else content
            (directory / name).write_bytes(data)
        return load(None, env)

    return write_and_load


class Refusal(Protocol):
    """Write files over the valid ones, load, and return all that is told."""

    def __call__(self, files: dict[str, str | bytes] | None = None, **env: str) -> str: ...


@pytest.fixture
def refusal(loaded: Try) -> Refusal:
    """The whole message of a configuration that must be refused."""

    def problems(files: dict[str, str | bytes] | None = None, **env: str) -> str:
        with pytest.raises(ConfigError) as caught:
            loaded(files, **env)
        assert caught.value.exit_code == 2
        return str(caught.value)

    return problems
