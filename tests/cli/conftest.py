"""What tests of commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A small configuration and an empty state directory; no variable of the real environment reaches it."""
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE", "TELEGRAM_CHAT_ID", "WATCHER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path)
