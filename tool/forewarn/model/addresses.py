"""What a web address is, and which ones somebody outside may make us call: by our own list."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from forewarn.expressions import expression

# IANA's registry of special purposes, IPv4 (RFC 6890 and what followed), and multicast.
_IPV4 = (
    ("0.0.0.0/8", "reserved"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "private"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "reserved"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "reserved"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "reserved"),
    ("198.51.100.0/24", "reserved"),
    ("203.0.113.0/24", "reserved"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
# The same for IPv6. What lies outside 2000::/3 and is not named here is reserved, too.
_IPV6 = (
    ("::/128", "reserved"),
    ("::1/128", "loopback"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
    ("ff00::/8", "multicast"),
    ("2001::/32", "tunnel"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "reserved"),
    ("2002::/16", "tunnel"),
    ("2620:4f:8000::/48", "reserved"),
    ("3ffe::/16", "reserved"),
    ("3fff::/20", "reserved"),
)
_NETWORKS_4 = tuple((ipaddress.IPv4Network(network), kind) for network, kind in _IPV4)
_NETWORKS_6 = tuple((ipaddress.IPv6Network(network), kind) for network, kind in _IPV6)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# These stand for the IPv4 address in their last four bytes: mapped, and translated (NAT64).
_STAND_FOR_IPV4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
# The last eight bytes of an ISATAP address begin so, whether its IPv4 address is unique or not.
_ISATAP = frozenset([0x00005EFE, 0x02005EFE])
_NUMBER = expression(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_PLACE = expression(
    r"(?:[^\[\]]*@)?(?:\[(?P<ipv6>[^\]]*)\]|(?P<name>[^\[\]:.][^\[\]:]*))(?::(?P<port>[0-9]{0,5}))?"
)
_END_OF_PLACE = expression(r"[/?#]")
_URL = expression(r"https?://[^\s<>\"'`\\\x00-\x1f\x7f]+")
_LOCAL_NAME = expression(r"(?:.*\.)?(?:localhost|localhost\.localdomain)", re.IGNORECASE)


def address_problem(address: str) -> str | None:
    """Which kind of address nobody outside may make us call; None for a public one.

    Raises:
        ValueError: it is no address as the system's look-up gives it.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return next((kind for network, kind in _NETWORKS_4 if ip in network), None)
    if any(ip in network for network in _STAND_FOR_IPV4):
        return address_problem(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return "tunnel"
    kinds = (kind for network, kind in _NETWORKS_6 if ip in network)
    return next(kinds, None if ip in _GLOBAL_UNICAST else "reserved")


def host_problem(host: str) -> str | None:
    """The same for the host of an address, as far as it can be told without looking up a name.

    Systems read an IPv4 address in many ways: `127.1`, `0x7f.0.0.1` and `2130706433` are one.
    """
    host = unquote(host).strip("[]").rstrip(".")
    try:
        return address_problem(host)
    except ValueError:
        pass
    if _LOCAL_NAME.fullmatch(host):
        return "loopback"
    number = _as_ipv4(host)
    return None if number is None else address_problem(str(ipaddress.IPv4Address(number)))


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine, as far as that can be told without looking up a name."""
    return host_problem(host) == "loopback"


def check_url(text: str) -> str | None:
    """What keeps `text` from being a web address, or None."""
    if len(text) > 2000 or not _URL.fullmatch(text):
        return "it is not a web address; write http:// or https://, with no spaces or quotes"
    problem = malformed(text)
    return f"it is not a web address: {problem}" if problem else None


def malformed(url: str) -> str | None:
    """What is wrong with the host or port of an http address, whatever Python's version takes."""
    return _malformed_place(_END_OF_PLACE.split(url.partition("://")[2], maxsplit=1)[0])


# Of thousands of addresses many are at one host.
@lru_cache(maxsize=4096)
def _malformed_place(place: str) -> str | None:
    found = _PLACE.fullmatch(place)
    if found is None:
        return f"{place.rpartition('@')[2][:100]!a} is no host and port"
    if found["ipv6"] is not None:
        try:
            ipaddress.IPv6Address(found["ipv6"])
        except ValueError:
            return f"{found['ipv6'][:100]!a} is no IPv6 address, and only such a one is in brackets"
    if int(found["port"] or 0) > 65535:
        return f"there is no port {found['port']}"
    if any(len(label.encode()) > 63 for label in (found["name"] or "").split(".")):
        return "a part of the host's name is longer than 63 characters"
    try:
        urlsplit(f"http://{place}")
    except ValueError:
        return "its host has characters that stand for others"
    return None


def _as_ipv4(host: str) -> int | None:
    """What the system's C library reads as an IPv4 address: one to four numbers of any base."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (_number(part) for part in parts)
    except ValueError:
        return None
    if any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
        return None
    return sum(part << (24 - 8 * n) for n, part in enumerate(first)) + last


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10) if len(text) < 20 else 1 << 40
