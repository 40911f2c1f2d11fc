"""Finding what a person named, and saying what there is where it is not found."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.model.called import Call, by_name, calls
from forewarn.model.catalogue import Catalogue
from forewarn.model.meant import beginning_so, is_range, meant, spelled
from forewarn.model.names import check_version, version_of_stem
from forewarn.model.product import Product
from forewarn.model.release import Release, Status, product_path, release_path
from forewarn.model.tracks import stem_of, track_for
from forewarn.model.versions.version import InvalidVersion
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.some import load_products
from forewarn.words.releases import span_words

_FEW = 3  # versions that are offered, the highest first


def the_product(loaded: Loaded, product: str) -> Product:
    """The product with this id.

    Raises:
        UsageError: there is none; the nearest are named.
        DataError: there is one, and its record cannot be read.
    """
    found = loaded.catalogue.products.get(product)
    if found:
        return found
    _refuse_unreadable(loaded, product_path(product))
    raise no_product(ids_by_name(loaded.catalogue), product)


def ids_by_name(catalogue: Catalogue) -> Mapping[str, str]:
    """The products by all that they are called, in small letters."""
    return {call.name: call.product for call in calls(catalogue)}


def no_product(called: Mapping[str, str], named: str) -> UsageError:
    """What to say of a product that is not there; `called` is as `ids_by_name` gives it."""
    product, sign, _ = named.casefold().partition("@")
    if sign and product in called:
        return UsageError(
            f"{named!a} is a release, and a product is wanted",
            help=f"Name the product alone: {called[product]}.",
        )
    # Imported where it is needed: most products that are asked for are there.
    import difflib

    # Where one is all but the same, those that are merely like it are not meant.
    found = (difflib.get_close_matches(named.casefold(), called, 3, near) for near in (0.8, 0.5))
    close = next(filter(None, found), ())
    near = " or ".join(dict.fromkeys(called[name] for name in close))
    return UsageError(
        f"there is no product {named!r}",
        help=f"Did you mean {near}?"
        if near
        else "`forewarn product list` shows what there is; `forewarn product add` adds one.",
    )


def product_of(root: Path, product: str) -> Product:
    """`the_product`, by the files as they lie there."""
    return the_product(load_products(root, ()), product)


def release_of(root: Path, product: str, version: str) -> Release:
    """`the_release`, by the files as they lie there."""
    return the_release(load_products(root, {product}), product, version)


def no_version(root: Path, product: str) -> UsageError:
    """What to say of a product of which a version is wanted, and none is named.

    Raises:
        UsageError: there is no such product.
        DataError: its record cannot be read.
    """
    loaded = load_products(root, {product})
    the_product(loaded, product)
    recorded = loaded.catalogue.releases_of(product)
    known = [", ".join(map(_with_status, recorded[:_FEW]))] if recorded else []
    if len(recorded) > _FEW:
        known.append(f"{len(recorded) - _FEW} more (`forewarn release list {product}`)")
    if unread := loaded.unread({product}):
        known.append(f"{len(unread)} that cannot be read (`forewarn check` says why)")
    return UsageError(
        f"which version of {product}? A version is wanted behind the product",
        help=f"Recorded so far: {' and '.join(known)}."
        if known
        else f"None is recorded yet: `forewarn release add {product} VERSION` records one.",
    )


def _with_status(release: Release) -> str:
    shipped = release.status is Status.SHIPPED
    return release.version if shipped else f"{release.version} ({release.status})"


def names(root: Path) -> Mapping[str, Call]:
    """Who is meant by a name, by the files as they lie there."""
    return by_name(load_products(root, ()).catalogue)


def the_release(loaded: Loaded, product: str, version: str) -> Release:
    """The release of this product and version, as written or equal under the scheme.

    Raises:
        UsageError: there is none; the newest is named, because that is an answer too.
        DataError: there is one, and its record cannot be read.
    """
    record = the_product(loaded, product)
    version = spelled(loaded.catalogue, product, version)
    found = loaded.catalogue.find_release(product, version)
    if found:
        return found
    if is_range(version):
        raise UsageError(
            f"{version!a} says several versions of {record.name}",
            help=f"Name one of them: `forewarn release list {product}` shows all.",
        )
    problem = check_version(version)
    if problem:
        raise UsageError(f"this cannot be a version: {problem}", help="Write it as recorded.")
    _refuse_unreadable(loaded, _unreadable_path(loaded, product, version))
    under = beginning_so(loaded.catalogue, product, version)
    if len(under) > 1:
        raise UsageError(
            f"{record.name} {version} stands for {span_words(under)}",
            help=f"Name one of them; the newest is {under[0].version}.",
        )
    if under:
        raise UsageError(
            f"{record.name} {version} stands for {under[0].version} alone", help="Name it so."
        )
    newest = loaded.catalogue.latest(product)
    readable = " that can be read" if loaded.unread({product}) else ""
    newest_text = (
        f"the newest shipped one{readable} is {newest.version}"
        if newest
        else f"none{readable} has shipped"
    )
    if not any(map(str.isdigit, version)):
        raise UsageError(
            f"{version!a} names no version of {record.name}; {newest_text}",
            help=f"`forewarn release latest {product}` shows the newest of each track, "
            f"`forewarn release list {product}` all.",
        )
    raise UsageError(
        f"no release {version} of {record.name} is recorded; {newest_text}",
        help=f"`forewarn release list {product}` shows all, `forewarn impact {product}@{version}` "
        "what was stated of the versions around it; if it is out there, record it: "
        f"`forewarn release add {product} {version}`; if it is to come, with `--planned DATE`.",
    )


def those_meant(loaded: Loaded, text: str) -> tuple[Release, ...]:
    """The releases that `product@version` means, the highest first; see `forewarn.model.meant`.

    Raises:
        UsageError: it is not written so, there is no such product, or it has no such version.
        DataError: there is such a release, and its record cannot be read.
    """
    product, version = _split(loaded, text)
    record, catalogue = the_product(loaded, product), loaded.catalogue
    if catalogue.find_release(product, version) is None:
        _refuse_unreadable(loaded, _unreadable_path(loaded, product, stem_of(version)))
    try:
        return meant(catalogue, product, version)
    except InvalidVersion as error:
        import difflib

        scheme, known = catalogue.schemes[product], catalogue.versions_of(product)
        close = difflib.get_close_matches(version, known, n=3, cutoff=0.3) or known[:1]
        near = f", or as recorded: {', '.join(close)}" if close else ""
        newest = catalogue.latest(product)
        last = f"; the newest shipped one is {newest.version}" if newest else ""
        raise UsageError(
            f"{record.name} has no version {version!a}: {error}",
            help=f"Write it like {scheme.example}{near}{last}.",
        ) from error


def the_line(loaded: Loaded, product: str, version: str) -> tuple[Release, ...]:
    """The releases that `version` is the track or the beginning of; none where it is one's own.

    Raises:
        UsageError: there is no such product.
        DataError: its record cannot be read.
    """
    the_product(loaded, product)
    with suppress(InvalidVersion):
        found = meant(loaded.catalogue, product, version)
        written = spelled(loaded.catalogue, product, version)
        if len(found) > 1 or (found[0].recorded and found[0].track == version):
            return found
        if found[0].recorded and not loaded.catalogue.find_release(product, written):
            return found
    return ()


def the_release_meant(loaded: Loaded, product: str, version: str) -> Release:
    """The release of this version, else the newest of those that begin so.

    Raises:
        UsageError: there is none.
        DataError: there is one, and its record cannot be read.
    """
    line = the_line(loaded, product, version)
    return line[0] if line else the_release(loaded, product, version)


def the_suite(loaded: Loaded, product: str, version: str) -> Release:
    """The release of a suite of this version.

    Raises:
        UsageError: there is none, or it contains no release of another product.
        DataError: it cannot be read.
    """
    release = the_release(loaded, product, version)
    if not release.contains:
        raise UsageError(
            f"{release} contains no releases of other products",
            help=f"If it is a suite, name them in {release.place.file} under `contains:`.",
        )
    return release


def the_latest(
    loaded: Loaded, product: str, track: str | None, platform: str | None
) -> tuple[Release, ...]:
    """The highest shipped release of each track, or of one, that can be had for a platform.

    Raises:
        UsageError: there is no such product, or no such track of it.
        DataError: the product's record cannot be read.
    """
    record = the_product(loaded, product)
    refuse_unknown_track(record, track)
    if track is None:
        return loaded.catalogue.latest_of_tracks(product, platform)
    found = loaded.catalogue.latest(product, track, platform)
    return (found,) if found else ()


def refuse_unknown_track(record: Product, track: str | None) -> None:
    """Refuse a track that a product does not have; None is no track and is let through.

    Raises:
        UsageError: it has none of this name.
    """
    if track is not None and track not in record.tracks:
        raise UsageError(
            f"{record.name} has no track {track!a}",
            help=f"Use one of {', '.join(record.tracks)}, or add it to {record.place.file}.",
        )


def the_track(loaded: Loaded, record: Product, version: str) -> str:
    """The track that a new release of this version belongs to.

    Raises:
        UsageError: its version does not say so.
    """
    found = track_for(version, record.tracks, loaded.catalogue.schemes[record.id])
    if found is None:
        raise UsageError(
            f"which track is {record.name} {version} on? It has {', '.join(record.tracks)}",
            help=f"Name one of them: --track TRACK; a new one is added in {record.place.file}.",
        )
    return found


def _split(loaded: Loaded, text: str) -> tuple[str, str]:
    product, at, version = text.partition("@")
    if not (product and at and version):
        known = product in loaded.catalogue.products
        newest = loaded.catalogue.latest(product) if known else None
        like = f"{product}@VERSION" if known else "recorder@2.7"
        like = f"{product}@{newest.version}, its newest" if newest else like
        raise UsageError(f"{text!a} is not written product@version", help=f"Write it like {like}.")
    return product, version


def two_products(loaded: Loaded, a: str, b: str) -> tuple[Release, Release]:
    """The releases written `product@version`, of two different products.

    Of several that begin so, the newest.

    Raises:
        UsageError: one is not written so or is not there, or they are of one product.
    """
    one, other = those_meant(loaded, a)[0], those_meant(loaded, b)[0]
    if one.product == other.product:
        raise UsageError(
            f"{one} and {other} are of the same product",
            help="Name releases of two products, like recorder@2.7 player@2.4.",
        )
    return one, other


def _unreadable_path(loaded: Loaded, product: str, version: str) -> str:
    """Where a release stands that may be meant, and cannot be read; else where it would stand."""
    scheme = loaded.catalogue.schemes[product]
    folder = f"releases/{product}/"
    for path in sorted(loaded.unreadable):
        name = path.removeprefix(folder)
        if name == path or not name.endswith(".md"):
            continue
        with suppress(InvalidVersion):
            if scheme.key(version_of_stem(name.removesuffix(".md"))) == scheme.key(version):
                return path
    return release_path(product, version)


def _refuse_unreadable(loaded: Loaded, path: str) -> None:
    if path not in loaded.unreadable:
        return
    finding = next(f for f in loaded.findings if f.place.file == path)
    raise DataError(finding.message, where=str(finding.place), help=finding.help)
