"""The running watcher: ticks, wake-ups, signals, requests, reload, graceful stop. Decides nothing about news."""

from watcher.service.loop import Job, Service
from watcher.service.state import Current

__all__ = ["Current", "Job", "Service"]
