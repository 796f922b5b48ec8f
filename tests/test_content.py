"""What ships as content is in order: labelled items, feeds and seeds. It says nothing about how good they are."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
LABELLED, STORIES = "labelled.jsonl", "labelled-stories.jsonl"
TOPICS = ["russia-sahel", "aes", "counterterrorism"]
LANGUAGES = ["en", "fr", "ru", "pl", "es", "de", "pt", "ar"]
FIELDS = ["id", "title", "summary", "published", "source", "url", "language", "grades", "story"]

both_files = pytest.mark.parametrize("name", [LABELLED, STORIES])


@cache
def items(name: str) -> list[dict[str, Any]]:
    """The items of one labelled file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@cache
def feeds() -> list[dict[str, Any]]:
    """The feeds of feeds.yaml."""
    loaded: list[dict[str, Any]] = yaml.safe_load((ROOT / "config/feeds.yaml").read_text(encoding="utf-8"))[
        "feeds"
    ]
    return loaded


def seeds() -> list[Path]:
    """The seed articles that ship."""
    return sorted(path for path in (ROOT / "seeds").glob("*.md") if path.name != "README.md")


def item_id(title: str) -> str:
    """The id that the format prescribes, written out here apart from the package's own folding."""
    decomposed = unicodedata.normalize("NFKD", title).casefold()
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return hashlib.sha1(folded.encode(), usedforsecurity=False).hexdigest()[:16]


def on_topic(item: dict[str, Any]) -> int:
    """The best grade of an item on any topic."""
    best: int = max(item["grades"].values())
    return best


@both_files
def test_items_have_every_field_in_its_form(name: str) -> None:
    """Each line has the fields of the format, grades 0 to 2 for every topic, and a language we speak."""
    for item in items(name):
        assert list(item) == FIELDS
        assert list(item["grades"]) == TOPICS
        assert set(item["grades"].values()) <= {0, 1, 2}
        assert item["language"] in LANGUAGES
        assert item["title"].strip() == item["title"] != ""
        assert isinstance(item["summary"], str)


@both_files
def test_ids_are_the_titles_hash(name: str) -> None:
    """An id is the hash of the folded title, so that edited titles get new ids."""
    assert [item_id(item["title"]) for item in items(name)] == [item["id"] for item in items(name)]


def test_ids_are_unique_over_both_files() -> None:
    """No title is judged twice, within a file or across the two."""
    found = Counter(item["id"] for name in (LABELLED, STORIES) for item in items(name))
    assert [one for one, count in found.items() if count > 1] == []


@both_files
def test_items_are_in_time_order(name: str) -> None:
    """Replaying needs the order of time, with aware UTC dates from the years that are covered."""
    times = [datetime.fromisoformat(item["published"]) for item in items(name)]
    assert sorted(times) == times
    assert all(time.tzinfo == UTC and 2023 <= time.year <= 2026 for time in times)


@both_files
def test_no_item_claims_a_real_site(name: str) -> None:
    """Invented headlines stand on invented sites: no one can take them for an outlet's own."""
    for item in items(name):
        hosts = [urlsplit(text).hostname for text in (item["url"], item["source"]) if "://" in text]
        assert all(host is not None and host.endswith(".example") for host in hosts), item


def test_labelled_items_are_many_and_in_eight_languages() -> None:
    """At least 300 items, at least 25 in each of the eight languages."""
    counts = Counter(item["language"] for item in items(LABELLED))
    assert counts.total() >= 300
    assert sorted(LANGUAGES) == sorted(counts)
    assert min(counts.values()) >= 25


def test_labelled_items_are_spread_like_news() -> None:
    """Each topic has at least 40 items to find, and most items are not to be found."""
    for topic in TOPICS:
        assert sum(item["grades"][topic] == 2 for item in items(LABELLED)) >= 40, topic
    best = Counter(on_topic(item) for item in items(LABELLED))
    assert best[0] > best[2] > best[1]
    assert best[1] >= 0.08 * best.total()


