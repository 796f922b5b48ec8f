"""Putting the search for cyclic garbage off while much is built that stays."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collecting_later() -> Iterator[None]:
    """Collect nothing meanwhile: there are no cycles in what is read and compiled, and looking through the million
    objects of 10,000 feeds again and again took a third of the time, as it did of compiling the profiles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
