"""A public knowledge base with a word that occurs nowhere else in every place that has one."""

from __future__ import annotations

import dataclasses
import hashlib
import textwrap
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product
from forewarn.model.release import Briefing, Release
from forewarn.model.settings import Settings
from forewarn.model.sighting import OtherDigest, Sighting, SightingState
from kb_builder import Kb

HIDDEN = "zqhidden"
SHOWN = "zqshown"
LETTERS = 5  # of each word, after one of these
YEAR = 2077  # in which everything happens that customers may not know of
BEFORE = 2019  # in which a release was planned that has shipped since
SHARE = "77.07"
TIME = "03:04:05"  # at which every change of status was recorded
RECORDS = (Product, Release, Briefing, Article, Sighting, Settings)
# Fields that tell nothing of their own, each with the reason.
UNTOLD = {
    "Place.file": "follows from the id, the version or the path",
    "Place.line": "a number of a line",
    "Product.scheme": "one of a few words that are forewarn's own",
    "Watch.type": "one of a few words that are forewarn's own",
    "Watch.lines": "numbers of lines, by names of options",
    "ChannelSettings.lines": "numbers of lines, by names of options",
    "ChannelSettings.type": "one of a few words that are forewarn's own",
    "VersionRange.vers_scheme": "one of a few words that are forewarn's own",
    "Comparator.operator": "a sign",
    "VersionRange.text": "another spelling of the same comparators",
    "VersionRange.unread": "a record with such a range cannot be read",
    "Written.line": "a number of a line",
    "Written.column": "a number of a column",
    "RuleSeverity.rule": "a name of forewarn's own",
    "CheckSettings.severities": "names of forewarn's own",
    "Product.purls": "what the files of customers are read by; no page has it",
    "Product.platforms": "what check knows platforms by",
    "Settings.platforms": "what check knows platforms by",
    "Spelling.written": "a word for a platform that is known",
    "Spelling.meant": "a platform that is known",
    "Mend.column": "a number of a column",
    "Mend.old": "a word for a platform that is known",
    "Mend.new": "a platform that is known",
    "CheckSettings.vanish_limit": "a number that no page is made from",
    "Absence.zone": "one of the time zones of the world",
    "Rhythm.zone": "one of the time zones of the world",
    "QuietHours.zone": "one of the time zones of the world",
    "Settings.keep_days": "a number that no page is made from",
    "Settings.operators": "ids of people, who have a word of their own",
    "DatabaseSettings.variable": "the name of a variable; no page is made from it",
}


