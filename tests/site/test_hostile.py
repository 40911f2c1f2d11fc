"""Text from records and articles is shown or dropped, and never runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from canary_kb import RECORDS, UNTOLD, records, telling_fields, told
from forewarn.site.sanitise import clean
from forewarn.store.settings import load_settings
from hostile_kb import PAYLOADS, hostile, hostile_sighting
from site_builder import Story, article, every_byte, parse

# Texts of a few characters only: words, versions, ids, dates, addresses of sites.
NARROW = """
Alias.line Article.applies Article.fixed_in Article.owner Article.path Briefing.product
Briefing.version
Absence.deputy ChannelSettings.id Comparator.version HoldsUntil.version Download.arch Download.edition Download.platform
Download.sha256 Inspection.by Member.product Member.version Person.email Person.id Product.id
Product.lockstep Product.owner Product.support Product.tracks Release.product Release.track
Release.version RolloutStep.platform Settings.channels Settings.people Settings.site_urls
MailingList.email MailingList.id Room.id Settings.lists Settings.rooms Sighting.digests
Sighting.id Sighting.product
Sighting.version Statement.partner Subscription.channel Subscription.issue Subscription.pair
Subscription.platforms Subscription.products Subscription.recipient Subscription.suites
Subscription.tracks Watch.platform Withdrawal.replacement
"""
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
_TEXT = re.compile(r".*<article[^>]*>(.*)</article>", re.DOTALL)


def html_of(*sites: Path) -> Iterator[tuple[Path, str]]:
    for site in sites:
        for page in site.rglob("*.html"):
            yield page, page.read_text(encoding="utf-8")


def test_every_field_of_a_record_tries_to_run(tmp_path: Path) -> None:
    """A new field makes this fail until it has a payload in tests/hostile_kb.py."""
    kb = hostile(tmp_path)
    everything = records(kb.load(), load_settings(kb.root), (hostile_sighting(),))
    have = {name for each in everything for name, text in told(each) if "hacked=1" in text}
    wanted = set().union(*(telling_fields(record, (str,)) for record in RECORDS))
    assert wanted - have - UNTOLD.keys() - set(NARROW.split()) == set()


def test_every_page_forbids_scripts_and_styles_in_its_text(told: Story, attacked: Path) -> None:
    for page, html in html_of(told.staff, told.public, attacked):
        head = parse(html.split("</head>")[0]).elements
        first = [
            (tag, attrs) for tag, attrs in head if tag in ("meta", "script", "link", "style", "img")
        ]
        tag, attrs = next(each for each in first if "charset" not in each[1])
        assert attrs.get("http-equiv") == "Content-Security-Policy", (page, tag, attrs)
        rules = (rule.strip().partition(" ") for rule in attrs["content"].split(";"))
        assert {name: allowed for name, _, allowed in rules} == POLICY, page


def test_no_page_needs_what_its_policy_forbids(told: Story, attacked: Path) -> None:
    for page, html in html_of(told.staff, told.public, attacked):
        site = next(s for s in (told.staff, told.public, attacked) if page.is_relative_to(s))
        for tag, attrs in parse(html).elements:
            where = f"{page.relative_to(site)}: <{tag} {attrs}>"
            assert tag != "style", where
            assert "style" not in attrs, where
            if tag == "script" and attrs.get("type") != "application/json":
                named = attrs.get("src", "nothing").split("?")[0].rsplit("../", 1)[-1]
                base = "/" if page.name == "404.html" else ""
                assert (site / named.removeprefix(base)).is_file(), where


def test_no_page_has_an_element_or_attribute_that_runs(attacked: Path) -> None:
    for page, html in html_of(attacked):
        for tag, attrs in parse(html).elements:
            where = f"{page.relative_to(attacked)}: <{tag} {attrs}>"
            assert not [name for name in attrs if name.startswith("on")], where
            assert tag not in ("iframe", "object", "embed", "base", "video", "math"), where
            assert attrs.get("http-equiv", "Content-Security-Policy") == "Content-Security-Policy"
            assert "formaction" not in attrs, where
            for name in ("href", "src", "action", "ping", "xlink:href", "formaction"):
                address = attrs.get(name, "").strip().casefold()
                assert not address.startswith(("javascript:", "vbscript:")), where
                assert not address.startswith("data:"), where
                assert "evil.example.com" not in address or tag == "a", where
        text = _TEXT.match(html)
        inside = {tag for tag, _ in parse(text.group(1) if text else "").elements}
        assert inside & {"script", "style", "form", "link", "meta", "iframe", "animate"} == set()


def test_the_text_of_a_record_is_shown_as_it_is_written(attacked: Path) -> None:
    shown = parse(article(attacked, "products/recorder/2.7")).text
    for payload in PAYLOADS:
        assert payload.replace("\\\\", "\\") in shown


def test_data_files_hold_the_text_of_records_as_text(attacked: Path) -> None:
    """What scripts read is JSON; that they make text of it is seen in the browser."""
    files = [*attacked.rglob("*.json")]
    for file in files:
        json.loads(file.read_bytes())
    assert files


def test_feeds_and_sitemap_stay_well_formed(attacked: Path) -> None:
    from xml.etree import ElementTree

    for name, data in every_byte(attacked):
        if name.endswith(".xml"):
            ElementTree.fromstring(data)  # noqa: S314 - we wrote it


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p class="mermaid x">a</p>', '<p class="x">a</p>'),
        ('<a id="__config">a</a>', '<a rel="noopener noreferrer">a</a>'),
        (
            '<input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked="checked">',
            '<input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked="checked">',
        ),
        ('<input type="password">', "<input>"),
        ('<td style="text-align: right;">1</td>', '<td class="fw-right">1</td>'),
        ('<td style="text-align: right; color: red">1</td>', "<td>1</td>"),
        ('<td style="text-align: url(x);">1</td>', "<td>1</td>"),
        ('<img src="https://x.example.com/a.png" alt="a">', '<img alt="a">'),
        ('<img src="\\\\x.example.com\\a.png" alt="a">', '<img alt="a">'),
        ('<img src="../a.png" alt="a">', '<img src="../a.png" alt="a">'),
        ("a<!-- b -->c", "ac"),
    ],
)
def test_what_is_left_of_html(html: str, kept: str) -> None:
    cleaned = clean(f"<table><tr>{html}</tr></table>" if html.startswith("<td") else html)
    assert kept in cleaned if html.startswith("<td") else cleaned == kept
