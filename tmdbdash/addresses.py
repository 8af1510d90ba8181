"""Addresses (URLs) as people write them: where the password ends, and what in them is secret.

Libraries end a login at the first ``@`` or ``/``. They take the rest of a password with such a
character for the host, and print it. Here a login ends at the last ``@``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tmdbdash.redaction import protect, protect_likely, protect_parts

_SCHEME = re.compile(r"\s*(?P<scheme>[A-Za-z][\w+.-]*)://")
_KNOWN_SCHEME = re.compile(
    r"(?i)https?|ftp|socks[45][ah]?|(?:mysql|mariadb|sqlite|postgres|postgresql)(?:\+\w+)?"
)
_QUERY = re.compile(r"\?[\w.-]+=[^&]*(?:&[\w.-]+=[^&]*)*\Z")
_HOST_PORT = r"(?:\[[^\]]*\]|[^/:?#,]*)(?::\d{1,5})?"
_HOST_AND_PORT = re.compile(rf"{_HOST_PORT}(?:,{_HOST_PORT})*(?=[/?#]|\Z)")
"""A host and its port, or several with commas between them."""
_OPTION = re.compile(r"[?&#]([\w.-]+)=((?:(?!&[\w.-]+=).)*)", re.DOTALL)
"""An option of a query; its value ends where another option begins."""
_SECRET_NAME = re.compile(r"(?i)pass|pwd|secret|token|key|auth|sig|credential|user")
_IMAGE_SERVER = re.compile(
    r"(?i)(https://[a-z0-9.-]+(:\d{1,5})?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?)"
    r"(/[^\s@?#]*)?"
)

UNSAFE = {"@": "%40", "/": "%2F", "?": "%3F", "#": "%23"}
"""Characters that must be encoded in a login, and their codes."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a URL: scheme, login (before the last ``@``), and the rest."""

    scheme: str
    login: str | None
    rest: str

    @property
    def user(self) -> str:
        """The login up to its first colon; empty without a login."""
        return (self.login or "").partition(":")[0]

    @property
    def password(self) -> str:
        """The login after its first colon; empty where there is none."""
        return (self.login or "").partition(":")[2]

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The characters of the login that should have been encoded, each with its code."""
        return tuple(f"{c} as {code}" for c, code in UNSAFE.items() if c in (self.login or ""))

    @property
    def hosts(self) -> str:
        """The part between login and path: a host and its port, or several."""
        return re.split(r"[/?#]", self.rest, maxsplit=1)[0]

    @property
    def after_hosts(self) -> str:
        """Path, query and fragment."""
        return self.rest[len(self.hosts) :]

    def encoded(self) -> str:
        """The URL with the unsafe characters of its login encoded, as libraries need it."""
        rest = self.rest.replace("@", "%40")
        if self.login is None:
            return f"{self.scheme}://{rest}"
        login = "".join(UNSAFE.get(character, character) for character in self.login)
        return f"{self.scheme}://{login}@{rest}"


def check_address(text: str) -> None:
    """Raise `ValueError` where this is not the address of a server."""
    if not re.match(r"(?i)https?://[^/\s]+", text):
        raise ValueError("must be a URL that begins with http:// or https://")


def image_address(text: str) -> str:
    """The address of a folder of images, ended by a slash; raises `ValueError` for any other.

    Images are asked for without a key, so no login and no query belongs there.
    """
    if not _IMAGE_SERVER.fullmatch(text):
        raise ValueError(
            "must be an address of https, or of http on this machine, such as "
            "https://image.tmdb.org/t/p/, without a user, a query or a fragment"
        )
    return text.rstrip("/") + "/"


def folder_address(text: str | None) -> str | None:
    """The address of a published folder, ended by a slash; raises `ValueError` for any other."""
    if text is None:
        return None
    if not re.fullmatch(r"https?://[^/\s@?#]+(/[^\s?#]*)?", text):
        raise ValueError(
            "must be the address of the published folder, such as https://films.example/, "
            "without a user, a query or a fragment"
        )
    return text.removesuffix("index.html").rstrip("/") + "/"


def read_address(text: str) -> Address | None:
    """The URL's parts, or ``None`` where it does not begin with a scheme and ``://``."""
    found = _SCHEME.match(text)
    if found is None:
        return None
    after = text[found.end() :]
    query = _QUERY.search(after)
    end = after.rfind("@", 0, query.start() if query else None)
    if query and "@" in query[0] and not _HOST_AND_PORT.match(after, end + 1):
        end = after.rfind("@")  # what looks like a query is the end of a password
    if end < 0:
        return Address(found["scheme"], None, after)
    return Address(found["scheme"], after[:end], after[end + 1 :])


def protect_address(text: str, *, user: bool = True, path: bool = False) -> None:
    """Declare what is secret in a URL: its password, and the values of a query named like secrets.

    Where ``user``, the user's name is secret too (it may be a token); where ``path``, the path, the
    query and the fragment are. Of a text that is no URL every part that looks secret is declared.
    """
    address = read_address(text)
    if address is None or not _KNOWN_SCHEME.fullmatch(address.scheme):
        protect_likely(text)
    if address is None:
        return
    rest = address.rest
    if address.login is not None:
        login = address.password
        if ":" not in address.login:
            login = address.login if user else address.login.partition("@")[2]
        elif user:
            protect_parts(address.user)
        protect(login)
        protect_parts(login)
    elif not _HOST_AND_PORT.match(rest):
        protect_parts(rest.partition(":")[2])  # a login that nothing follows, or a broken port
        protect_likely(rest)
    elif user and not path and "@" in rest:
        protect_parts(rest.rpartition("@")[0])  # a token before the last @, with a ? in it
    if user and re.search(r"[/?#]", address.login or ""):
        protect_likely(rest)  # the seeming login may have been something else
    if user and not path:
        protect_likely(rest[len(re.split(r"[?#]", rest)[0]) :])
    if path:
        after = text[text.find("://") + 3 :]
        host = _HOST_AND_PORT.match(after)
        protect_likely(after[host.end() :] if host else after, rest if address.login else "")
        protect_parts(re.split(r"[?#]", rest)[0].rstrip("/").rpartition("/")[2])
    for name, value in _OPTION.findall(rest):
        if _SECRET_NAME.search(name) or "@" in value:
            protect(value)
            protect_parts(value)