class Canaries:
    """Words that nothing else contains and that a search index leaves as they are."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self._days = 0

    def __call__(self, where: str) -> str:
        """A word that customers may not see; `where` is what it is planted in."""
        return self._word(HIDDEN, where)

    def shown(self, where: str) -> str:
        """A word that customers see."""
        return self._word(SHOWN, where)

    def _word(self, mark: str, where: str) -> str:
        # No ending that a stemmer would cut off, no digit at which a word would be split.
        number = len(self.planted)
        letters = "".join("bcdfghjkmp"[int(digit)] for digit in f"{number:04}")
        word = f"{mark}{letters}q"
        self.planted[word] = where
        return word

    def day(self) -> date:
        """A day, later than the one before, that customers may not know of."""
        self._days += 1
        return date.fromordinal(date(YEAR, 1, 1).toordinal() + self._days)

    def number(self, where: str) -> str:
        """A number of bytes that customers may not know of."""
        number = f"7{len(self.planted):04}70707"
        self.planted[number] = where
        return number

    def sha256(self, where: str) -> str:
        """A hash that customers may not know of, nor its first 8 digits."""
        digits = hashlib.sha256(where.encode()).hexdigest()
        self.planted |= {digits: where, digits[:8]: f"beginning of {where}"}
        return digits


def plant(root: Path) -> tuple[Kb, Canaries, tuple[Sighting, ...]]:
    """The knowledge base, what was planted in it, and what was seen."""
    c = Canaries()
    kb = Kb(root)
    hidden = Hidden(
        page=f"escalate-{c('name of a staff article')}",
        person=c("id of a person"),
        product=f"tool-{c('id of a staff product')}",
        version=f"9.1.{c('version under embargo')}",
        track=c("track of a staff product"),
    )
    _settings(kb, c, hidden)
    _products(kb, c, hidden)
    _public_releases(kb, c, hidden)
    _staff_releases(kb, c, hidden)
    _articles(kb, c, hidden)
    _files(kb, c, root)
    seen = Sighting(
        id=c("id of a sighting: unused"),
        product="recorder",
        version=f"2.8.{c('version of a sighting')}",
        source=f"https://{c('watched address of a sighting')}.example.com/",
        url=f"https://downloads.example.com/{c('address of a sighting')}",
        title=c("title of a sighting: unused"),
        platform=c("platform of a sighting"),
        arch=c("architecture of a sighting: unused"),
        track=c("track of a sighting: unused"),
        channel=c("channel of a sighting: unused"),
        download=f"https://downloads.example.com/{c('download of a sighting: unused')}",
        size=int(c.number("size of a sighting: unused")),
        sha256=c.sha256("hash of a sighting: unused"),
        digests=(("sha512", c("digest of a sighting: unused")),),
        others=((c("file of a sighting: unused"), (("sha512", c("its digest: unused")),)),),
        digests_since=datetime.combine(c.day(), datetime.min.time(), UTC),
        rollout=int(c.number("rollout of a sighting: unused")),
        other=OtherDigest(
            algorithm=c("algorithm of other bytes: unused"),
            before=c("digest before of other bytes: unused"),
            since=datetime.combine(c.day(), datetime.min.time(), UTC),
            after=c("digest after of other bytes: unused"),
            at=datetime.combine(c.day(), datetime.min.time(), UTC),
        ),
        notes=(c("note of a sighting: unused"),),
        state=SightingState.OPEN,
        first_seen=datetime.combine(c.day(), datetime.min.time(), UTC),
        published=datetime.combine(c.day(), datetime.min.time(), UTC),
        reason=c("reason of a sighting: unused"),
    )
    inside = dataclasses.replace(
        seen, id=c("id of a second sighting: unused"), product=hidden.product
    )
    return kb, c, (seen, inside)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hidden:
    """Names that customers may not know of, and that several records mention."""

    page: str
    person: str
    product: str
    version: str
    track: str


def _settings(kb: Kb, c: Canaries, hidden: Hidden) -> None:
    kb.write(
        "forewarn.yml",
        f"""
        name: Example {c.shown("name of the sites")} # {c("comment in forewarn.yml")}
        description: {c.shown("description of the site")}
        people:
          {hidden.person}: {{name: {c("name of a person")}, email: {c("mail address")}@example.com}}
          {c("id of a colleague")}:
            name: {c("name of a colleague")}
            away: [{{from: {c.day()}, to: {c.day()}, deputy: {hidden.person}}}]
        lists:
          {c("id of a list")}: {{name: {c("name of a list")}, email: {c("address of a list")}@example.com}}
        rooms:
          {c("id of a room")}: {{name: {c("name of a room")}, place: "#{c("place of a room")}"}}
        channels:
          {c("id of a channel")}: {{type: folder, path: {c("option of a channel")}}}
        sites:
          staff: https://{c("address of the staff site")}.example.com/
          public: https://help.example.com/
        websub:
          staff: https://{c("hub of the staff site")}.example.com/
          public: https://{c.shown("hub of the public site")}.example.com/
        operators: [{hidden.person}]
        heartbeat: https://{c("address of a monitor")}.example.com/
        """,
    )
    channel = next(word for word, where in c.planted.items() if where == "id of a channel")
    with (kb.root / "forewarn.yml").open("a") as file:
        file.write(
            f"subscriptions:\n  - {{person: {hidden.person}, channel: {channel}, "
            f"products: [{hidden.product}], suites: [{c('suite in a subscription')}], "
            f"tracks: [{hidden.track}], platforms: [{c('platform in a subscription')}], "
            f"pair: [recorder, {hidden.product}], issue: kb/{hidden.page}.md}}\n"
        )
    kb.write(
        "mkdocs.yml",
        f"""
        # {c("comment in mkdocs.yml")}
        site_name: {c("site name in mkdocs.yml")}
        site_description: {c("description in mkdocs.yml")}
        repo_url: https://git.example.com/{c("repository in mkdocs.yml")}
        edit_uri: edit/{c("edit address in mkdocs.yml")}
        docs_dir: kb
        theme:
          name: material
          custom_dir: {c("custom_dir in mkdocs.yml")}
          {c("theme key in mkdocs.yml")}: {c("theme value in mkdocs.yml")}
        nav: [{c("nav in mkdocs.yml")}: index.md]
        extra: {{{c("key in mkdocs.yml")}: {c("value in mkdocs.yml")}}}
        extra_css: [{c("css in mkdocs.yml")}.css]
        extra_javascript: [{c("script in mkdocs.yml")}.js]
        hooks: [{c("hook in mkdocs.yml")}.py]
        markdown_extensions:
          - pymdownx.snippets: {{base_path: "{c("snippets in mkdocs.yml")}"}}
          - toc: {{title: "{c("extension option in mkdocs.yml")}"}}
        plugins: [search, forewarn, {c("plugin in mkdocs.yml")}]
        copyright: The Example Company <!-- {c("comment in the copyright of mkdocs.yml")} -->
        """,
    )


def _product(c: Canaries, hidden: Hidden, word: Callable[[str], str], kind: str) -> str:
    """Every key of a product but its name; `word` gives those that its readers see."""
    track = hidden.track if word is c else word("track of a public product")
    return textwrap.dedent(f"""
        # {c(f"comment in a {kind} product")}
        description: It records {word(f"description of a {kind} product")} (kb/{hidden.page}.md).
        homepage: https://{word(f"homepage of a {kind} product")}.example.com/
        reference: https://{word(f"reference of a {kind} product")}.example.com/
        owner: {hidden.person}
        tracks: [stable, {track}]
        support:
          {track}:
            - {{on: 2026-01-02, active_until: 2027-01-02, reason: {word(f"earlier support of a {kind} product: unused")}}}
            - {{on: 2026-02-02, active_until: 2027-02-02, reason: {word(f"support of a {kind} product")}}}
        lockstep: [player, {hidden.product}]
        aliases:
          - {word(f"alias of a {kind} product")}
          - {word(f"code name of a {kind} product")}: {track}
          - {c(f"code name of an embargoed version of a {kind} product")}: "9.1"
        watch:
          - type: feed
            url: https://{c(f"watched address of a {kind} product")}.example.com/feed
            headers: {{{c(f"header of a watched {kind} product")}: {c(f"value of a header of a watched {kind} product")}}}
            version: "({c(f"watched version of a {kind} product")})"
            platform: {c(f"watched platform of a {kind} product")}
        """)


def _products(kb: Kb, c: Canaries, hidden: Hidden) -> None:
    name = c.shown("name of a public product")
    kb.product("recorder", name, _product(c, hidden, c.shown, "public"))
    kb.product("player", "Player")
    staff = _product(c, hidden, c, "staff").replace("player, ", "") + "audience: staff\n"
    kb.product(
        hidden.product, c("name of a staff product"), staff.replace(hidden.product, "player")
    )
    kb.article(
        "tooling",
        "Tooling",
        f'applies: {{recorder: "*", {hidden.product}: "*"}}\n',
        f"See [the tool](../releases/{hidden.product}/1.0.md) and "
        f"[all](../releases/{hidden.product}/product.yml).",
    )


def _release(
    c: Canaries, hidden: Hidden, word: Callable[[str], str], kind: str, day: Callable[[], str]
) -> str:
    """Every key that a release which was shipped again can have."""
    platform = word(f"platform of a {kind} release")
    size = c.number("size of a staff download") if word is c else "18874368"
    digest = c.sha256("hash of a staff download") if word is c else "9f2c4a7b" * 8

    def moment() -> str:
        return f"{day()}T{TIME}Z"

    def before() -> str:
        return moment() if word is c else f"{BEFORE}-07-07T{TIME}Z"

    return textwrap.dedent(f"""
        # {c(f"comment in a {kind} release")}
        status: shipped
        track: stable
        planned_for: {day()}
        announced_at: {day()}
        released_at: {day()}
        imported: {day()}
        history:
          - {{to: planned, at: {before()}, by: {c(f"planner of a {kind} release")}}}
          - {{to: staged, at: {before()}, by: {c(f"stager of a {kind} release")}}}
          - {{to: shipped, at: {moment()}, by: {c(f"shipper of a {kind} release")}}}
          - to: withdrawn
            at: {moment()}
            by: {c(f"withdrawer of a {kind} release")}
            withdrawn:
              on: {day()}
              reason: {word(f"reason of a {kind} withdrawal")}
              replacement: {hidden.version}
          - to: shipped
            at: {moment()}
            by: {c(f"second shipper of a {kind} release")}
            reason: {word(f"why a {kind} release is back")}
        downloads:
          - platform: {platform}
            edition: {word(f"edition of a {kind} release")}
            arch: {word(f"arch of a {kind} release")}
            url: https://x.example.com/{word(f"address of a {kind} download")}.exe
            size: {size}
            sha256: {digest}
        rollout: {{{platform}: [{{on: {day()}, share: {SHARE if word is c else 50}%}}]}}
        support:
          active_until: {day()}
          security_until: {day()}
          extended_until: {day()}
          on: {day()}
          reason: {word(f"support of a {kind} release")}
        reference: https://{word(f"reference of a {kind} release")}.example.com/
        contains: {{{hidden.product}: "1.0"}}
        compatibility:
          - with: player
            versions: "<2.7"
            verdict: breaks
            about: {word(f"matter of a {kind} statement")}
            limits: {word(f"limits of a {kind} statement")}
            remedy: {word(f"remedy of a {kind} statement")} or kb/{hidden.page}.md, or ask.
            reference: https://{word(f"reference of a {kind} statement")}.example.com/
            verified: {{by: {hidden.person}, on: {day()}, until: {day()}, how: {c(f"how a {kind} statement was verified")}}}
          - with: player
            versions: ">=2.7"
            verdict: works
            about: {word(f"matter of a {kind} promise")}
            holds_until: {{open: {word(f"why a {kind} promise holds")}}}
        """)


def _public_releases(kb: Kb, c: Canaries, hidden: Hidden) -> None:
    kb.release("player", "2.4")
    kb.release("recorder", "2.4")
    kb.release(
        "recorder",
        "2.7",
        "",
        _release(c, hidden, c.shown, "public", lambda: "2026-05-04") + _staff_statements(c, hidden),
        f"""
        Faster {c.shown("notes of a public release")}. <!-- {c("comment in release notes")} -->

        See [the steps](../../kb/{hidden.page}.md) and kb/{hidden.page}.md.

        <!--
        ```
        {c("fenced code in a comment")}
        ```
        -->
        """,
    )
    kb.write("releases/recorder/2.7.briefing.md", f"Say: {c('briefing')}.\n")
    kb.release(
        "player",
        "2.5",
        "",
        f"""
        status: withdrawn
        released_at: 2026-03-01
        withdrawn:
          on: 2026-03-02
          reason: It loses sound (kb/{hidden.page}.md).
          replacement: {hidden.version}
        """,
    )


def _staff_statements(c: Canaries, hidden: Hidden) -> str:
    """Further rows of `compatibility:` that customers may not see."""
    rows = f"""
        - with: player
          versions: "2.4"
          verdict: limited
          about: {c("matter of a staff statement on a public release")}
          limits: {c("limits of a staff statement on a public release")}
          remedy: {c("remedy of a staff statement on a public release")}
          audience: staff
        - with: player
          versions: ">={hidden.version}"
          verdict: works
          about: {c("matter of a statement on an embargoed version")}
        - with: player
          versions: ">=2.4"
          verdict: works
          about: {c("matter of a promise up to an embargoed version")}
          holds_until: {hidden.version}
        - with: {hidden.product}
          versions: "*"
          verdict: works
          about: {c("matter of a statement on a staff product")}
        """
    return textwrap.indent(textwrap.dedent(rows).strip() + "\n", "  ")


def _staff_releases(kb: Kb, c: Canaries, hidden: Hidden) -> None:
    inside = f"1.0.{c('version of a staff product')}"
    kb.release(
        hidden.product,
        inside,
        more=f"track: {hidden.track}\n",
        notes=c("notes of a staff product"),
    )
    kb.write(
        f"releases/{hidden.product}/{inside}.briefing.md", f"{c('briefing on a staff product')}\n"
    )
    full = _release(c, hidden, c, "staff", lambda: str(c.day())).replace(
        f'{hidden.product}: "1.0"', f"{hidden.product}: {inside}"
    )
    kb.release(
        "player",
        f"7.0.{c('version of a staff release')}",
        "",
        full + "audience: staff\n",
        c("notes of a staff release"),
    )
    for status in ("planned", "staged"):
        kb.release(
            "recorder",
            f"{status}.{c(f'version of a {status} release')}",
            "",
            f"""
            status: {status}
            planned_for: {c.day()}
            downloads: [{{platform: any, url: "https://x.example.com/{c("url of a " + status)}"}}]
            """,
            c(f"notes of a {status} release"),
        )
    kb.release(
        "player",
        hidden.version,
        "",
        f"status: planned\nplanned_for: {c.day()}\n",
        c("notes under embargo"),
    )
    kb.release(
        "player",
        f"8.0.{c('version that is announced tomorrow')}",
        "",
        "status: planned\nannounced_at: 2026-05-21\n",
    )


def _articles(kb: Kb, c: Canaries, hidden: Hidden) -> None:
    kb.article(
        hidden.page,
        c("title of a staff article"),
        f"""
        audience: staff
        kind: known-issue
        owner: {hidden.person}
        applies: {{player: "{hidden.version}"}}
        fixed_in: {{player: ">={hidden.version}", {hidden.product}: "*"}}
        opened: {c.day()}
        remediation: workaround
        promised: {c.day()}
        contingency: {c("contingency of a staff article")}
        verified: {{by: {hidden.person}, on: {c.day()}, how: {c("how a staff article was verified")}}}
        reference: https://{c("reference of a staff article")}.example.com/
        """,
        f"{c('text of a staff article')}\n\n![shot](shots/{c('picture of a staff article')}.png)\n",
    )
    kb.article(
        f"silent-{c.shown('name of a public article')}",
        c.shown("title of a public article"),
        f"""
        kind: known-issue
        # {c("comment in an article")}
        owner: {hidden.person}
        applies: {{player: ">=2.4,<{hidden.version}", recorder: "*", {hidden.product}: "*"}}
        fixed_in: {{player: ">={hidden.version}", {hidden.product}: "*"}}
        opened: 2026-05-01
        remediation: workaround
        promised: 2026-06-01
        contingency: Follow kb/{hidden.page}.md or {c.shown("contingency of a public article")}.
        verified: {{by: {hidden.person}, on: 2026-05-01, how: {c("how an article was verified")}}}
        reference: https://{c.shown("reference of a public article")}.example.com/
        """,
        f"""
        {c.shown("text of a public article")}
        with a `<!--` in code, then <!-- {c("comment behind code")} --> more.

        [inline]({hidden.page}.md "title") and [angled](<{hidden.page}.md>) and [by name][steps]
        and [![shown](shots/public.png)]({hidden.page}.md) and <a href="{hidden.page}.md">raw</a>.

        [steps]: {hidden.page}.md

        ```console
        $ less kb/{hidden.page}.md
        ```

        ````
        ```
        not closed <!-- code keeps what looks like a comment -->
        ````

        <!-- {c("comment that is never closed")}

        ```
        {c("code behind a comment that is never closed")}
        ```
        """,
    )


def _files(kb: Kb, c: Canaries, root: Path) -> None:
    for name, word in (
        ("public.png", "shown"),
        (f"{c('name of an unused picture')}.png", c("unused picture")),
        (f".{c('hidden file beside the articles')}", "x"),
        (f"{c('page beside the articles')}.html", "x"),
    ):
        kb.write(f"kb/shots/{name}", word.encode())
    for word, where in list(c.planted.items()):
        if where == "picture of a staff article":
            kb.write(f"kb/shots/{word}.png", b"picture")
    outside = root.parent / "outside.png"
    outside.write_text(c("file beside the knowledge base"))
    (root / "kb/shots/linked.png").symlink_to(outside)
    kb.article("linking", "Linking", body="![x](shots/linked.png) ![y](../../outside.png)\n")
    kb.write("releases/recorder/notes.txt", c("file beside the records"))
    kb.write(".forewarn/state.db", c("file beside: the state"))


def records(
    catalogue: Catalogue, settings: Settings, seen: tuple[Sighting, ...]
) -> Iterator[object]:
    """Every record, and whatever else sites are made from."""
    for kind in (catalogue.products, catalogue.releases, catalogue.briefings, catalogue.articles):
        yield from kind.values()
    yield settings
    yield from seen


def told(thing: object) -> Iterator[tuple[str, str]]:
    """Each field of a record and of all that it is made of, as (`Release.notes`, its text)."""
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            name = f"{type(thing).__name__}.{field.name}"
            for leaf in _leaves(getattr(thing, field.name)):
                if dataclasses.is_dataclass(leaf):
                    yield from told(leaf)
                else:
                    yield name, str(leaf)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        value = (*value.keys(), *value.values())
    if isinstance(value, tuple | list):
        for below in value:
            yield from _leaves(below)
    elif value is not None:
        yield value


def telling_fields(
    kind: type,
    of: tuple[type, ...] = (str, date, int, Decimal),
    met: set[type] | None = None,
) -> set[str]:
    """The fields of a dataclass, and of those below it, with a value of one of some types."""
    met = set() if met is None else met
    if kind in met:
        return set()
    met.add(kind)
    found = set()
    for name, hint in typing.get_type_hints(kind).items():
        types = set(_types(hint))
        below = {t for t in types if dataclasses.is_dataclass(t)}
        for each in below:
            found |= telling_fields(each, of, met)
        if any(issubclass(t, of) for t in types - below):
            found.add(f"{kind.__name__}.{name}")
    return found


def _types(hint: object) -> Iterator[type]:
    """The types in a hint that can tell something: not those with a few values only."""
    if typing.get_origin(hint) is not None or typing.get_args(hint):
        for below in typing.get_args(hint):
            yield from _types(below)
    elif isinstance(hint, type) and not issubclass(hint, Enum | bool):
        yield hint
