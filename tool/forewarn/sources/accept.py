"""What a source returned, looked at before anything is made of it: a plug-in may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from operator import is_not
from typing import Any

from forewarn.model.secrets import told, without_secrets
from forewarn.model.sighting import Shown, Unread
from forewarn.model.versions.version import Scheme
from forewarn.model.visible import one_line
from forewarn.responses import Response
from forewarn.sources.interface import Answer, SourceError

_HELP = "Tell whoever made this type of source."
_NOTHING_NEW = Answer(unchanged=True)


def accepted(answer: object, scheme: Scheme) -> Answer:
    """The answer, each text on one line.

    Raises:
        SourceError: it is none, or shows what cannot be kept.
    """
    if not isinstance(answer, Answer):
        raise SourceError("its source gave no answer", help=_HELP)
    if answer == _NOTHING_NEW:
        return _NOTHING_NEW
    if answer.shown:
        # Most places have nothing new, and this takes a while to import.
        from forewarn.sources.versions.find import is_version

        for shown in answer.shown:
            _refuse_unfit(shown, scheme, is_version)
    fit: dict[str, Any] = {
        "shown": tuple([_one_line(shown) for shown in answer.shown]),
        "unread": tuple([_readable(entry) for entry in answer.unread]),
        "left_out": tuple([_readable(entry) for entry in answer.left_out]),
        "responses": tuple([_fit_to_keep(response) for response in answer.responses]),
    }
    # Nearly always it is as it has to be.
    changed = {name: now for name, now in fit.items() if not _is_same(now, getattr(answer, name))}
    return replace(answer, **changed) if changed else answer


def _is_same(now: tuple[object, ...], before: object) -> bool:
    return type(before) is tuple and not any(map(is_not, now, before))


def _refuse_unfit(shown: Shown, scheme: Scheme, is_version: Callable[[str, Scheme], bool]) -> None:
    if not isinstance(shown.version, str) or not is_version(shown.version, scheme):
        raise SourceError(
            f"its source gave {shown.version!a:.60} as a version, which is none under the scheme "
            f"{scheme.name}",
            help=_HELP,
        )
    for url in (shown.url, shown.download, *(at or None for at, _ in shown.others)):
        if url is not None and not str(url).startswith(("http://", "https://")):
            raise SourceError(
                f"its source gave {url!a:.100} as an address of {shown.version}", help=_HELP
            )
    if isinstance(shown.published, datetime) and shown.published.tzinfo is None:
        raise SourceError(
            f"its source gave a day for {shown.version} that has no time zone", help=_HELP
        )


def _one_line(shown: Shown) -> Shown:
    if shown.title.isprintable() and not shown.channel and not shown.notes:
        return shown  # as most are
    if all(text.isprintable() for text in (shown.title, shown.channel or "", *shown.notes)):
        return shown
    return replace(
        shown,
        title=one_line(shown.title),
        channel=one_line(shown.channel) if shown.channel else None,
        notes=tuple(one_line(note) for note in shown.notes),
    )


def _fit_to_keep(response: Response) -> Response:
    """The answer of a server, without the secrets in its addresses and headers."""
    hops = tuple(
        replace(hop, url=without_secrets(hop.url), location=without_secrets(hop.location))
        for hop in response.hops
    )
    headers = {name: told(value) for name, value in response.headers.items()}
    url = without_secrets(response.url)
    if (url, hops, headers) == (response.url, response.hops, response.headers):
        return response
    return replace(response, url=url, hops=hops, headers=headers)


def _readable(entry: Unread) -> Unread:
    if all(text.isprintable() for text in (entry.key, entry.title, entry.url, entry.why)):
        return entry
    return Unread(
        key=one_line(entry.key),
        title=one_line(entry.title),
        url=one_line(entry.url),
        why=one_line(entry.why),
        chance=entry.chance,
    )
