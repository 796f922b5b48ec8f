"""What runs inside the parsing worker, apart from the rest of the watcher.

`reading` is the only importer of feedparser; `worker` is the process. Only `wire` and `values` may be
imported by the main process.
"""
