"""Rules about the places that are watched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from forewarn import sources
from forewarn.model.addresses import check_url, host_problem
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.secrets import holds_secret, without_secrets
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

PRIVATE_SOURCE = Rule(
    id="private-source",
    severity=WARNING,
    means="A row of `watch:` leads to this machine or network, or to an address that is kept for "
    "another purpose. `watch` refuses it, so the source is never read.",
    mend="Write the vendor's own address; if the source is meant to be there, add "
    "`allow_private: true` to the row.",
)
SECRET_IN_ADDRESS = Rule(
    id="secret-in-address",
    severity=WARNING,
    means="A row of `watch:` or a download has a password or a token in its address, so whoever "
    "can read the repository can use it; of a download, whoever can read the site.",
    mend="Write `${FOREWARN_NAME}` in its place and set that variable where `watch` runs; record "
    "the address of a download that customers get. Then have the vendor give out another token, "
    "for Git keeps the old one.",
)
WRONG_SOURCE = Rule(
    id="wrong-source",
    severity=ERROR,
    means="A row of `watch:` has a type that nothing installed here reads, an option that its type "
    "does not take, or lacks one that it needs. `watch` tells it as a failure, so the place is not "
    "watched.",
    mend="Mend the row as the message says. Where a type comes with a package of its own, install "
    "that beside forewarn.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Rows that their source would refuse, or never reads for where they are; secrets in them."""
    for row in product.watch:
        for wrong in sources.problems(row):
            yield WRONG_SOURCE.at(wrong.place, wrong.text, wrong.help)
        if row.url is None or check_url(row.url):
            continue
        if holds_secret(row.url):
            yield SECRET_IN_ADDRESS.at(
                row.place,
                f"the address holds a secret: {without_secrets(row.url)}",
                "Write ${FOREWARN_NAME} in its place, and set that variable where `watch` runs.",
            )
        host = urlsplit(row.url).hostname or ""
        problem = None if row.options.get("allow_private") == "true" else host_problem(host)
        if problem:
            yield PRIVATE_SOURCE.at(
                row.place,
                f"{host!a} has a {problem} address, so this source is never read",
                "If it is meant to be there, add `allow_private: true` to the row.",
            )
    for release in around.releases_of(product.id):
        for download in release.downloads:
            # Most addresses have neither, and there may be a hundred thousand.
            if set("@?#;").intersection(download.url or "") and holds_secret(download.url or ""):
                yield SECRET_IN_ADDRESS.at(
                    release.place,
                    f"the address of a download holds a secret: {without_secrets(download.url)}",
                    "Record the address that customers get.",
                )


RULES = RuleSet(rules=(PRIVATE_SOURCE, SECRET_IN_ADDRESS, WRONG_SOURCE), of_product=of_product)
