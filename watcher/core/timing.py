"""When next: polls and attempts. Pure; `jitter` (0–1) is passed in."""

from __future__ import annotations


def backoff_s(failure_count: int, *, base_s: float, cap_s: float, jitter: float) -> float:
    """Seconds to wait after the given number of failures in a row.

    Doubles from `base_s` to `cap_s`; the last fifth is jitter, so that many waiters spread out.

    Args:
        failure_count: >= 1.
        base_s: the first wait.
        cap_s: the longest wait.
        jitter: 0–1, drawn by the caller.
    """
    exponent = min(failure_count - 1, 40)  # 2**40 s is longer than any cap; keeps the float finite
    wait = min(base_s * 2.0**exponent, cap_s)
    return wait * (0.8 + 0.2 * jitter)
