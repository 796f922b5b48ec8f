"""How parent and parsing worker talk: a 4-byte length, then that many bytes.

A request is one message of JSON and one with the document; an answer is one message of JSON. A worker
that is ready says so with an empty message.
"""

from __future__ import annotations

import struct

LENGTH = struct.Struct(">I")
MODULE = "watcher.feeds.documents.worker"


def framed(message: bytes) -> bytes:
    """A message with its length in front."""
    return LENGTH.pack(len(message)) + message
