"""Links made absolute, comparable and safe to show (P2, P5, K2)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.text.urls import MAX_LINK_CHARS, absolute_url, canonical_url, shown_url

BASE = "https://outlet.example/news/feed.xml"
ODD_LINKS = st.text(st.one_of(st.characters(), st.sampled_from("/:?#@%&=.[]\\ htps")), max_size=80)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://outlet.example/a", "https://outlet.example/a"),
        ("/a/b", "https://outlet.example/a/b"),
        ("b.html", "https://outlet.example/news/b.html"),
        ("../b", "https://outlet.example/b"),
        ("//cdn.example/b", "https://cdn.example/b"),
        ("?id=5", "https://outlet.example/news/feed.xml?id=5"),
        ("  https://outlet.example/a \n", "https://outlet.example/a"),
        ("https://outlet.example/a b", "https://outlet.example/a%20b"),
        ("https://outlet.example/é?q=ü", "https://outlet.example/%C3%A9?q=%C3%BC"),
        ("https://outlet.example/a%20b", "https://outlet.example/a%20b"),
        ("HTTPS://OUTLET.example:8443/a", "https://outlet.example:8443/a"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ('https://outlet.example/"><b>', "https://outlet.example/%22%3E%3Cb%3E"),
        ("https://outlet.example/#top", "https://outlet.example/#top"),
    ],
)
def test_links_become_absolute(link: str, expected: str) -> None:
    """Relative links are joined to where they stood; odd characters are quoted."""
    assert absolute_url(link, BASE) == expected


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "   ",
        "javascript:alert(1)",
        "data:text/html,x",
        "tg://user?id=5",
        "mailto:a@b.example",
        "ftp://outlet.example/",
        "https://user@outlet.example/",
        "https://user:pw@outlet.example/",
        "https://localhost/",
        "https://intranet/page",
        "https://[::1]/",
        "https://outlet.example:99999/",
        "https://out\u200blet.example/",
        "https://out\u202elet.example/",
        "https://outlet..example/",
        "https://" + "a" * 70 + ".example/",
        "https://outlet.example/" + "a" * MAX_LINK_CHARS,
        "https://[bad/",
    ],
)
def test_unsafe_links_are_dropped(link: str | None) -> None:
    """P2: only http(s) with a dotted host and nothing hidden; else no link at all."""
    assert absolute_url(link, BASE) == ""


@given(ODD_LINKS | ODD_LINKS.map("https://outlet.example/".__add__) | ODD_LINKS.map("https://".__add__))
def test_every_made_link_is_safe(link: str) -> None:
    """Whatever a feed says, the result is "" or ASCII http(s) with a dotted host, short and without quotes."""
    made = absolute_url(link, BASE)
    if made:
        parts = urlsplit(made)
        assert parts.scheme in ("http", "https")
        assert "." in (parts.hostname or "")
        assert "@" not in parts.netloc
        assert made.isascii()
        assert not set(made) & set("<>\"' \\\n\t") - {"'"}
        assert len(made) <= MAX_LINK_CHARS
        assert absolute_url(made, BASE) == made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.outlet.example/a/", "https://outlet.example/a"),
        ("https://outlet.example/a?utm_source=rss&utm_medium=x", "https://outlet.example/a"),
        ("https://outlet.example/a?fbclid=1&id=5", "https://outlet.example/a?id=5"),
        ("https://outlet.example/a?b=2&a=1", "https://outlet.example/a?a=1&b=2"),
        ("https://outlet.example/a#comments", "https://outlet.example/a"),
        ("https://outlet.example:443/a", "https://outlet.example/a"),
        ("https://outlet.example/a;jsessionid=0F3A?x=1", "https://outlet.example/a?x=1"),
        ("https://outlet.example/a?PHPSESSID=0f3a", "https://outlet.example/a"),
        ("https://outlet.example/a?sid=0123456789abcdef0123456789abcdef", "https://outlet.example/a"),
        ("https://outlet.example/%7euser/%c3%a9", "https://outlet.example/~user/%C3%A9"),
        ("https://www.outlet.example", "https://outlet.example/"),
    ],
)
def test_spellings_of_one_document_are_one(one: str, other: str) -> None:
    """P5: tracking parameters, sessions, scheme and order of parameters make no new document."""
    assert canonical_url(one) == canonical_url(other) == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://outlet.example/a?id=1", "https://outlet.example/a?id=2"),
        ("https://outlet.example/article.php?sid=17", "https://outlet.example/article.php?sid=18"),
        ("https://outlet.example/a", "https://outlet.example/A"),
        ("https://fr.outlet.example/a", "https://outlet.example/a"),
        ("https://outlet.example:8443/a", "https://outlet.example/a"),
    ],
)
def test_different_documents_stay_different(one: str, other: str) -> None:
    """Nothing that may say what is read is dropped."""
    assert canonical_url(one) != canonical_url(other)


@given(ODD_LINKS | ODD_LINKS.map("https://outlet.example/".__add__))
def test_a_canonical_url_is_its_own_canonical_url(link: str) -> None:
    """Normalising twice changes nothing, and nothing breaks it."""
    once = canonical_url(link)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:hush@outlet.example/feed", "https://***@outlet.example/feed"),
        ("https://outlet.example/feed?api_key=hush&q=mali", "https://outlet.example/feed?api_key=***&q=mali"),
        ("https://outlet.example/feed?Token=hush", "https://outlet.example/feed?Token=***"),
        ("https://outlet.example/feed?auth=hush;sig=hush", "https://outlet.example/feed?auth=***;sig=***"),
        (
            "https://outlet.example/feed?X-Amz-Signature=hush",
            "https://outlet.example/feed?X-Amz-Signature=***",
        ),
        ("https://outlet.example/feed?access%5Ftoken=hush", "https://outlet.example/feed?access%5Ftoken=***"),
        ("https://outlet.example/#access_token=hush", "https://outlet.example/#access_token=***"),
        (
            "https://outlet.example/feed?keyword=niger&author=a",
            "https://outlet.example/feed?keyword=niger&author=a",
        ),
        ("https://outlet.example/feed?design=2", "https://outlet.example/feed?design=2"),
        ("https://[bad", "(a URL that cannot be read)"),
    ],
)
def test_secrets_in_urls_are_masked(url: str, expected: str) -> None:
    """K2: user names, passwords and parameters that look like keys, tokens or signatures are not shown."""
    assert shown_url(url) == expected


@given(
    st.sampled_from(["key", "apikey", "token", "access_token", "auth", "sig", "signature", "X-Api-Key"]),
    ODD_LINKS,
)
def test_a_secret_never_shows_and_nothing_breaks(name: str, rest: str) -> None:
    """K2: whatever stands around it; and one line stays one line."""
    shown = shown_url(f"https://outlet.example/feed?{name}=hushhush&{rest}")
    assert "hushhush" not in shown
    assert shown.isprintable()
