"""What a customer has: the releases that he names, and those in a file of his."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forewarn.errors import DataError, UsageError
from forewarn.model.installed import Installed, Unknown
from forewarn.model.meant import meant, spelled
from forewarn.model.names import check_version
from forewarn.model.product import Product
from forewarn.model.purl import read_purl
from forewarn.model.release import Release, product_path, release_path
from forewarn.model.seen import Seen
from forewarn.model.versions.version import InvalidVersion
from forewarn.model.visible import escaped
from forewarn.services.ask.live import standing_for, those_meant_or_live
from forewarn.store.catalogue.loaded import Loaded
from forewarn.words.releases import span_words

if TYPE_CHECKING:
    from forewarn.store.customer.cyclonedx import Component

# All pairs are judged, so twice as many take four times as long; no customer has this many.
_MOST = 500


def gather(
    loaded: Loaded, pairs: Sequence[str], file: str | None, seen: Seen | None = None
) -> Installed:
    """The releases written `product@version`, and those in a file; also what is live alone.

    Raises:
        UsageError: they are not two different releases, or one is not written so or recorded.
        DataError: the file, or the record of a release that was named, cannot be read.
    """
    seen = seen or Seen(catalogue=loaded.catalogue)
    judged = (one for text in pairs for one in those_meant_or_live(loaded, seen, text))
    named = {str(release): release for release in judged}
    if file is not None:
        found = read_installed(loaded, file, seen)
        merged = named | {str(release): release for release in found.releases}
        return Installed(releases=tuple(merged.values()), unknown=found.unknown)
    if len(named) < 2:
        raise UsageError(
            "there are no two different releases to compare",
            help="Name them like recorder@2.7 player@2.4, or give --installed FILE.",
        )
    return Installed(releases=tuple(named.values()))


def read_installed(loaded: Loaded, file: str, seen: Seen | None = None) -> Installed:
    """What the file of a customer lists, matched to the recorded releases.

    Raises:
        DataError: the file cannot be read, or lists nothing, or too much.
    """
    # Its readers take longer to import than a question without a file takes to answer.
    from forewarn.store.customer.file import read_customer_file

    releases: dict[str, Release] = {}
    unknown: dict[tuple[str, str | None], Unknown] = {}
    names = _ProductNames(loaded, seen or Seen(catalogue=loaded.catalogue))
    for component in read_customer_file(file):
        match names.find(component):
            case Release() as release:
                releases[str(release)] = release
            case Unknown() as row:
                unknown[component.name, component.version] = row
    if len(releases) > _MOST:
        raise DataError(
            f"this lists {len(releases)} recorded releases; {_MOST} is the most for one customer",
            where=file,
            help="Give the list of one installation.",
        )
    return Installed(releases=tuple(releases.values()), unknown=tuple(unknown.values()))


class _ProductNames:
    """What products are called: by id, and by name where only one is called so."""

    def __init__(self, loaded: Loaded, seen: Seen) -> None:
        self._loaded = loaded
        self._seen = seen
        self._ids: dict[str, list[str]] = {}
        for product in loaded.catalogue.products.values():
            self._ids.setdefault(product.name.casefold(), []).append(product.id)
        # An id is nobody else's name: it was chosen to be told apart.
        self._ids |= {id: [id] for id in loaded.catalogue.products}
        self._declared: dict[tuple[str, str, str], list[str]] = {}
        for product in loaded.catalogue.products.values():
            for text in product.purls:
                if purl := read_purl(text):
                    self._declared.setdefault(purl.package, []).append(product.id)

    def find(self, component: Component) -> Release | Unknown:
        """The release that a component is: by its package URL where that is declared, else by name.

        A component is a product only if nothing that is said of it says otherwise.
        """
        found = self._found(component)
        if isinstance(found, Release):
            return found
        version = _version(component)
        name = f"{component.name}@{version}" if version else component.name
        return Unknown(name=_printable(name), reason=found)

    def _found(self, component: Component) -> Release | str:
        purl = component.purl
        declared = self._declared.get(purl.package, ()) if purl else ()
        called = (purl.name if purl else None, component.name)
        keys = [name.strip().casefold() for name in called if name]
        named = [self._ids[key] for key in keys if key in self._ids]
        ids = declared or (named[0] if named else ())
        if not ids and any(product_path(key) in self._loaded.unreadable for key in keys):
            return "the product's record cannot be read; `forewarn check` says why"
        if not ids:
            return "no such product is recorded"
        if len(ids) > 1:
            return f"several products are called so: {', '.join(sorted(ids))}"
        (id,) = ids
        problem = None if declared else self._other(component, id)
        return problem or self._installed(id, component)

    def _other(self, component: Component, id: str) -> str | None:
        """What says that a component with a product's name is another one; None where nothing."""
        purl, product = component.purl, self._loaded.catalogue.products[id]
        how = f"if it is, declare it as `purl:` in {product_path(id)}"
        if purl and product.purls:
            return f"{_printable(str(purl))} is not {' or '.join(product.purls)}; {how}"
        if purl and purl.name.strip().casefold() not in self._ids:
            return f"{_printable(str(purl))} is called otherwise; {how}"
        mine = self._ids.get(component.name.strip().casefold())
        if purl and mine and mine != [id]:
            return f"it is called like {mine[0]}, and its package URL is that of {id}"
        owner = _owner(component)
        if owner is None or _fits(owner, product):
            return None
        whose = str(purl) if purl else f"{owner}/{component.name}"
        return f"{_printable(whose)} need not be {product.name}; {how}"

    def _installed(self, product: str, component: Component) -> Release | str:
        """The release, where everything that is said of the version is one."""
        version = _version(component)
        found = self._release(product, version)
        own = component.version
        purl = component.purl
        if not (purl and own and purl.version and own != purl.version):
            return found
        other = self._release(product, own)
        if found != other:
            return f"it is said to be {_printable(own)} and, by its package URL, {purl.version}"
        return found

    def _release(self, product: str, version: str | None) -> Release | str:
        if not version:
            return "no version is given"
        version = spelled(self._loaded.catalogue, product, version)
        if check_version(version):
            return "this cannot be a version"
        exact = self._loaded.catalogue.find_release(product, version)
        if exact:
            return exact
        if release_path(product, version) in self._loaded.unreadable:
            return "its record cannot be read; `forewarn check` says why"
        live = self._seen.version(product, version)
        if live and live.record is None:
            return standing_for(self._loaded.catalogue, live)
        try:
            found = meant(self._loaded.catalogue, product, version)
        except InvalidVersion as error:
            return f"the product has no such version: {error}"
        return found[0] if len(found) == 1 else f"it stands for {span_words(found)}"


