"""Requests to the running watcher, as files (protocols.Control).

A command writes `<state>/requests/<id>.request` and waits for `<id>.answer`; the running watcher looks
into the directory at every tick. When no watcher runs, the command acts itself. Actions are idempotent,
so a watcher that dies between acting and answering does no harm: the command acts again.

This module knows neither the database nor its lock: acting alone is handed in.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.errors import AlreadyRunning, StoreUnavailable, WatcherError
from watcher.protocols import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

SPOOL_NAME = "requests"
ANSWER_WITHIN_S = 30.0  # a watcher whose disk is full or locked answers only after its busy time-out
_LOOK_S = 0.05
_ALONE_EVERY_S = 1.0  # while waiting: does the watcher still run?
_STALE_S = 120.0  # nobody waits any more for what is older


class SpoolControl:
    """The command's side."""

    def __init__(
        self,
        state_dir: Path,
        *,
        act_alone: Callable[[str, Mapping[str, str]], Awaitable[Answer]],
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        """Remember where to leave requests.

        Args:
            state_dir: of the watcher to act on.
            act_alone: takes the state's lock and acts; raises AlreadyRunning, at once, when it is held.
            answer_within_s: how long to wait for a running watcher.
        """
        self._spool = state_dir / SPOOL_NAME
        self._act_alone = act_alone
        self._answer_within_s = answer_within_s

    async def request(self, action: str, args: Mapping[str, str]) -> Answer:
        """See protocols.Control."""
        try:
            return await self._act_alone(action, args)
        except AlreadyRunning:
            pass
        number = f"{os.getpid()}-{secrets.token_hex(8)}"
        asked, answered = self._spool / f"{number}.request", self._spool / f"{number}.answer"
        _write(asked, {"action": action, "args": dict(args)})
        try:
            return await self._wait(answered, action, args)
        finally:
            asked.unlink(missing_ok=True)
            answered.unlink(missing_ok=True)

    async def _wait(self, answered: Path, action: str, args: Mapping[str, str]) -> Answer:
        deadline = time.monotonic() + self._answer_within_s
        alone_at = time.monotonic() + _ALONE_EVERY_S
        while True:
            answer = _read(answered)
            if answer is not None:
                return Answer(ok=bool(answer.get("ok")), text=str(answer.get("text", "")))
            now = time.monotonic()
            if now >= deadline:
                raise StoreUnavailable(
                    f"the running watcher did not answer within {self._answer_within_s:g} s;"
                    " nothing is known to have changed. `watcher health` tells how it is"
                )
            if now >= alone_at:
                alone_at = now + _ALONE_EVERY_S
                try:
                    return await self._act_alone(action, args)
                except AlreadyRunning:
                    pass
            await asyncio.sleep(_LOOK_S)


async def carry_out_pending(
    state_dir: Path, act: Callable[[str, Mapping[str, str]], Awaitable[Answer]]
) -> int:
    """The running watcher's side: carry out what was asked for, in the order it was asked.

    Args:
        state_dir: the watcher's own.
        act: carries out one action; an error of ours becomes the answer.

    Returns:
        How many requests were answered.
    """
    answered = 0
    for asked in _pending(state_dir / SPOOL_NAME):
        request = _read(asked) or {}
        action, args = request.get("action"), request.get("args")
        if isinstance(action, str) and isinstance(args, dict):
            answer = await _answer(act, action, {str(key): str(value) for key, value in args.items()})
        else:
            answer = Answer(ok=False, text="the request could not be read")
        if not asked.exists():  # withdrawn meanwhile: nobody would take the answer away
            continue
        _write(asked.with_suffix(".answer"), asdict(answer))
        asked.unlink(missing_ok=True)
        answered += 1
    return answered


async def _answer(
    act: Callable[[str, Mapping[str, str]], Awaitable[Answer]], action: str, args: Mapping[str, str]
) -> Answer:
    try:
        return await act(action, args)
    except WatcherError as error:
        return Answer(ok=False, text=str(error))


def _pending(spool: Path) -> list[Path]:
    """Requests, oldest first; what nobody waits for any more is removed, not carried out."""
    found = []
    try:
        paths = list(spool.iterdir())
    except FileNotFoundError:
        return []
    for path in paths:
        try:
            age = time.time() - path.stat().st_mtime
        except FileNotFoundError:
            continue
        if abs(age) > _STALE_S:
            path.unlink(missing_ok=True)
        elif path.suffix == ".request":
            found.append((age, path))
    return [path for _, path in sorted(found, reverse=True)]


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a whole file or none."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreUnavailable(f"{path.parent}: a request cannot be left there: {error.strerror}") from error


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
