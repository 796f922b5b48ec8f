"""feeds.yaml: what is polled."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from watcher.config.fields import Duration, Identifier, Language, Secret, Text, WebAddress
from watcher.config.models.section import Section

MAX_FEEDS = 20_000  # twice what start-up and memory are measured with
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
# The fetcher sets these itself; a second value would break the request or the promise it makes.
_OWN_HEADERS = {
    *(
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "te",
        "upgrade",
        "expect",
    ),
    *("if-none-match", "if-modified-since", "a-im", "cookie", "user-agent"),
}


def _headers(headers: dict[str, Secret]) -> dict[str, Secret]:
    for name in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no HTTP header name")
        if name.lower() in _OWN_HEADERS:
            instead = {"cookie": ": use 'cookie'", "user-agent": ": use polling.contact in watcher.yaml"}
            raise ValueError(f"the header {name} is set by the watcher{instead.get(name.lower(), '')}")
    return headers


Headers = Annotated[dict[str, Secret], AfterValidator(_headers)]


class Auth(Section):
    """HTTP basic authentication; sent to the feed's own host only."""

    username: Secret = Field(description="User name.")
    password: Secret = Field(description="Password, best as ${VAR}.", examples=["${FEED_PASSWORD}"])


class FeedDefaults(Section):
    """What holds for every feed that does not say otherwise."""

    interval: Annotated[float, Duration(at_least="1s", at_most="7d")] | None = Field(
        default=None, description="The floor between two polls; without it, polling.interval of watcher.yaml."
    )
    max_interval: Annotated[float, Duration(at_least="1s", at_most="7d")] | None = Field(
        default=None, description="Slow feeds are polled at least so often; without it, polling.max_interval."
    )
    language: Language | None = Field(default=None, description="Language of the entries.")
    group: Text = Field(default="feeds", description="Heading under which lists show the feed.")
    topics: list[Identifier] | None = Field(default=None, description="Match only these topics.")
    headers: Headers | None = Field(default=None, description="Extra request headers, values best as ${VAR}.")
    proxy: Secret | None = Field(default=None, description="http:// or socks5:// proxy, may be ${VAR}.")


class FeedItem(Section):
    """One feed."""

    id: Identifier = Field(
        description="Its name in lists, logs and the database; keep it.", examples=["studio-tamani"]
    )
    url: WebAddress = Field(description="Address of the RSS, Atom or JSON feed.")
    outlet: Text | None = Field(
        default=None, description="Who publishes it, as alerts name it; without it, the address's host."
    )
    language: Language | None = Field(
        default=None, description="Language of its entries, two letters; without it, told from the text."
    )
    group: Text | None = Field(default=None, description="Heading under which lists show it.")
    topics: list[Identifier] | None = Field(
        default=None, description="Match its entries against these topics only; without it, against all."
    )
    everything_for: list[Identifier] = Field(
        default_factory=list, description="Every entry of this feed counts as on topic for these."
    )
    interval: Annotated[float, Duration(at_least="1s", at_most="7d")] | None = Field(
        default=None, description="The floor between two polls."
    )
    max_interval: Annotated[float, Duration(at_least="1s", at_most="7d")] | None = Field(
        default=None, description="It is polled at least so often, however rarely it publishes."
    )
    enabled: bool = Field(default=True, description="false: kept in the file, not polled.")
    auth: Auth | None = Field(default=None, description="User name and password (HTTP basic).")
    headers: Headers | None = Field(default=None, description="Extra request headers, values best as ${VAR}.")
    cookie: Secret | None = Field(default=None, description="Cookie header to send, best as ${VAR}.")
    proxy: Secret | None = Field(default=None, description="Proxy for this feed only, may be ${VAR}.")
    note: Text | None = Field(default=None, description="For yourself: where it was found, why it is here.")


class FeedsFile(Section):
    """The whole of feeds.yaml."""

    defaults: FeedDefaults = Field(default_factory=FeedDefaults, description="What holds for all feeds.")
    feeds: list[FeedItem] = Field(description="The feeds, in any order.", max_length=MAX_FEEDS)
