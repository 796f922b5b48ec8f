"""Seed articles -> a draft of a topic profile. Pure: pages are fetched, files and data read elsewhere.

::

    article = read_pasted(text, "seeds/one.md")
    draft = derive([article], topic="floods", about="", knowledge=knowledge)
"""

from watcher.core.deriving.cleaning import from_blocks, read_pasted
from watcher.core.deriving.drafting import derive
from watcher.core.deriving.records import Article, Draft, Knowledge

__all__ = ["Article", "Draft", "Knowledge", "derive", "from_blocks", "read_pasted"]
