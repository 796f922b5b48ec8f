"""The one gate: which URLs may be asked for and which addresses may be connected to.

Everything that is ever fetched passes here on every hop: feeds, redirects, pages, seed articles. This
module decides only; it neither resolves names nor opens connections, and knows no HTTP library.

`ipaddress.is_global` alone is no guard: up to Python 3.11.9 it calls multicast, site-local, 6to4 and
NAT64 forms of private addresses global. The table below is therefore complete by itself and
`is_global` only adds what a newer Python may learn.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from socket import inet_aton
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from watcher.errors import AddressRefused

if TYPE_CHECKING:
    from collections.abc import Collection

Address = IPv4Address | IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}
USUAL_PORTS = frozenset({80, 443, 8080, 8443})

# IANA special-purpose registries (RFC 6890 and successors), wider where a registry leaves a hole.
_REFUSED_V4 = tuple(
    (ip_network(text), why)
    for text, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6 = tuple(
    (ip_network(text), why)
    for text, why in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("100::/64", "discard"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)

_LAST_32_BITS = tuple(
    IPv6Network(text)
    for text in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_LOOPBACK_AND_UNSPECIFIED = frozenset({IPv6Address("::1"), IPv6Address("::")})

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")


def refusal(address: Address) -> str | None:
    """Why an address must not be connected to; None when it is public.

    IPv4 addresses carried inside IPv6 ones are judged as what they carry.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return "link-local"
        if address not in _LOOPBACK_AND_UNSPECIFIED and (inner := _carried(address)):
            return next((why for carried in inner if (why := refusal(carried))), None)
    table = _REFUSED_V4 if isinstance(address, IPv4Address) else _REFUSED_V6
    for network, why in table:
        if address in network:
            return why
    if address.is_multicast or address.is_reserved or not address.is_global:
        return "not public"
    return None


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses an IPv6 one may stand for; () when it carries none."""
    number = int(address)
    if address in _SIX_TO_FOUR:
        return (IPv4Address(number >> 80 & 0xFFFFFFFF),)
    if address in _TEREDO:  # the server, and the client with its bits flipped
        return IPv4Address(number >> 64 & 0xFFFFFFFF), IPv4Address(~number & 0xFFFFFFFF)
    if not any(address in network for network in _LAST_32_BITS):
        return ()
    last = IPv4Address(number & 0xFFFFFFFF)
    if address in _LOCAL_NAT64 and number & 0xFFFFFF == 0:
        # RFC 6052 section 2.2: with a /64 prefix the address sits in bits 72–103, zeros after it. With
        # shorter prefixes the last 32 bits are zero and 0.0.0.0 refuses them already.
        return last, IPv4Address(number >> 24 & 0xFFFFFFFF)
    return (last,)


class Gate:
    """Judges URLs and addresses; the same rules for every hop of every fetch.

    Args:
        allowed_hosts: `host:port` pairs, as written in URLs, that may be private and use any port.
    """

    def __init__(self, allowed_hosts: Collection[str] = ()) -> None:
        self._allowed = frozenset(entry.lower() for entry in allowed_hosts)

    def allows(self, host: str, port: int) -> bool:
        """True when this host and port were allowed by name, whatever they resolve to."""
        return bool(self._allowed) and f"{_bracketed(host)}:{port}".lower() in self._allowed

    def check_url(self, url: str, *, own_port: int | None = None) -> SplitResult:
        """Refuse a URL that must not be asked for; nothing is resolved yet.

        Args:
            url: an absolute URL.
            own_port: a port the user configured for this feed, besides the usual four.

        Returns:
            The URL in its parts, its host name in ASCII or not, as given.

        Raises:
            AddressRefused: scheme, user name, port or characters are not acceptable.
        """
        if _UNSAFE.search(url):
            raise AddressRefused("the URL holds blanks, control characters or a backslash")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, port_of(parts)
        except ValueError as error:
            raise AddressRefused(f"the URL cannot be read: {error}") from None
        if parts.scheme not in DEFAULT_PORTS:
            raise AddressRefused(
                f"only http and https are fetched, not {parts.scheme or 'a URL without scheme'!r}"
            )
        if not host:
            raise AddressRefused("the URL names no host")
        if "@" in parts.netloc:
            raise AddressRefused(
                "user name and password do not belong in the URL (use username and password)"
            )
        if port not in USUAL_PORTS and port != own_port and not self.allows(host, port):
            raise AddressRefused(f"port {port} is not one of 80, 443, 8080, 8443 or the feed's own")
        literal = literal_address(host)
        if literal is not None:
            self.check_address(literal, host, port)
        return parts

    def check_address(self, address: Address, host: str, port: int) -> None:
        """Refuse an address that is not public, unless host and port were allowed by name.

        Raises:
            AddressRefused: naming host, address and the reason.
        """
        why = refusal(address)
        if why is not None and not self.allows(host, port):
            shown = host if str(address) == host else f"{host} resolves to {address}, which"
            raise AddressRefused(
                f"{shown} is not a public address ({why}); if it is meant to be reached, add "
                f"{_bracketed(host)}:{port} to testing.allow_private in watcher.yaml"
            )


def same_home(home: str, url: str) -> bool:
    """Whether secrets meant for one URL may be sent to another: the same scheme, host and port, or the same
    host's step from http to https."""
    try:
        first, now = urlsplit(home), urlsplit(url)
        before, after = (first.scheme, port_of(first)), (now.scheme, port_of(now))
    except ValueError:
        return False
    upgraded = (before, after) == (("http", 80), ("https", 443))
    return first.hostname == now.hostname and (before == after or upgraded)


def port_of(parts: SplitResult) -> int:
    """The port a URL speaks to, the scheme's own when it names none.

    Raises:
        ValueError: the port is no number from 0 to 65535.
    """
    return parts.port if parts.port is not None else DEFAULT_PORTS.get(parts.scheme, 0)


def literal_address(host: str) -> Address | None:
    """The address a host name spells out, in every form resolvers accept; None for a real name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    if not host[:1].isdigit():
        return None
    try:  # 2130706433, 0x7f.1, 0177.0.0.1: what inet_aton takes, so does getaddrinfo
        return IPv4Address(inet_aton(host))
    except OSError:
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
