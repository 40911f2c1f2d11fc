"""Which addresses are public, by a list of our own: no version of Python changes it."""

from __future__ import annotations

import pytest

from forewarn.model.addresses import address_problem, host_problem, malformed

KINDS = {
    "loopback": ("127.0.0.1", "127.8.8.8", "127.255.255.255", "::1"),
    "private": (
        *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("100.64.0.1", "100.127.255.255", "fc00::1", "fd00::1", "fec0::1"),
    ),
    "link-local": ("169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1"),
    "multicast": ("224.0.0.1", "239.255.255.255", "ff02::1"),
    "tunnel": (
        *("2001:0:7f00:1::1", "2001:0:808:808::1", "2002:7f00:1::", "2002:a00:1::1"),
        *("2002:808:808::1", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:8.8.8.8"),
    ),
    "reserved": (
        *("0.0.0.0", "0.1.2.3", "::", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("198.19.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.0.1"),
        *("192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.192", "192.31.196.1"),
        *("192.52.193.1", "192.88.99.1", "192.175.48.1", "2001:db8::1", "3fff::1"),
        *("3fff:fff:ffff::1", "3ffe::1", "2001:1::1", "2001:2::1", "2001:3::1"),
        *("2001:4:112::1", "2001:10::1", "2001:20::1", "2001:30::1", "2620:4f:8000::1"),
        *("5f00::1", "100::1", "64:ff9b:1::1", "::127.0.0.1", "::ffff:0:10.0.0.1", "4000::1"),
    ),
}
PUBLIC = (
    *("8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
    *("172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0"),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888"),
    *("2001:200::1", "2a00:1450::1", "2620:4f:8001::1", "3fff:1000::1"),
)


@pytest.mark.parametrize(
    ("address", "kind"), [(address, kind) for kind, rows in KINDS.items() for address in rows]
)
def test_an_address_that_is_not_public_is_told_by_its_kind(address: str, kind: str) -> None:
    assert address_problem(address) == kind
    if "." in address and ":" not in address:
        for standing_for_it in (f"::ffff:{address}", f"64:ff9b::{address}"):
            assert address_problem(standing_for_it) == kind


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_no_problem(address: str) -> None:
    assert address_problem(address) is None
    if ":" not in address:
        assert address_problem(f"::ffff:{address}") is None
        assert address_problem(f"64:ff9b::{address}") is None


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.1.",
        ),
        *(
            "localhost",
            "LOCALHOST.",
            "kb.localhost",
            "localhost.localdomain",
            "[::1]",
            "%31%32%37.1",
        ),
    ],
)
def test_this_machine_is_known_however_it_is_written(host: str) -> None:
    assert host_problem(host) == "loopback"


@pytest.mark.parametrize(
    "host",
    ["vendor.example", "8.8.8.8", "134744072", "1.2.3.4.5", "0x1.vendor.example", "09.1", ""],
)
def test_a_name_or_a_public_number_is_no_problem(host: str) -> None:
    assert host_problem(host) is None


@pytest.mark.parametrize(
    "url",
    [
        *("http://[127.0.0.1]/", "http://[::1", "http://]/", "http://[v1.x]/", "http://a[b@c/"),
        *(
            "http://a:80:90/",
            "http://:80/",
            "http://a:99999/",
            "http://a:b/",
            "http://./",
            "http://",
        ),
        *(f"http://{'a' * 64}.example/", "http://[::1]x/", "http://a\N{CARE OF}b.example/"),
    ],
)
def test_what_has_no_host_and_port_is_malformed(url: str) -> None:
    assert malformed(url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://vendor.example", "https://vendor.example?a=[1]", "http://vendor.example:8080/x"),
        *(
            "http://maria:secret@vendor.example/",
            "http://[2606:4700::1111]:80/",
            "http://127.0.0.1/",
        ),
        *("https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/[x]", "http://a:/"),
    ],
)
def test_a_proper_address_is_not_malformed(url: str) -> None:
    assert malformed(url) is None
