"""Claim -> send -> acknowledge, retry or bury: everything that goes out goes through here.

At-least-once: a message is doubled only when nobody can know whether it arrived, and then it says so.
"""

from watcher.delivery.courier import Courier

__all__ = ["Courier"]
