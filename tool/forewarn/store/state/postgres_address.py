"""The address of a database, which holds a password: no error and no line of a log shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import quote

from forewarn.errors import DataError
from forewarn.frozen import dataclass
from forewarn.model.variables import NotAllowed, look_up

if TYPE_CHECKING:
    from forewarn.model.settings import DatabaseSettings

_FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_HELP = (
    f"Write it as {_FORM}; what of the password is no letter and no digit as `%` and two digits "
    "of its code, such as `%40` for `@`."
)
_SHORTEST = 3  # characters of a password that is looked for in what is told


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseAddress:
    """Where a database is. `written` is the whole of it; `shown` says it without its passwords."""

    written: str = field(repr=False)
    shown: str
    passwords: tuple[str, ...] = field(repr=False)

    def concealed(self, text: str) -> str:
        """A text that is told or kept, without the address and its password."""
        secrets = {self.written, *self.passwords, *(quote(p, safe="") for p in self.passwords)}
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, "…")
        return text


def address_of(named: DatabaseSettings, environ: Mapping[str, str]) -> DatabaseAddress:
    """The address in the variable that `database:` names.

    Raises:
        DataError: the variable is not set or not meant for forewarn, it holds no address of
            PostgreSQL, or psycopg, which talks to that, is not installed.
    """
    name, where = named.variable, str(named.place)
    try:
        text = look_up(name, environ)
    except NotAllowed as error:
        raise DataError(f"`database:`: {error}", where=where) from error
    if text is None:
        raise DataError(
            f"`database:` names the environment variable {name}, which is not set",
            where=where,
            help=f"Set {name} to the address of the database, {_FORM}, wherever forewarn runs: in "
            "the unit file, in the crontab, in the shell.",
        )
    return _parsed(text, name, where)


def _parsed(text: str, called: str, where: str) -> DatabaseAddress:
    if not re.match(r"postgres(ql)?://", text):
        raise DataError(
            f"`database:`: {called} is no address of a PostgreSQL database",
            where=where,
            help=f"{_HELP} Without `database:` the state is in a file, in SQLite.",
        )
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise DataError(
            "`database:` names a PostgreSQL database, and psycopg is not installed, or its "
            "library is not",
            where=where,
            help="Install the extra: `pip install 'forewarn[postgres]'`.",
        ) from error
    try:
        parts = conninfo_to_dict(text)
    except (ProgrammingError, ValueError):
        parts = {}  # what they say quotes the address
    if not parts or _is_cut_wrong(parts):
        raise DataError(
            f"`database:`: {called} cannot be read as an address of a database",
            where=where,
            help=_HELP,
        )
    passwords = (str(parts.get(name) or "") for name in ("password", "sslpassword"))
    return DatabaseAddress(written=text, shown=_shown(parts), passwords=tuple(passwords))


def _is_cut_wrong(parts: Mapping[str, object]) -> bool:
    """Whether a part of the password may stand elsewhere: an `@` or a `/` in it ends it."""
    host, port = str(parts.get("host") or ""), str(parts.get("port") or "")
    beside = f"{parts.get('hostaddr') or ''}{parts.get('dbname') or ''}"
    socket = host.startswith(("/", "@"))
    return (
        not re.fullmatch(r"[0-9,]*", port)
        or bool(set("@/") & set(beside))
        or (not socket and bool(set("@/") & set(host)))
    )


def _shown(parts: Mapping[str, object]) -> str:
    host = str(parts.get("host") or parts.get("hostaddr") or "this machine")
    if host.startswith("/"):
        host = f"the socket in {host}"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"PostgreSQL, database {parts.get('dbname') or parts.get('user') or '?'} at {host}{port}"
