"""Which network addresses somebody outside may make us call."""

from __future__ import annotations

import ipaddress

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# A translator (NAT64) reaches the IPv4 address in the last four bytes of these.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def address_problem(address: str) -> str | None:
    """Which kind of address nobody outside may make us call; None for a public one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return address_problem(str(inner))
    kinds = (
        ("loopback", ip.is_loopback),
        ("link-local", ip.is_link_local),
        ("multicast", ip.is_multicast),
        ("private", ip.is_private),
        ("reserved", not ip.is_global or (ip.version == 6 and ip not in _GLOBAL_UNICAST)),
    )
    return next((kind for kind, is_it in kinds if is_it), None)
