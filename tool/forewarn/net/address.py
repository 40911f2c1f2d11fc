"""Web addresses as libcurl reads them: what is compared and shown is what will be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forewarn.model.secrets import without_secrets
from forewarn.net.failures import NetError, plain

if TYPE_CHECKING:
    from pycurl import CurlUrl

# CURLUE_UNSUPPORTED_SCHEME, CURLUE_NO_HOST and CURLUE_BAD_FILE_URL.
_OF_ANOTHER_KIND = (5, 14, 19)


class WebAddress:
    """An http or https address, taken apart once, by what will call it.

    `parts` are what libcurl is given. `host` has small letters, `origin` is scheme, host and port,
    and `plain` the address without user name, password and fragment. It `is_secure` by https.
    What most never need is worked out when somebody asks for it.
    """

    __slots__ = ("host", "is_secure", "parts")

    def __init__(self, parts: CurlUrl) -> None:
        self.parts = parts
        self.host: str = parts.host
        self.is_secure: bool = parts.scheme == "https"

    @property
    def origin(self) -> tuple[bool, str, str]:
        """Whom it leads to."""
        return self.is_secure, self.host, self.parts.port or ("443" if self.is_secure else "80")

    @property
    def plain(self) -> str:
        """What people are told of it."""
        return _plain(self.parts)

    @property
    def names_user(self) -> bool:
        """Whether there is a user name or a password in it."""
        return self.parts.user is not None or self.parts.password is not None

    @classmethod
    def read(cls, text: str) -> WebAddress:
        """The address that a text is.

        Raises:
            NetError: it is none, or none of the web.
        """
        import pycurl

        return cls(_set(pycurl.CurlUrl(), text, "is not a web address"))

    def redirected(self, location: str) -> WebAddress:
        """Where a redirect leads from here; user name and password stay with their own host.

        Raises:
            NetError: it leads to no web address.
        """
        import pycurl

        parts = pycurl.CurlUrl()
        parts.setpart(pycurl.UPART_URL, self.parts.url)
        target = WebAddress(_set(parts, location, "is where it redirects to, which is no address"))
        if target.origin != self.origin:
            target.parts.user = target.parts.password = None
        return target


def _set(parts: CurlUrl, text: str, complaint: str) -> CurlUrl:
    """Read a text over what is there: a relative address leads on from it."""
    import pycurl

    try:
        parts.setpart(pycurl.UPART_URL, text.encode("utf-8", "surrogateescape"), pycurl.U_URLENCODE)
        if parts.scheme not in ("http", "https") or not parts.host:
            raise NetError(f"{_shown(text)} is not an http or https address")
        _name_as_it_is_looked_up(parts)
    except pycurl.error as error:
        if error.args[0] in _OF_ANOTHER_KIND:
            raise NetError(f"{_shown(text)} is not an http or https address") from error
        raise NetError(f"{_shown(text)} {complaint}: {plain(str(error.args[-1]))}") from error
    except ValueError as error:
        raise NetError(f"{_shown(text)} {complaint}: {plain(str(error))}") from error
    return parts


def _name_as_it_is_looked_up(parts: CurlUrl) -> None:
    """Write a host's name in small ASCII letters (IDNA), as it stands in the DNS.

    Raises:
        ValueError: it has characters that no name has.
    """
    host: str = parts.host
    if not host.isascii():
        import idna

        parts.host = idna.encode(host, uts46=True).decode("ascii")
    elif host != host.lower():
        parts.host = host.lower()


def _plain(parts: CurlUrl) -> str:
    import pycurl

    if parts.user is not None or parts.password is not None or parts.fragment is not None:
        bare = pycurl.CurlUrl()
        bare.setpart(pycurl.UPART_URL, parts.url)
        bare.user = bare.password = bare.fragment = None
        parts = bare
    found: str = parts.getpart(pycurl.UPART_URL, pycurl.U_NO_DEFAULT_PORT)
    return found


def _shown(address: str) -> str:
    return ascii(without_secrets(address)[:200])
