"""A web page -> its article, in the worker's process. Needs the extra `derive` (trafilatura). Nothing is logged."""

from __future__ import annotations

from watcher.feeds.documents.values import NotAFeed

PAGE = "x-watcher/page"
"""Content type by which the worker is asked for a page's article instead of a feed's entries."""
EXTRA = "reading web pages needs an extra: pip install 'coverage-watcher[derive]'"
MAX_CHARACTERS = 200_000


def read_page(body: bytes) -> dict[str, object]:
    """Find the article of a page.

    Args:
        body: HTML, in any encoding that it declares.

    Returns:
        "headline", "language" (None = unknown) and "blocks", its paragraphs in order.

    Raises:
        NotAFeed: there is no article in it, or the extra is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise NotAFeed(EXTRA) from None
    found = trafilatura.bare_extraction(
        body, with_metadata=True, include_comments=False, include_tables=False
    )
    text = getattr(found, "text", None)
    if not text:
        raise NotAFeed("no article was found in the page: paste its text into a file instead")
    language = getattr(found, "language", None)
    return {
        "headline": str(getattr(found, "title", None) or ""),
        "language": language[:2].lower() if isinstance(language, str) else None,
        "blocks": [line for line in text[:MAX_CHARACTERS].split("\n") if line.strip()],
    }
