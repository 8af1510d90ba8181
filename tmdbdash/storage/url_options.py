"""The options after ``?`` in DATABASE_URL: which there are, and what each may be.

PyMySQL and SQLAlchemy take more, and most of those end in a traceback, at once or in the middle of
a job: some expect Python objects, and some change how data are sent. What the program chooses
itself (the character set, transactions) is accepted where people usually write it, and ignored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tmdbdash.errors import UsageError

MOST_SECONDS = 86_400
PASSWORDS = ("password", "passwd")
"""Options whose value is a password."""
SERVER_OPTIONS = ("host", "port", "unix_socket", "read_default_file", "read_default_group")
"""Options that may name another server than the URL's host."""


_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class _Kind(NamedTuple):
    """What an option's value may be, in words, and what reads it; raises `OSError` for a file."""

    values: str
    read: Callable[[str], object]


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError
    return text


def _seconds(text: str) -> int:
    if not 1 <= (number := int(text)) <= MOST_SECONDS:
        raise ValueError
    return number


def _wait(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or not 0 <= number <= MOST_SECONDS:
        raise ValueError
    return number


def _charset(text: str) -> str:
    from pymysql.charset import charset_by_name

    try:
        return str(charset_by_name(text).name)
    except AttributeError:
        raise ValueError from None


def _port(text: str) -> int:
    if not 0 < (number := int(text)) < 65_536:
        raise ValueError
    return number


def _file(text: str) -> str:
    with Path(text).expanduser().open("rb"):
        return str(Path(text).expanduser())


def _folder(text: str) -> str:
    next(Path(text).expanduser().iterdir(), None)
    return str(Path(text).expanduser())


TEXT = _Kind("text without a zero byte", _text)
FLAG = _Kind("true or false", lambda text: _FLAGS[text.lower()])
SECONDS = _Kind(f"whole seconds from 1 to {MOST_SECONDS}", _seconds)
WAIT = _Kind(f"seconds up to {MOST_SECONDS}", _wait)
NUMBER = _Kind("a whole number", int)
FILE = _Kind("a file that this user may read", _file)
FOLDER = _Kind("a folder that this user may read", _folder)

_SERVER: dict[str, _Kind] = {
    **dict.fromkeys(("user", *PASSWORDS, "database", "db", "host", "unix_socket"), TEXT),
    **dict.fromkeys(("bind_address", "collation", "init_command", "program_name"), TEXT),
    **dict.fromkeys(("read_default_group", "ssl_cipher", "ssl_key_password"), TEXT),
    **dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), SECONDS),
    **dict.fromkeys(("ssl_ca", "ssl_cert", "ssl_key", "read_default_file"), FILE),
    **dict.fromkeys(("ssl_disabled", "ssl_verify_cert"), FLAG),
    **dict.fromkeys(("ssl_verify_identity", "ssl_check_hostname"), FLAG),
    "ssl_capath": FOLDER,
    "port": _Kind("a number from 1 to 65535", _port),
}
_SERVER_IDLE: dict[str, _Kind] = {
    "charset": _Kind("utf8mb4, which is used whatever is written", _charset),
    "sql_mode": TEXT,
    **dict.fromkeys(("autocommit", "use_unicode", "local_infile", "binary_prefix"), FLAG),
    **dict.fromkeys(("client_flag", "max_allowed_packet"), NUMBER),
}
"""Accepted without effect."""
_FILE: dict[str, _Kind] = {"timeout": WAIT}
_FILE_IDLE: dict[str, _Kind] = {"check_same_thread": FLAG, "cached_statements": NUMBER}
_KNOWN = frozenset(
    {"auth_plugin_map", "compress", "conv", "cursorclass", "defer_connect", "named_pipe"}
    | {"plugin", "server_public_key", "ssl", "isolation_level"}
    | {"detect_types", "factory", "uri", "mode", "cache", "vfs", "immutable", "nolock"}
    | {*_SERVER, *_SERVER_IDLE, *_FILE, *_FILE_IDLE}
)
"""Names that messages may show: another one may be a part of a password."""
_TLS = {
    "ssl_ca": "ca", "ssl_capath": "capath", "ssl_cert": "cert", "ssl_key": "key",
    "ssl_cipher": "cipher", "ssl_key_password": "password", "ssl_verify_cert": "verify_mode",
    "ssl_check_hostname": "check_hostname", "ssl_verify_identity": "check_hostname",
}  # fmt: skip
"""Their names in the one dictionary that PyMySQL takes. Given one by one, some undo others."""

Query = Mapping[str, str | Sequence[str]]
Options = dict[str, Any]
"""A driver's arguments by name; each has a type of its own."""


def read_server_options(query: Query) -> Options:
    """A server's options as PyMySQL's arguments, with the host's; raises `UsageError`."""
    given = _read(query, _SERVER, _SERVER_IDLE)
    tls = {short: given.pop(name) for name, short in _TLS.items() if name in given}
    if "key" in tls and "cert" not in tls:
        raise UsageError("DATABASE_URL has the option ssl_key without ssl_cert: write both")
    if "ssl_verify_identity" in query and tls["check_hostname"]:
        tls.setdefault("verify_mode", True)
    if tls.get("verify_mode") is False:
        tls.setdefault("check_hostname", False)
    if tls and not given.get("ssl_disabled"):
        given["ssl"] = tls
    return given


def read_file_options(query: Query) -> Options:
    """An SQLite file's options as the driver's arguments; raises `UsageError`."""
    return _read(query, _FILE, _FILE_IDLE)


def _read(query: Query, taken: dict[str, _Kind], idle: dict[str, _Kind]) -> Options:
    read = {}
    for name, value in query.items():
        kind = taken.get(name) or idle.get(name)
        if kind is None:
            others = ", ".join(sorted({*taken, *idle}))
            shown = f"the option {name}" if name in _KNOWN else "an option after ?"
            raise UsageError(f"DATABASE_URL has {shown} that tmdbdash does not take: use {others}")
        if not isinstance(value, str):
            raise UsageError(f"DATABASE_URL has the option {name} twice: leave one of them out")
        try:
            found = kind.read(value)
        except OSError as error:
            reason = f"{error.strerror} ({error.filename})"
            raise UsageError(f"DATABASE_URL's option {name} cannot be used: {reason}") from None
        except (ValueError, KeyError, RuntimeError):  # the last: a home folder that is unknown
            raise UsageError(
                f"DATABASE_URL's option {name} has a value that cannot be used: write {kind.values}"
            ) from None
        if name in taken:
            read[name] = found
    return read
