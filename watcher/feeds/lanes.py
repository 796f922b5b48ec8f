"""Parsing workers as processes: started when needed, asked one document at a time, killed when overdue."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from watcher.feeds.documents.wire import LENGTH, MODULE, framed

if TYPE_CHECKING:
    from asyncio.subprocess import Process

START_S = 30.0  # for the interpreter and its imports; 0.3 s on a quiet machine
RECYCLED_AFTER = 500  # documents: a worker's memory only grows
MAX_ANSWER_BYTES = 64 * 1024 * 1024


class Overdue(Exception):
    """The document took too long; its worker was killed."""


class Died(Exception):
    """The worker ended by itself; the text says how."""


class Busy(Exception):
    """Too much waits for a worker already."""


class Lane:
    """A few workers and the documents that wait for one, first come first served.

    Args:
        workers: at most so many processes.
        waiting: at most so many documents may wait.
        waiting_bytes: and at most so many bytes, the first document not counted.
        alarm_s: after so long a worker ends itself, should nobody be left to kill it.
        niceness: how far its processes stand back behind all others, 0–19.
    """

    def __init__(
        self, workers: int, *, alarm_s: float, waiting: int, waiting_bytes: int, niceness: int = 0
    ) -> None:
        self._waiting, self._waiting_bytes = 0, 0
        self._most_waiting, self._most_waiting_bytes = waiting, waiting_bytes
        self._places = asyncio.Semaphore(workers)
        self._alarm_s = max(1, int(alarm_s))
        self._niceness = niceness
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    async def run(self, body: bytes, content_type: str, limit_s: float) -> dict[str, Any]:
        """Have one document read.

        Returns:
            The worker's answer, and the seconds it took.

        Raises:
            Busy: too much waits already.
            Overdue: it took longer than `limit_s`, waiting for a worker not counted.
            Died: the worker ended, as a rule for want of memory.
        """
        if self._waiting and (
            self._waiting >= self._most_waiting or self._waiting_bytes + len(body) > self._most_waiting_bytes
        ):
            raise Busy
        self._waiting += 1
        self._waiting_bytes += len(body)
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
            self._waiting_bytes -= len(body)
        try:
            return await self._ask(body, content_type, limit_s)
        finally:
            self._places.release()

    async def aclose(self) -> None:
        """Kill all workers. Idempotent."""
        self._idle.clear()
        for worker in list(self._all):
            await self._end(worker)

    @property
    def pids(self) -> tuple[int, ...]:
        """The living workers."""
        return tuple(worker.pid for worker in self._all)

    async def _ask(self, body: bytes, content_type: str, limit_s: float) -> dict[str, Any]:
        worker = self._idle.pop() if self._idle else await self._started()
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(limit_s):
                answer = await worker.ask({"content_type": content_type, "alarm_s": self._alarm_s}, body)
        except TimeoutError:
            await self._end(worker)
            raise Overdue from None
        except BaseException:
            await self._end(worker)
            raise
        if "killed" in answer:  # it survived, but what memory it has left is anyone's guess
            await self._end(worker)
            raise Died(f"the document needs too much memory ({answer['killed']})")
        if worker.answered >= RECYCLED_AFTER:
            await self._end(worker)
        else:
            self._idle.append(worker)
        return answer | {"seconds": asyncio.get_running_loop().time() - began}

    async def _started(self) -> _Worker:
        worker = await _Worker.start()
        self._all.add(worker)
        try:
            async with asyncio.timeout(START_S):
                await worker.ready()
            if self._niceness:
                with suppress(ProcessLookupError):  # asking it tells that it ended
                    os.setpriority(os.PRIO_PROCESS, worker.pid, self._niceness)
        except BaseException as error:
            await self._end(worker)
            if isinstance(error, TimeoutError):
                raise Died("the parsing worker does not start") from None
            raise
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.kill()


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid
        self.answered = 0

    @classmethod
    async def start(cls) -> _Worker:
        # Not our environment: it holds the token. The search path goes along, since an editable install or
        # a checkout is found through it.
        environment = {
            "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
            "LC_ALL": "C.UTF-8",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", MODULE, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
        )  # fmt: skip
        return cls(process)

    async def ready(self) -> None:
        await self._message()

    async def ask(self, request: dict[str, Any], body: bytes) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(framed(json.dumps(request).encode("ascii")))
        self._process.stdin.write(LENGTH.pack(len(body)))
        self._process.stdin.write(body)
        with suppress(ConnectionError):  # reading tells how it ended
            await self._process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self._message())
        self.answered += 1
        return answer

    async def _message(self) -> bytes:
        assert self._process.stdout is not None
        try:
            (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            if length > MAX_ANSWER_BYTES:
                raise Died(f"the parsing worker answered with {length} bytes")
            return await self._process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._process.wait()
            raise Died(f"the parsing worker ended (code {code}), as a rule for want of memory") from None

    async def kill(self) -> None:
        """End it now and leave no zombie."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
            with suppress(ConnectionError):
                await self._process.stdin.wait_closed()
