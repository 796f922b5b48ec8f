"""The running watcher: ticks, wake-ups, signals, requests, reload, graceful stop. Decides nothing about news."""

from watcher.service.loop import Service
from watcher.service.state import Current
from watcher.service.ticking import Job

__all__ = ["Current", "Job", "Service"]
