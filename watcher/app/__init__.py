"""The composition root: `composing.compose` joins every part and closes them in reverse; `clock` is the only clock.

Import from its modules: a command that needs a fetcher need not load what a running watcher needs.
"""
