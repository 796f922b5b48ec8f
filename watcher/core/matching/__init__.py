"""Is this entry on topic, how sure, and why? All profiles in one index, one pass per entry.

::

    matcher = compile_matcher(profiles)
    for match in match(entry, matcher): ...

`read` finds the terms, `judge` weighs them against the profiles; grouping works on the same reading.
"""

from watcher.core.matching.index import Matcher, compile_matcher
from watcher.core.matching.reading import read, read_entry
from watcher.core.matching.scoring import judge, match

__all__ = ["Matcher", "compile_matcher", "judge", "match", "read", "read_entry"]
