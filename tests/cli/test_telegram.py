"""`watcher telegram`, as a newcomer types it, against the stand-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from watcher.cli.context import CliContext
from watcher.cli.telegram import command
from watcher.demo.botapi import BotApi
from watcher.errors import ConfigError, SendError, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPIC = """\
id: aes
name: Alliance of Sahel States
concepts: {mali: {country: ML}}
patterns: [{name: Mali, score: 80, needs: [mali]}]
"""


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    """A stand-in, and a configuration that points at it."""
    with BotApi() as served:
        directory = tmp_path / "config"
        (directory / "topics").mkdir(parents=True)
        (directory / "topics" / "aes.yaml").write_text(TOPIC, encoding="utf-8")
        (directory / "feeds.yaml").write_text(
            'feeds: [{id: one, url: "https://one.example.org/feed"}]', encoding="utf-8"
        )
        (directory / "watcher.yaml").write_text(f'telegram: {{base_url: "{served.url}"}}\n', encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", served.token)
        monkeypatch.delenv("TELEGRAM_CHAT_ID", raising=False)
        yield served


def run(*arguments: str) -> tuple[int, str]:
    """Run the command; its exit code and everything it printed."""
    context = CliContext(config=None, state="data")
    result = CliRunner().invoke(command, list(arguments), obj=context, catch_exceptions=False)
    return result.exit_code, result.output


def test_a_newcomer_finds_the_chat_id(api: BotApi) -> None:
    """Nobody wrote: say what to do; somebody wrote: show the id."""
    code, text = run("whoami")
    assert (code, "https://t.me/watcher_demo_bot" in text) == (0, True)
    api.desk.say("77", "/start", user_id=77)
    code, text = run("whoami", "--json")
    assert json.loads(text)["chats"] == [{"chat_id": "77", "type": "private", "title": "A reader"}]


def test_a_test_message_reaches_every_target(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, and said so; a chat that cannot be reached ends in exit 1 with advice."""
    monkeypatch.setenv("TELEGRAM_CHAT_ID", "77")
    assert run("test") == (0, "telegram: sent to chat 77\n")
    assert "Test message" in api.sent[0].text
    api.fail("blocked")
    code, text = run("test", "telegram")
    assert (code, "blocked" in text, "whoami" in text) == (1, True, True)


def test_mistakes_are_explained(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown target, a refused token and a missing one each say what to do."""
    with pytest.raises(ConfigError, match="no such target: nobody"):
        run("test", "nobody")
    api.fail("unauthorized", method="getMe")
    with pytest.raises(TokenRefused, match="BotFather"):
        run("whoami")
    api.fail("error_502", method="getMe")
    with pytest.raises(SendError, match=r"cannot be reached .*telegram\.proxy"):
        run("whoami")
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN is not set"):
        run("whoami")
