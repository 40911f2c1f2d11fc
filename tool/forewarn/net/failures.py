"""How a request fails, as one sentence each."""

from __future__ import annotations

import errno
import os

from forewarn.errors import PlaceError, Trouble
from forewarn.model.secrets import told

# How long a server may send nothing (seconds) once it is connected to.
SILENCE_SECONDS = 60
BROKE_OFF = "the connection broke off before the answer was complete"


class NetError(PlaceError):
    """An address could not be read; `what` says why in one sentence."""


class PrivateAddressError(NetError):
    """It is an address that nobody outside may make us call, and nobody here has allowed it."""

    kind = Trouble.REFUSED


def refused(host: str, problem: str) -> PrivateAddressError:
    """The connection that was not made, because the host has an address of that kind."""
    return PrivateAddressError(
        f"{host} is refused: it has a {problem} address",
        help="If a source is meant to be there, set `allow_private: true` on it.",
    )


def improper(said: str) -> NetError:
    """An answer that is not what HTTP says it should be."""
    return NetError(f"the answer is not proper HTTP: {plain(said)}", kind=Trouble.CHANGED_SHAPE)


def failed(code: int, said: str, host: str, system: int, connect: float) -> NetError:
    """What libcurl reports: its code, its words, and the system's error number, if there is one.

    `connect` is how many seconds a connection might take.
    """
    import pycurl

    if code == pycurl.E_OPERATION_TIMEDOUT:
        if "too slow" in said:
            return NetError(f"the server sent nothing for {SILENCE_SECONDS} s")
        return NetError(f"no connection within {connect:g} s")
    if code == pycurl.E_COULDNT_RESOLVE_HOST:
        return NetError(f"the name {host} cannot be resolved")
    if code == pycurl.E_COULDNT_CONNECT:
        if system == errno.ECONNREFUSED:
            return NetError(f"{host} refused the connection")
        return NetError(
            f"no connection to {host}: {os.strerror(system) if system else plain(said)}"
        )
    if code in _insecure():
        return NetError(f"no secure connection to {host}: {plain(said)}")
    if "chunk" not in said and code in (
        pycurl.E_GOT_NOTHING,
        pycurl.E_RECV_ERROR,
        pycurl.E_SEND_ERROR,
        pycurl.E_SEND_FAIL_REWIND,
        pycurl.E_PARTIAL_FILE,
    ):
        return NetError(BROKE_OFF)
    return improper(said)


def _insecure() -> tuple[int, ...]:
    import pycurl

    return (
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_CRL_BADFILE,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_SHUTDOWN_FAILED,
        pycurl.E_SSL_INVALIDCERTSTATUS,
        pycurl.E_SSL_PINNEDPUBKEYNOTMATCH,
    )


def plain(said: str) -> str:
    """What a library says, on one line and not too long; a hostile server may have worded it."""
    return " ".join(told(said).encode("ascii", "replace").decode().split())[:200] or "no reason"
