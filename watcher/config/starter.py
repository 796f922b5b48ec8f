"""A short feeds.yaml for a new configuration: a few of the shipped feeds, text and comments as they are there."""

from __future__ import annotations

from watcher.config.marks import parse

# A first run should be quick, speak four languages and bring matches for every shipped topic.
STARTER_IDS = (
    "bbc-africa",
    "france24-africa",
    "rfi-afrique",
    "dw-africa",
    "lemonde-afrique",
    "studio-tamani",
    "lefaso",
    "air-info",
    "moscow-times",
    "meduza",
    "tass",
    "aljazeera-arabic",
)


def starter_feeds(shipped: str) -> str:
    """The shipped file's opening comment and the chosen feeds.

    Args:
        shipped: text of the packaged feeds.yaml.
    """
    document = parse(shipped, "feeds.yaml")
    found = document.root.pair("feeds") if document.root is not None else None
    if found is None:
        return shipped
    lines = document.lines
    items = found[1].items
    begins = [item.start.line for item in items] + [len(lines)]
    kept = [*lines[: found[0].start.line + 1], ""]
    for position, item in enumerate(items):
        name = item.pair("id")
        if name is None or name[1].text not in STARTER_IDS:
            continue
        block = lines[begins[position] : begins[position + 1]]
        # What stands after a blank line belongs to the next feed or opens the next group.
        kept += [*block[: block.index("") if "" in block else len(block)], ""]
    return "\n".join(kept).rstrip() + "\n"
