"""What an exception of python-telegram-bot means for delivery: the one translation.

Pure. Order matters: BadRequest is a NetworkError. Only the chained cause tells what surely never left
(connect and pool time-outs) from what may have arrived (read time-outs, resets).
"""

from __future__ import annotations

import datetime as dt

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from watcher.errors import SendError, SendFault

UNSENT_CAUSES = (
    "ConnectTimeout",
    "ConnectError",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "LocalProtocolError",
)
"""httpx exceptions after which nothing of the request can have arrived, by name: httpx itself has its
one home elsewhere."""

BAD_REQUESTS = (  # lower-case beginnings or parts of the service's texts -> what they mean
    ("can't parse entities", SendFault.MALFORMED),
    ("entities_too_long", SendFault.MALFORMED),
    ("message text is empty", SendFault.REJECTED),
    ("message to edit not found", SendFault.MESSAGE_GONE),
    ("message can't be edited", SendFault.MESSAGE_GONE),
    ("message_id_invalid", SendFault.MESSAGE_GONE),
    ("message thread not found", SendFault.THREAD_GONE),
    ("topic_closed", SendFault.THREAD_GONE),
    ("topic_deleted", SendFault.THREAD_GONE),
    ("chat not found", SendFault.UNREACHABLE),
    ("chat_id is empty", SendFault.UNREACHABLE),
    ("user not found", SendFault.UNREACHABLE),
    ("peer_id_invalid", SendFault.UNREACHABLE),
    ("chat_write_forbidden", SendFault.UNREACHABLE),
    ("not enough rights", SendFault.UNREACHABLE),
    ("have no rights", SendFault.UNREACHABLE),
    ("need administrator rights", SendFault.UNREACHABLE),
    ("chat_restricted", SendFault.UNREACHABLE),
    ("group chat was deactivated", SendFault.UNREACHABLE),
    ("bot was kicked", SendFault.UNREACHABLE),
)


def is_not_modified(error: Exception) -> bool:
    """An edit that changes nothing: the message already stands as wanted."""
    return isinstance(error, BadRequest) and "not modified" in error.message.lower()


def is_reply_gone(error: Exception) -> bool:
    """The message to reply to was deleted."""
    text = error.message.lower() if isinstance(error, BadRequest) else ""
    return "replied not found" in text or "replied message not found" in text


def translate(error: Exception) -> SendError:
    """Say what follows from an exception; its text is not redacted yet."""
    text = error.message if isinstance(error, TelegramError) else f"{type(error).__name__}: {error}"
    if isinstance(error, ChatMigrated):
        return SendError(text, fault=SendFault.MIGRATED, new_chat_id=str(error.new_chat_id))
    if isinstance(error, RetryAfter):
        wait = error.retry_after  # seconds, or a timedelta where PTB_TIMEDELTA is set
        seconds = wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)
        return SendError(text, fault=SendFault.RATE_LIMITED, retry_after_s=seconds)
    return SendError(text, fault=_fault(error, text.lower()))


def _fault(error: Exception, text: str) -> SendFault:
    cause = type(error.__cause__).__name__ if error.__cause__ else ""
    if isinstance(error.__cause__, TelegramError):
        # An error status whose body is not the service's JSON: a gateway in between spoke. Only a 504
        # says that the request had been handed on.
        return SendFault.AMBIGUOUS if "(504)" in text else SendFault.AWAY
    if isinstance(error, InvalidToken):
        return SendFault.TOKEN_REFUSED
    if isinstance(error, Forbidden):
        return SendFault.UNREACHABLE
    if isinstance(error, BadRequest):
        return next((fault for part, fault in BAD_REQUESTS if part in text), SendFault.REJECTED)
    if isinstance(error, Conflict):
        return SendFault.AWAY  # another poller of the same bot; says nothing of a message
    if isinstance(error, NetworkError):
        if cause in UNSENT_CAUSES:
            return SendFault.UNSENT
        if cause:
            return SendFault.AMBIGUOUS
        if text.startswith("too many requests"):
            return SendFault.RATE_LIMITED
        return SendFault.REJECTED if "entity too large" in text else SendFault.AWAY
    return SendFault.AMBIGUOUS  # a broken 200, or anything nobody has seen yet
