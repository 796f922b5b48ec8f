"""Keeps the bot token out of every log line and every error text (K1).

httpx logs each URL at INFO with the token in its path, and tracebacks quote URLs. Two fences: those
loggers are quietened, and every log record is redacted when it is made, whoever made it. May not know
where logs go.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN = "[token]"
TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{20,}")
"""The shape of every bot token: the bot's number, a colon, 35 letters; shorter ones are hidden too."""

QUIET = {
    "httpx": logging.WARNING,  # the URL of every request, at INFO
    "httpcore": logging.WARNING,  # headers and paths, at DEBUG
    "telegram": logging.WARNING,  # parameters of every call, at DEBUG
    "telegram.request.BaseRequest": logging.CRITICAL,  # a traceback for every HTML error page
}


class Redactor:
    """Replaces a secret, and the half of a token after its colon, wherever they stand.

    Args:
        secrets: texts to hide besides everything that looks like a bot token.
    """

    def __init__(self, *secrets: str) -> None:
        parts = {part for secret in secrets for part in (secret, secret.partition(":")[2]) if len(part) >= 6}
        self._parts = sorted(parts, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for part in self._parts:
            text = text.replace(part, HIDDEN)
        return TOKEN.sub(HIDDEN, text)


def guard_logging(*secrets: str) -> Callable[[], None]:
    """Quieten the chatty loggers and redact every log record made from now on.

    Args:
        secrets: the token; None of it is needed when it has the usual shape.

    Returns:
        A function that takes the guard off again.
    """
    redact = Redactor(*secrets)
    make = logging.getLogRecordFactory()
    levels = {name: logging.getLogger(name).level for name in QUIET}
    formatter = logging.Formatter()

    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except Exception:  # a broken log call: the handler reports it in its own way
            message = str(record.msg)
        redacted = redact(message)
        if redacted != message:
            record.msg, record.args = redacted, None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact(formatter.formatException(record.exc_info))
        return record

    logging.setLogRecordFactory(make_redacted)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)

    def take_off() -> None:
        logging.setLogRecordFactory(make)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)

    return take_off
