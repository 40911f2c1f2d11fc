"""The address of a service among the options of a channel."""

from __future__ import annotations

from collections.abc import Callable

from forewarn.model.addresses import check_url
from forewarn.options import Options


def check_service(allow_private: bool) -> Callable[[str], str | None]:
    """The rule for an address that facts and tokens are sent to.

    Without encryption they are sent on an own network at most.
    """

    def rule(text: str) -> str | None:
        problem = check_url(text)
        if problem:
            return problem
        if text.startswith("http://") and not allow_private:
            return "what is sent to http:// can be read on the way; write https://"
        return None

    return rule


def service(read: Options, allow_private: bool, default: str | None = None) -> str:
    """The option `url`, without a slash at its end: where a service is served."""
    rule = check_service(allow_private)
    found = read.required("url", rule) if default is None else read.text("url", default, rule)
    return (found or "").rstrip("/")
