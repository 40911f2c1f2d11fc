"""What PostgreSQL says went wrong, in sentences that say what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg

from forewarn.errors import DataError
from forewarn.store.state.interface import Unreachable

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress

# SQLSTATE: what is wrong, and what to do.
_KNOWN = {
    "53100": (
        "the database's disk is full, so nothing could be kept",
        "Free some space there, then run the command again; what it did not keep, it does then.",
    ),
    "53300": (
        "the database takes no more connections",
        "Let fewer processes work at once, or raise its `max_connections`.",
    ),
    "25006": (
        "the database takes no writes: it is a standby, or set to read only",
        "Name the primary in the address: `target_session_attrs=read-write` finds it.",
    ),
    "42501": (
        "the database's user may not do that",
        "Let them own the schema and its tables; where there is none yet: `GRANT CREATE, CONNECT "
        "ON DATABASE … TO …`.",
    ),
    "55P03": (
        "the state is in use by another process, and was not free in time",
        "Nothing is damaged and nothing was changed: wait until it is done, then run the command "
        "again.",
    ),
}
# What is said before there is a connection has no SQLSTATE: what stands in it, and what to do.
_AT_THE_DOOR = (
    (
        r"password authentication failed|no password supplied",
        "Look at the password and the user in the address; a character that is no letter and no "
        "digit is written as `%` and two digits of its code.",
    ),
    (
        r"bad value for|invalid \w+ value|invalid integer value",
        "Mend that option at the end of the address, behind the `?`.",
    ),
    (r'database ".*" does not exist', "Make it: `createdb NAME`, or mend the address."),
    (r'role ".*" does not exist', "Make that user: `createuser NAME`, or mend the address."),
    (
        r"translate host name|Name or service not known|resolve host|getaddrinfo",
        "There is no such host, or its name cannot be looked up now: mend the address.",
    ),
    (
        r"[Cc]onnection refused|No such file or directory|timeout|timed out|unreachable",
        "Start the database server, or mend the host and the port in the address; a firewall may "
        "be between.",
    ),
    (r"SSL|TLS|certificate", "See `sslmode` and `sslrootcert` in the address."),
    (r"pg_hba|no encryption", "Let the server take this host and user: its pg_hba.conf."),
    (r"too many clients|remaining connection slots", _KNOWN["53300"][1]),
    (r"starting up|shutting down|recovery mode", "Wait until it is up, then run this again."),
)
# Classes and codes after which a connection is of no use any more.
_LOST = ("08", "57P01", "57P02", "57P03")
# What another transaction was in the way of: begun anew, it works.
_IN_THE_WAY = ("40001", "40P01")


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, or never was."""
    if not isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return False
    state = error.sqlstate
    return state is None or state.startswith(_LOST)


def is_in_the_way(error: BaseException) -> bool:
    """Whether the transaction only has to be begun anew."""
    return isinstance(error, psycopg.Error) and (error.sqlstate or "") in _IN_THE_WAY


def cannot_connect(address: DatabaseAddress, error: psycopg.Error) -> DataError:
    """The error for a database that is not to be reached."""
    said = _said(address, error)
    help = next(
        (help for pattern, help in _AT_THE_DOOR if re.search(pattern, said)),
        "See whether the address is right, and whether its server runs.",
    )
    return Unreachable(
        f"the state database cannot be reached: {said}", where=address.shown, help=help
    )


def unusable(address: DatabaseAddress, error: psycopg.Error) -> DataError:
    """The error for a database that was reached and cannot be used."""
    if is_lost(error):
        return Unreachable(
            "the connection to the state database was lost; nothing was kept of what was under way",
            where=address.shown,
            help="Run the command again when the database is back: it goes on where this one "
            "ended, and tells nobody twice.",
        )
    if (error.sqlstate or "") in _KNOWN:
        what, help = _KNOWN[error.sqlstate or ""]
        return DataError(what, where=address.shown, help=help)
    return DataError(
        f"the state database cannot be used: {_said(address, error)}",
        where=address.shown,
        help="If somebody changed its tables, put back a copy: `pg_restore` of a `pg_dump`.",
    )


def _said(address: DatabaseAddress, error: psycopg.Error) -> str:
    """Its own words, without what nobody may see, in one line."""
    said = " ".join((error.diag.message_primary or str(error) or type(error).__name__).split())
    said = re.sub(r"^.*?\b(FATAL|ERROR): ", "", said)
    said = re.sub(r"^connection failed: | Is the server running .*", "", said)
    return address.concealed(said)[:300]
