"""A mapping that is copied in no time: copies share what neither has changed since.

Every poll decides on a draft of the story index; copying 10,000 stories for it would make polls slower the
more is open. Changes touch one shard of 1,024, so a copy costs the same at any size.
"""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K", str, int)
V = TypeVar("V")

_SHARDS = 1024


class SharedMap(Generic[K, V]):
    """A dict whose `copy()` is cheap; neither copy sees the other's changes."""

    __slots__ = ("_own", "_shards", "_size")

    def __init__(self) -> None:
        self._shards: list[dict[K, V] | None] = [None] * _SHARDS
        self._own: set[int] | None = set(
            range(_SHARDS)
        )  # shards no copy shares; None = not even the list is ours
        self._size = 0

    def copy(self) -> SharedMap[K, V]:
        """Return a copy; from now on both copy a shard before they change it."""
        twin: SharedMap[K, V] = SharedMap.__new__(SharedMap)
        twin._shards, twin._size = self._shards, self._size
        self._own = twin._own = None
        return twin

    def get(self, key: K) -> V | None:
        """Return the value of a key, None without one."""
        shard = self._shards[hash(key) % _SHARDS]
        return shard.get(key) if shard else None

    def put(self, key: K, value: V) -> None:
        """Set the value of a key."""
        shard = self._writable(hash(key) % _SHARDS)
        self._size += key not in shard
        shard[key] = value

    def remove(self, key: K) -> None:
        """Forget a key; one that is not there is no error."""
        number = hash(key) % _SHARDS
        shard = self._shards[number]
        if shard and key in shard:
            del self._writable(number)[key]
            self._size -= 1

    def values(self) -> list[V]:
        """Return all values, in no order worth relying on."""
        return [value for shard in self._shards if shard for value in shard.values()]

    def __len__(self) -> int:
        return self._size

    def _writable(self, number: int) -> dict[K, V]:
        if self._own is None:
            self._shards = list(self._shards)
            self._own = set()
        shard = self._shards[number]
        if number not in self._own:
            shard = dict(shard) if shard else None
            self._own.add(number)
        if shard is None:
            shard = {}
        self._shards[number] = shard
        return shard
