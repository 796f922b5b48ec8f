"""News-coverage watcher: one well-explained alert per new story."""

__version__ = "0.1.0"
