"""Fetching: the only room that speaks HTTP to the outside; everything passes the one gate.

`HttpFetcher` is the door. The parts: `transport` connects to checked addresses only, `hosts` keeps us
polite, `decoding` unpacks bodies within their limit, `headers` reads and writes what matters here.
"""

from watcher.feeds.fetching.fetcher import HttpFetcher

__all__ = ["HttpFetcher"]
