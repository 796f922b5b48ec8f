"""Every error this package raises, each answering "again, when, or never?".

::

    WatcherError
    ├── ConfigError            the configuration is wrong; exit 2, nothing was started
    ├── FetchError             a feed could not be fetched (status, retry_after_s, permanent)
    │   └── AddressRefused     the guard refused an address before anything was sent to it
    ├── ParseError             the body is no feed we can read
    │   └── WorkerKilled       the parsing worker ran out of time or memory and was killed
    ├── SendError              a sink did not deliver (fault says what follows, see SendFault)
    ├── TokenRefused           the service refused our token; exit 4
    ├── StoreError             the database did not do what was asked
    │   ├── StoreUnavailable   disk full, locked, read-only: nothing was committed, try again later
    │   └── StoreUnusable      newer than this program or corrupt; exit 3, the file is untouched
    └── AlreadyRunning         another process holds the lock of this state directory; exit 5

Foreign exceptions are translated once, at the border of the room that uses the library, with the
cause chained. This module imports nothing of the package.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class ExitCode(IntEnum):
    """What the process tells its supervisor (T5)."""

    OK = 0
    FINDING = 1
    CONFIGURATION = 2
    DATABASE = 3
    TOKEN_REFUSED = 4
    ALREADY_RUNNING = 5


class WatcherError(Exception):
    """Base of all errors raised here; `exit_code` is used when one ends the process."""

    exit_code: ExitCode = ExitCode.FINDING


class ConfigError(WatcherError):
    """All configuration problems at once, one printable line or block each."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class FetchError(WatcherError):
    """A fetch that brought no usable answer.

    Args:
        message: what happened, for people; never contains secrets.
        status: HTTP status, None when no status line was read.
        retry_after_s: the server's own wish, seconds from now, None when it gave none.
        permanent: True when asking again unchanged is pointless (404, 410, refused address).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        permanent: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s
        self.permanent = permanent


class AddressRefused(FetchError):
    """The guard refused the URL or an address it resolves to."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class ParseError(WatcherError):
    """The document could not be read as a feed."""


class WorkerKilled(ParseError):
    """The parsing worker exceeded its time or memory limit and was killed."""


class SendFault(StrEnum):
    """What a failed send means, and so what delivery does next."""

    UNSENT = "unsent"  # surely never left (connect, DNS, pool): plain retry with back-off
    AWAY = "away"  # a definite non-answer of the service (5xx): retry with back-off
    AMBIGUOUS = "ambiguous"  # bytes may have left and no well-formed answer came back
    RATE_LIMITED = "rate_limited"  # 429: wait retry_after_s, never give up
    UNREACHABLE = "unreachable"  # blocked, kicked, chat not found: hold the target's rows
    MIGRATED = "migrated"  # the chat has a new id (new_chat_id)
    MALFORMED = "malformed"  # our markup was refused: send once as plain text, log as our bug
    MESSAGE_GONE = "message_gone"  # the message to edit no longer exists
    THREAD_GONE = "thread_gone"  # the forum thread no longer exists
    TOKEN_REFUSED = "token_refused"  # 401/404 for the bot itself: stop, exit 4
    REJECTED = "rejected"  # any other definite refusal: never retried


class SendError(WatcherError):
    """A sink did not deliver; `fault` decides what follows.

    Args:
        message: what happened, for people; never contains the token.
        fault: the class of failure.
        retry_after_s: seconds to wait when the service named them.
        new_chat_id: with MIGRATED, the id to use from now on.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: SendFault,
        retry_after_s: float | None = None,
        new_chat_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.retry_after_s = retry_after_s
        self.new_chat_id = new_chat_id


class TokenRefused(WatcherError):
    """The service refused our token; the process ends and asks not to be restarted."""

    exit_code = ExitCode.TOKEN_REFUSED


class StoreError(WatcherError):
    """The store could not do what was asked."""

    exit_code = ExitCode.DATABASE


class StoreUnavailable(StoreError):
    """Transient: disk full, locked or read-only. Nothing was committed."""


class StoreUnusable(StoreError):
    """The database is corrupt or newer than this program; the file was not touched."""


class AlreadyRunning(WatcherError):
    """Another process holds the lock of this state directory."""

    exit_code = ExitCode.ALREADY_RUNNING
