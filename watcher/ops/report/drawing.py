"""Numbers to places on a drawing: scales, ticks, bars and lines as plain coordinates. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, to a tenth of a pixel."""
        span = self.high - self.low or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


def ticks(top: float, wanted: int = 4) -> list[int]:
    """Whole round numbers from 0 that cover `top`: about as many as wanted."""
    rough = max(1.0, top / max(1, wanted))
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough)
    return list(range(0, int(math.ceil(max(1.0, top) / step) * step) + 1, int(step)))


def path(points: Sequence[tuple[float, float]]) -> str:
    """An SVG path through points."""
    return " ".join(f"{'L' if number else 'M'}{x:g} {y:g}" for number, (x, y) in enumerate(points))


def spark(values: Sequence[int], width: float, height: float) -> list[Bar]:
    """Tiny bars, one per value; nothing where the value is 0."""
    top = max([1, *values])
    step = width / max(1, len(values))
    return [
        Bar(
            x=round(number * step, 1),
            y=round(height - height * value / top, 1),
            width=round(max(1.0, step - 1), 1),
            height=round(height * value / top, 1),
            kind="",
            title="",
        )
        for number, value in enumerate(values)
        if value
    ]
