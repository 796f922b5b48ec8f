"""The parsing worker's process: reads documents from stdin, writes what they hold to stdout, nothing else.

Started with an environment that holds no secrets, importing neither the command line nor configuration.
Answers are JSON and not pickle, because what comes out of a process that reads hostile documents is not
trusted.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from watcher.feeds.documents.pages import PAGE, read_page
from watcher.feeds.documents.reading import read_document
from watcher.feeds.documents.values import NotAFeed
from watcher.feeds.documents.wire import LENGTH, framed

MEMORY_BYTES = 512 * 1024 * 1024
OUT_OF_MEMORY = "out of memory"


def answer(request: dict[str, Any], body: bytes) -> dict[str, object]:
    """What came of one document: {"document": …}, {"page": …}, {"not_a_feed": why} or {"killed": why}."""
    try:
        if request["content_type"] == PAGE:
            return {"page": read_page(body)}
        document = read_document(body, content_type=request["content_type"])
    except NotAFeed as error:
        return {"not_a_feed": str(error)}
    except MemoryError:
        return {"killed": OUT_OF_MEMORY}
    except RecursionError:
        return {"not_a_feed": "it is nested too deeply"}
    except Exception as error:
        return {"not_a_feed": f"it cannot be read ({type(error).__name__})"}
    return {"document": asdict(document)}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Say "ready", then answer until the parent closes the pipe."""
    sink.write(framed(b""))
    sink.flush()
    while (head := source.read(LENGTH.size)) and len(head) == LENGTH.size:
        request = json.loads(source.read(*LENGTH.unpack(head)))
        body = source.read(*LENGTH.unpack(source.read(LENGTH.size)))
        # Should the parent be gone, nobody else would end a hung parse. The default action of the signal
        # needs no interpreter, which a regular expression may hold for minutes.
        signal.alarm(request["alarm_s"])
        try:
            reply = json.dumps(answer(request, body)).encode("ascii")
        except MemoryError:
            reply = json.dumps({"killed": OUT_OF_MEMORY}).encode("ascii")
        signal.alarm(0)
        sink.write(framed(reply))
        sink.flush()


def main() -> None:
    """Limit this process, then serve."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print cannot break the protocol
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
