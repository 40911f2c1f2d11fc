"""Copy for the customer: on staff pages, a sentence that may be sent, and the public address.

Both are made from what customers may see; where they may not see it, there is nothing to copy.
"""

from __future__ import annotations

from forewarn.model.audience import visible
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.pages.html.elements import NOTHING, Html, esc, tag
from forewarn.pages.search.answers import AnswerCard, product_answer, release_sentence
from forewarn.pages.search.codes import issue_answer
from forewarn.pages.view import addresses, paths
from forewarn.pages.view.view import View
from forewarn.words.live import to_customers


def copy_release(view: View, release: Release) -> Html:
    """The button for a release."""
    public = _public(view)
    found = public and public.catalogue.releases.get((release.product, release.version))
    if not public or not found:
        return NOTHING
    src, anchor = paths.release_place(public.catalogue, found)
    live = view.live_of(release)
    # Their own site has no sightings: who has it already must not read that it has not shipped.
    said = f"{public.title(found)} {to_customers(live)}." if live else None
    address = addresses.address(public, src, src, anchor)
    return _button(said or release_sentence(public, found), address)


def copy_product(view: View, product: str) -> Html:
    """The button for a product."""
    public = _public(view)
    record = public and public.catalogue.products.get(product)
    if not public or not record:
        return NOTHING
    src = paths.product_src(product)
    return _button(_sentence(product_answer(public, record)), addresses.address(public, src, src))


def copy_issue(view: View, path: str) -> Html:
    """The button for a known issue."""
    public = _public(view)
    issue = public and public.catalogue.articles.get(path)
    if not public or not issue:
        return NOTHING
    answer = issue_answer(public, issue)
    said = f"{answer.title}: {answer.say}."
    return _button(said, addresses.address(public, issue.path, issue.path))


def _sentence(answer: AnswerCard) -> str:
    return f"{answer.title} {answer.say}."


def _public(view: View) -> View | None:
    """What customers may see of it; None where they have no site, or it is theirs already."""
    if not view.staff or not view.settings.site_urls.get(Audience.PUBLIC.value):
        return None
    return view.once(_seen_by_customers)


def _seen_by_customers(view: View) -> View:
    return View(
        catalogue=visible(view.catalogue, Audience.PUBLIC),
        audience=Audience.PUBLIC,
        today=view.today,
        settings=view.settings,
        attachments=view.attachments,
    )


def _button(sentence: str, address: str) -> Html:
    button = tag(
        "button",
        esc("Copy for the customer"),
        type="button",
        class_="fw-button",
        data_copy=f"{sentence} {address}",
        hidden="",
    )
    return tag("p", button, class_="fw-copy-customer", data_search_exclude="1")
