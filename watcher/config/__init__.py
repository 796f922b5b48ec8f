"""The configuration: YAML files and the environment in, checked and compiled records out.

The only room that imports YAML and the only one that reads configuration files.
"""

from watcher.config.compiling import compile_runtime, targets
from watcher.config.loading import Loaded, load, require_token
from watcher.config.locating import Location, locate, packaged

__all__ = [
    "Loaded",
    "Location",
    "compile_runtime",
    "load",
    "locate",
    "packaged",
    "require_token",
    "targets",
]
