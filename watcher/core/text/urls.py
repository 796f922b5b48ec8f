"""Links as feeds give them: made absolute, made comparable, made safe to show. Pure.

Nothing here is resolved or fetched; whether an address may be asked for is the guard's question.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

MAX_LINK_CHARS = 2048  # P1

_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\\<>\"`{}|^\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_EDGES = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$")
_DOTTED_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=._~%\[\]-]*")  # needs no quoting
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "/:@!$&'()*+,;=-._~%[]"

# Who sent the reader, which session it was: never what is read.
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|mc_cid|mc_eid|mkt_tok|_ga|_gl|"
    r"_hsenc|_hsmi|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|bbc_team|format)|ns_(?:mchannel|source|campaign|linkname|fee)|"
    r"traffic_source|partner|cmp|cmpid|ocid|ito|xtor|wt_(?:mc|zmc)|maca|ref_src|ref_url|_openstat|smid|smtyp|"
    r"phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|cftoken)",
    re.IGNORECASE,
)
# "sid" is a session in some systems and the article's number in others: only long values are sessions.
_SESSION_PAIR = re.compile(r"(?:sid|s)=[0-9a-z]{24,}", re.IGNORECASE)
_PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SECRET = re.compile(
    r".*(?:token|secret|passw(?:or)?d|pwd|credential|signature|hmac|jwt|session).*"
    r"|.*key(?!word).*|.*auth(?!or(?:s|_|-|$)).*|(?:.*[_.-])?(?:sig|hash|sas|pass|pw|code)(?:[_.-].*)?",
    re.IGNORECASE,
)
MASK = "***"


def absolute_url(link: str | None, base: str) -> str:
    """A link a reader may open, joined to where it stood.

    Args:
        link: as the feed gives it, relative or not.
        base: the feed's URL, absolute.

    Returns:
        An http or https URL in ASCII with a dotted host and without user name, at most 2,048
        characters; "" when that cannot be made.
    """
    if not link:
        return ""
    link = _EDGES.sub("", link)
    if not link or len(link) > MAX_LINK_CHARS:
        return ""
    link = link.replace(" ", "%20").replace("\t", "").replace("\r", "").replace("\n", "")
    try:
        parts = urlsplit(link if link.startswith(("https://", "http://")) else urljoin(base, link))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    if _FORBIDDEN.search(host) or (port is not None and port == 0):
        return ""
    name = _ascii_host(host)
    if name is None or not _DOTTED_HOST.fullmatch(name):
        return ""
    netloc = name if port is None else f"{name}:{port}"
    made = urlunsplit(
        (parts.scheme, netloc, _quoted(parts.path), _quoted(parts.query, "?"), _quoted(parts.fragment, "?"))
    )
    return made if len(made) <= MAX_LINK_CHARS else ""


def canonical_url(url: str) -> str:
    """One spelling per document, for comparing and never for opening.

    Without scheme differences, `www.`, default port, fragment, tracking parameters, session ids and a
    closing slash; parameters in order of name; "" stays "".
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    while host.startswith("www."):
        host = host[4:]
    if port is not None and port not in (80, 443):
        host = f"{host}:{port}"
    path = _PATH_SESSION.sub("", _normal_percent(parts.path)).rstrip("/")
    query = "&".join(sorted(filter(_tells, _normal_percent(parts.query).split("&"))))
    return f"https://{host}{path or '/'}" + (f"?{query}" if query else "")


def _tells(pair: str) -> bool:
    """Whether a parameter may say what is read."""
    return (
        bool(pair) and not _TRACKING.fullmatch(pair.partition("=")[0]) and not _SESSION_PAIR.fullmatch(pair)
    )


def shown_url(url: str) -> str:
    """A URL for eyes and logs: user name, password and parameters that look like secrets are masked."""
    try:
        parts = urlsplit(url)
        netloc = parts.netloc
    except ValueError:
        return "(a URL that cannot be read)"
    if "@" in netloc:
        netloc = f"{MASK}@{netloc.rpartition('@')[2]}"
    return "".join(
        c if c.isprintable() else "?"
        for c in urlunsplit((parts.scheme, netloc, parts.path, _masked(parts.query), _masked(parts.fragment)))
    )


def _masked(query: str) -> str:
    """The parameters, with the values of secret ones replaced."""
    if "=" not in query:
        return query
    pairs = re.split(r"([&;])", query)
    return "".join(
        f"{name}={MASK}" if equals and _SECRET.fullmatch(unquote(name)) else pair
        for pair in pairs
        for name, equals, _ in (pair.partition("="),)
    )


def _ascii_host(host: str) -> str | None:
    """The host in ASCII; None when it cannot be written so."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _quoted(part: str, also: str = "") -> str:
    """Everything but URL characters as %XX; what is quoted already stays."""
    return part if _PLAIN.fullmatch(part) else quote(part.encode("utf-8", "replace"), safe=_SAFE + also)


def _normal_percent(text: str) -> str:
    """%XX in capitals, and unreserved characters plain (RFC 3986 section 6.2.2)."""

    def normal(found: re.Match[str]) -> str:
        character = chr(int(found.group(1), 16))
        return character if character in _UNRESERVED else found.group().upper()

    return _PERCENT.sub(normal, text)
