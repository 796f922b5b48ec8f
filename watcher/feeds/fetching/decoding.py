"""Unpacking a body while it arrives, within a limit counted after decompression.

A library that inflates a whole network chunk before anyone can count turns 64 KiB into 66 MB; here
zlib is told how much it may produce.
"""

from __future__ import annotations

import zlib

from watcher.errors import FetchError

_GZIP_MAGIC = b"\x1f\x8b"
_ENCODINGS = {"": "identity", "identity": "identity", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


class BodyReader:
    """Collects one body.

    Args:
        encoding: the Content-Encoding as sent.
        max_bytes: limit after decompression.

    Raises:
        FetchError: an encoding other than gzip or deflate.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        known = _ENCODINGS.get(encoding.strip().lower())
        if known is None:
            raise FetchError(f"content encoding {encoding[:40]!r} is not understood (gzip and deflate are)")
        self._encoding = known
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._inflater: zlib._Decompress | None = None

    @property
    def size(self) -> int:
        """Bytes so far, unpacked."""
        return len(self._body)

    def add(self, chunk: bytes) -> None:
        """Take the next bytes from the wire.

        Raises:
            FetchError: the limit is passed or the bytes are no such encoding.
        """
        if self._encoding == "identity":
            if not self._body and chunk.startswith(_GZIP_MAGIC):  # a .gz file served as it lies on the disk
                self._encoding = "gzip"
                self.add(chunk)
                return
            self._keep(chunk)
            return
        while chunk:
            if self._inflater is None:
                chunk = self._start(chunk)
                if not chunk:
                    return
            inflater = self._inflater
            assert inflater is not None
            room = self._max_bytes - len(self._body)
            try:
                self._keep(inflater.decompress(chunk, room + 1))
            except zlib.error as error:
                raise FetchError(f"the {self._encoding} body is broken ({error})") from error
            if not inflater.eof:
                return
            chunk = inflater.unused_data.lstrip(b"\0")  # gzip allows zero padding after a member
            if chunk:
                if self._encoding != "gzip":
                    raise FetchError("bytes follow the end of the deflate body")
                self._inflater = None  # a further gzip member

    def finish(self) -> bytes:
        """The complete body.

        Raises:
            FetchError: it ended before the encoding did.
        """
        if self._encoding != "identity" and (self._inflater is None or not self._inflater.eof):
            raise FetchError(f"the {self._encoding} body is cut off")
        return bytes(self._body)

    def _start(self, chunk: bytes) -> bytes:
        if self._encoding == "gzip":
            if not _GZIP_MAGIC.startswith(chunk[:2]):
                raise FetchError("the body is announced as gzip and is not")
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            return chunk
        # "deflate" means zlib-wrapped (RFC 9110), yet some servers send it bare
        wrapped = chunk[0] & 0x0F == 8 and (len(chunk) < 2 or (chunk[0] << 8 | chunk[1]) % 31 == 0)
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return chunk

    def _keep(self, data: bytes) -> None:
        if len(self._body) + len(data) > self._max_bytes:
            raise FetchError(f"the body is larger than {self._max_bytes / 1024 / 1024:g} MiB")
        self._body += data
