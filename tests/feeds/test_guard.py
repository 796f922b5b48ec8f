"""What may be asked for and connected to (S1–S3)."""

from __future__ import annotations

import re
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import AddressRefused
from watcher.feeds.guard import Gate, literal_address, refusal

REFUSED = re.findall(
    r"\S+",
    """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.171 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:10.0.0.1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 64:ff9b::10.1.2.3 64:ff9b:1::127.0.0.1 64:ff9b:1:7f00:0:100::
64:ff9b:1:0:a:0:100:0 2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2001:0:7f00:1:: 2001:0:808:808:0:0:80ff:fffe
2001:2::1 2001:db8::1 2001:10::1 3fff::1 5f00::1 100::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1
ff02::1 ff0e::1
""",
)

ACCEPTED = re.findall(
    r"\S+",
    """
1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.0.1.1 198.17.255.255
223.255.255.255 2606:4700::1111 2a00:1450:4001::8 2001:4860:4860::8888 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8
64:ff9b::8.8.8.8 64:ff9b:1::8.8.8.8 2002:808:808:: 2001:0:808:808:0:0:f7f7:f7f7
""",
)


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_that_are_not_public_are_refused(text: str) -> None:
    """S3: private, local, reserved and multicast addresses are refused in every spelling of IPv6."""
    assert refusal(ip_address(text)) is not None


@pytest.mark.parametrize("text", ACCEPTED)
def test_public_addresses_are_accepted(text: str) -> None:
    """S3: public addresses are accepted, also those that carry a public IPv4 address."""
    assert refusal(ip_address(text)) is None


@given(st.ip_addresses(v=6))
def test_no_address_breaks_the_judgement(address: object) -> None:
    """Every IPv6 address gets an answer."""
    assert refusal(address) is None or refusal(address)  # type: ignore[arg-type]


@given(st.ip_addresses(v=4))
def test_mapped_addresses_are_judged_as_what_they_carry(address: object) -> None:
    """S3: ::ffff:a.b.c.d is as public as a.b.c.d."""
    mapped = ip_address(f"::ffff:{address}")
    assert (refusal(address) is None) == (refusal(mapped) is None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/feed",
        "feed",
        "http:///feed",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org\\@evil.example/",
        "http://example.org/\x00",
        "http://example.org/a b",
        "http://exa\nmple.org/",
        "http://example.org:22/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://[::1/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_urls_that_must_not_be_asked_for_are_refused(url: str) -> None:
    """S1: only http and https, usual ports, no user name, no odd characters, no private literal."""
    with pytest.raises(AddressRefused) as caught:
        Gate().check_url(url)
    assert "secret" not in str(caught.value)
    assert caught.value.permanent


@pytest.mark.parametrize("port", ["", ":80", ":443", ":8080", ":8443"])
def test_usual_ports_are_accepted(port: str) -> None:
    """S1: the four usual ports need no permission."""
    assert Gate().check_url(f"https://example.org{port}/feed?x=1").hostname == "example.org"


def test_the_configured_port_of_a_feed_is_accepted() -> None:
    """S1: a port the user wrote into the feed's own URL is meant."""
    assert Gate().check_url("http://example.org:8181/feed", own_port=8181)


def test_private_targets_are_allowed_by_host_and_port_only() -> None:
    """T2: the allow-list names host and port; another port of the same host stays refused."""
    gate = Gate(["127.0.0.1:9000", "[::1]:9001"])
    assert gate.check_url("http://127.0.0.1:9000/feed")
    assert gate.check_url("http://[::1]:9001/feed")
    for url in ("http://127.0.0.1:9001/feed", "http://127.0.0.1/", "http://[::1]:9000/"):
        with pytest.raises(AddressRefused):
            gate.check_url(url, own_port=9001)


def test_the_refusal_says_how_to_allow_it() -> None:
    """The message names host, port and what to do."""
    with pytest.raises(AddressRefused, match=r"192\.168\.1\.5:8080"):
        Gate().check_url("http://192.168.1.5:8080/feed")


@pytest.mark.parametrize("host", ["example.org", "1and1.example", "dead.beef", "cafe"])
def test_names_are_not_mistaken_for_addresses(host: str) -> None:
    """A host name is left to the resolver."""
    assert literal_address(host) is None