def _version(component: Component) -> str | None:
    """The version that counts: with the epoch that a package URL has apart from it."""
    purl = component.purl
    if purl is None or not purl.version:
        epoch = purl.epoch if purl else None
        plain = component.version
        return f"{epoch}:{plain}" if plain and epoch not in (None, "", "0") else plain
    return purl.full_version


def _owner(component: Component) -> str | None:
    """Whose a component is, where that is part of what it is called: a scope, a group, an account.

    A plain word, or who packed it for a distribution, tells nothing of what it is.
    """
    if component.purl and component.purl.belongs_to_name:
        return component.purl.namespace
    group = component.group or ""
    return group if group.startswith("@") or "." in group else None


def _fits(owner: str, product: Product) -> bool:
    """Whether the product's record shows that it is this owner's: by a name, or by an address."""
    plain = owner.casefold().lstrip("@")
    if plain in (product.id.casefold(), product.name.casefold()):
        return True
    for url in (product.homepage, *product.references, *(row.url for row in product.watch)):
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.")
        turned = ".".join(reversed(host.split(".")))
        place = f"{host}{parts.path}".casefold()
        # com.example is www.example.com, and acme or github.com/acme is github.com/acme/recorder.
        if host and (f"{plain}.".startswith(f"{turned}.") or f"/{plain}/" in f"/{place}/"):
            return True
    return False


def _printable(text: str) -> str:
    """A name from a stranger's file, so that it can neither steer a terminal nor fill it."""
    safe = escaped(text[:101])
    return safe if len(safe) <= 100 else f"{safe[:99]}…"
