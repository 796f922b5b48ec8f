"""Logs as one observer of events: one line per poll and per attempt, always the same keys (P3).

The text form is for people, the JSON form (`--log-format json`) for machines. Feed text is cut and
control characters are escaped, so that one event is one line whatever a feed contains.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.protocols import Event

LOGGER = "watcher"
VALUE_LIMIT = 200  # characters of one value (P3)
QUIET_EVENTS = frozenset({"ping"})  # every few minutes and no news, unless it fails: DEBUG only
LOUD_EVENTS = frozenset({"fault", "store_unavailable", "worker_killed", "nothing_reachable"})
BAD_OUTCOMES = frozenset({"failed", "unreadable", "gone", "dead", "ambiguous", "withheld"})


class LogObserver:
    """Writes every event as one log line."""

    def __init__(self, logger: logging.Logger | None = None, *, for_a_person: bool = False) -> None:
        """Take a logger.

        Args:
            logger: where to; None = the package's own.
            for_a_person: somebody reads along on a terminal: polls that brought nothing are DEBUG.
        """
        self._logger = logger or logging.getLogger(LOGGER)
        self._for_a_person = for_a_person

    def observe(self, event: Event) -> None:
        """Log it; the level says whether somebody should look."""
        level = logging.INFO
        if event.name in LOUD_EVENTS or event.facts.get("outcome") in BAD_OUTCOMES:
            level = logging.WARNING
        elif event.name in QUIET_EVENTS or (self._for_a_person and _brought_nothing(event)):
            level = logging.DEBUG
        if not self._logger.isEnabledFor(level):
            return
        facts = dict(event.facts)
        error = facts.pop("exception", None)
        self._logger.log(level, event.name, extra={"facts": facts}, exc_info=error)


def _brought_nothing(event: Event) -> bool:
    return event.name == "poll" and event.facts.get("outcome") == "unchanged"


class TextFormatter(logging.Formatter):
    """`2026-01-31T10:15:00Z INFO poll feed=rfi outcome=new …`"""

    def format(self, record: logging.LogRecord) -> str:
        """One line, a traceback escaped at its end."""
        parts = [_time(record), record.levelname, _shown(record.getMessage())]
        if record.name != LOGGER:
            parts.insert(2, record.name)
        facts: dict[str, Any] = getattr(record, "facts", {})
        parts += [
            f"{key}={_quoted(value)}" for key, value in facts.items() if value not in (None, "", {}, [])
        ]
        if record.exc_info:
            parts.append("traceback=" + json.dumps(self.formatException(record.exc_info), ensure_ascii=False))
        return " ".join(parts)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, event, logger, then the event's facts."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; json escapes every control character."""
        line: dict[str, Any] = {"at": _time(record), "level": record.levelname.lower()}
        facts: dict[str, Any] | None = getattr(record, "facts", None)
        line["event"] = record.getMessage() if facts is not None else "log"
        if facts is None:
            line["logger"] = record.name
            line["message"] = _shown(record.getMessage())
        for key, value in (facts or {}).items():
            line[key] = _shown(value) if isinstance(value, str) else value
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(*, form: str = "text", level: str = "INFO") -> None:
    """Send logs to standard error; called once, by the command that runs.

    Args:
        form: "text" or "json".
        level: a level's name.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # libraries speak when something is wrong
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job that is still running is no news
    logging.getLogger(LOGGER).setLevel(level.upper())


def _time(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _shown(text: str) -> str:
    text = text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _quoted(value: Any) -> str:
    if isinstance(value, dict):
        value = ",".join(f"{name}:{count}" for name, count in value.items())
    elif isinstance(value, list):
        value = ",".join(map(str, value))
    text = _shown(str(value))
    return json.dumps(text, ensure_ascii=False) if not text or set(text) & set(' "=') else text