def test_some_items_come_as_feeds_really_send_them() -> None:
    """Items without a summary, summaries that repeat title and outlet, titles that are the words of an address."""
    labelled = items(LABELLED)
    assert sum(not item["summary"] for item in labelled) >= 50
    assert any(item["summary"].startswith(item["title"].rpartition(" - ")[0] + "  ") for item in labelled)
    assert sum(re.fullmatch(r"[a-z0-9. ]+", item["title"]) is not None for item in labelled) >= 5


def test_stories_are_told_by_several_outlets_and_languages() -> None:
    """At least 40 stories of two to six items, most in more than one language, none from one outlet only."""
    told: dict[str, list[dict[str, Any]]] = {}
    for item in items(STORIES):
        if item["story"] is not None:
            told.setdefault(item["story"], []).append(item)
    several = [story for story in told.values() if len(story) > 1]
    assert len(several) >= 40
    assert max(map(len, several)) <= 6
    for story in several:
        assert len({urlsplit(item["url"]).hostname for item in story}) > 1, story[0]["story"]
    in_languages = [story for story in several if len({item["language"] for item in story}) > 1]
    assert len(in_languages) >= 0.6 * len(several)


def test_stories_last_less_than_three_days_and_are_on_topic() -> None:
    """Only entries on a topic open or join stories, and a story ends after three days."""
    for item in items(STORIES):
        assert (item["story"] is not None) == (on_topic(item) > 0), item["title"]
    for slug in {item["story"] for item in items(STORIES)} - {None}:
        times = [
            datetime.fromisoformat(item["published"]) for item in items(STORIES) if item["story"] == slug
        ]
        assert (max(times) - min(times)).days < 3, slug


def test_feeds_are_many_and_named_apart() -> None:
    """At least 30 feeds are polled; ids and addresses are unique."""
    assert sum(feed.get("enabled", True) for feed in feeds()) >= 30
    for key in ("id", "url"):
        assert max(Counter(feed[key] for feed in feeds()).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9-]+", feed["id"]) for feed in feeds())


def test_feeds_speak_the_six_languages() -> None:
    """English, French, Russian, Arabic, Spanish and German feeds are polled, several of each."""
    counts = Counter(feed.get("language") for feed in feeds() if feed.get("enabled", True))
    assert {language for language, count in counts.items() if count >= 3} >= {
        "en",
        "fr",
        "ru",
        "ar",
        "es",
        "de",
    }


def test_feed_addresses_are_plain_https() -> None:
    """Addresses are https with a dotted host, no user name, only ASCII."""
    for feed in feeds():
        address = urlsplit(feed["url"])
        assert address.scheme == "https", feed["url"]
        assert feed["url"].isascii()
        assert "." in (address.hostname or "")
        assert address.username is None


def test_every_feed_names_outlet_and_group_and_how_it_was_confirmed() -> None:
    """A reader of the file learns who publishes a feed and how far its address is to be trusted."""
    text = (ROOT / "config/feeds.yaml").read_text(encoding="utf-8")
    entries = re.split(r"^  - id: ", text, flags=re.MULTILINE)[1:]
    assert len(feeds()) == len(entries)
    for feed, entry in zip(feeds(), entries, strict=True):
        assert feed["outlet"]
        assert feed["group"]
        assert re.search(r"^    # (confirmed: |not confirmed)", entry, re.MULTILINE), feed["id"]
        if "# not confirmed" in entry:
            assert feed["enabled"] is False, (
                f"{feed['id']}: not confirmed, so it must not be polled by default"
            )


def test_seeds_say_what_they_are() -> None:
    """Each seed tells outlet, date, headline, language and topics, its file is named by its date, and it retells."""
    assert len(seeds()) >= 2
    for path in seeds():
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        facts = yaml.safe_load(front)
        assert list(facts) == ["outlet", "date", "headline", "language", "topics"]
        assert path.name.startswith(str(facts["date"]))
        assert set(facts["topics"]) <= set(TOPICS)
        assert 150 <= len(body.split()) <= 300


def test_every_topic_has_a_seed() -> None:
    """No shipped topic is without an article that shows what it is about."""
    served = {
        topic
        for path in seeds()
        for topic in yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])["topics"]
    }
    assert set(TOPICS) == served
