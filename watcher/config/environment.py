"""What comes from the environment: the token, and the chat of a configuration that names no target.

The token comes from nowhere else, and its value is in no message and no repr.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.config.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "TELEGRAM_BOT_TOKEN"
TOKEN_FILE = "TELEGRAM_BOT_TOKEN_FILE"
CHAT = "TELEGRAM_CHAT_ID"

_TOKEN_FORM = re.compile(r"[A-Za-z0-9:_-]{1,200}", re.ASCII)
_CHAT_FORM = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The settings that are not in files."""

    token: str | None = field(default=None, repr=False)
    chat: str | None = None


def read_environment(env: Mapping[str, str]) -> tuple[Environment, list[Problem]]:
    """Read the token (or its file) and the chat; an empty variable counts as none."""
    problems: list[Problem] = []

    def refuse(variable: str, message: str) -> None:
        problems.append(Problem(file="environment", path=(variable,), message=message))

    token, variable = env.get(TOKEN, "").strip(), TOKEN
    if not token and (name := env.get(TOKEN_FILE, "").strip()):
        variable = TOKEN_FILE
        try:
            with Path(name).open(encoding="utf-8") as file:
                token = file.read(1000).strip()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a text file"
            refuse(TOKEN_FILE, f"the file {name} cannot be read: {reason}")
        else:
            if not token:
                refuse(TOKEN_FILE, f"the file {name} is empty")
    if token and not _TOKEN_FORM.fullmatch(token):
        refuse(
            variable, "does not hold a bot token: letters, digits, one ':', '_' and '-', as BotFather gave it"
        )
    chat = env.get(CHAT, "").strip()
    if chat and not _CHAT_FORM.fullmatch(chat):
        refuse(CHAT, "must be a chat id such as -1001234567890, or @channel")
    return Environment(token=token or None, chat=chat or None), problems
