"""Who was told of each release, by when, and whom it did not reach: for staff alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from forewarn.model.accounts import Account, Reached
from forewarn.model.delivery import DeliveryState
from forewarn.pages.alerts.delays import delays, span
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    columns,
    esc,
    facts,
    fmt,
    link,
    moment_html,
    tag,
)
from forewarn.pages.html.parts import document, heading, section
from forewarn.pages.view import paths
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View

_SRC = "alerts.md"


def pages(view: View) -> Iterator[Page]:
    """A list of the newest releases, and a page for each that is recorded."""
    if not view.accounts:
        return
    blocks = [
        heading(esc("Alerts")),
        tag("p", esc("Who was told of which release, and how soon. As of the last publish.")),
        section("How soon", "how-soon", delays(view, view.accounts)),
        section("By release", "by-release", _list(view)),
    ]
    about = "Who was told of which release, how soon, and whom an alert did not reach."
    yield Page(src=_SRC, text=document("Alerts", blocks, about=about))
    for account in view.accounts:
        if _is_recorded(view, account):
            yield _page(view, account)


def _list(view: View) -> Html:
    rows = view.accounts
    return columns(
        ("Release", [_name(view, row) for row in rows]),
        ("Told", [esc(row.told) for row in rows]),
        ("First", [moment_html(row.first_at) if row.first_at else NOTHING for row in rows]),
        ("Last", [moment_html(row.last_at) if row.last_at else NOTHING for row in rows]),
        ("Given up", [esc(row.missed) for row in rows]),
        ("Waiting", [esc(row.waiting) for row in rows]),
    )


def _page(view: View, account: Account) -> Page:
    src = _src(account)
    release = view.catalogue.releases[account.product, account.version]
    title = f"Alerts of {view.title(release)}"
    not_told = [row for row in account.reached if row.state is not DeliveryState.SENT]
    told = [row for row in account.reached if row.state is DeliveryState.SENT]
    blocks: list[str] = [heading(esc(title)), _facts(view, src, account)]
    if not_told:
        blocks.append(section("Not told", "not-told", _table(not_told)))
    if told:
        blocks.append(section("Told", "told", _table(told)))
    left = account.told + account.missed + account.waiting - len(account.reached)
    if left > 0:
        more = fmt("{} more are not listed here; `forewarn deliveries` has them.", left)
        blocks.append(tag("p", more))
    about = f"Who was told of {view.title(release)}, when, and whom it did not reach."
    return Page(src=src, text=document(title, blocks, about=about))


def _facts(view: View, src: str, account: Account) -> Html:
    release = view.catalogue.releases[account.product, account.version]
    since = account.shipped_at or account.first_seen
    pairs = [("Release", link(view.to_release(src, release), esc(view.title(release))))]
    for label, moment in (
        ("First seen", account.first_seen),
        ("Shipped here", account.shipped_at),
        ("First alert", account.first_at),
        ("Last alert", account.last_at),
    ):
        if moment is not None:
            pairs.append((label, moment_html(moment)))
    for label, moment in (
        ("Until the first", account.first_at),
        ("Until the last", account.last_at),
    ):
        if since is not None and moment is not None:
            pairs.append((label, esc(span(max(moment - since, timedelta(0))))))
    pairs += [
        ("Alerts that went", esc(account.told)),
        ("Given up", esc(account.missed)),
        ("Waiting", esc(account.waiting)),
    ]
    return facts(pairs)


def _table(rows: list[Reached]) -> Html:
    return columns(
        ("Who", [esc(row.recipient) for row in rows]),
        ("By", [esc(row.channel) for row in rows]),
        ("Of what", [esc(row.happened.replace("_", " ")) for row in rows]),
        ("How it stands", [esc(row.state.value) for row in rows]),
        ("When", [moment_html(row.at) if row.at else NOTHING for row in rows]),
        ("Why not", [esc(row.why or "") for row in rows]),
    )


def _name(view: View, account: Account) -> Html:
    name = esc(f"{view.name(account.product)} {account.version}")
    if not _is_recorded(view, account):
        return name
    return link(paths.between(_SRC, _src(account)), name)


def _is_recorded(view: View, account: Account) -> bool:
    return (account.product, account.version) in view.catalogue.releases


def _src(account: Account) -> str:
    return f"alerts/{paths.release_src(account.product, account.version)}"


def _is_there(view: View) -> bool:
    return bool(view.accounts)


PAGES = PageType(pages=pages, nav=NavPlace(order=78, title="Alerts", src=_SRC, shown=_is_there))
