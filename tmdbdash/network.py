"""Proxy and certificates from the environment, checked, and what fails with them.

TMDB, the heartbeat's monitor and `doctor` all use these. Settings that cannot be used raise a
`UsageError` before any request; `certificate_fault` and `proxy_fault` explain failed requests.
"""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tmdbdash.env_file import unquoted
from tmdbdash.errors import UsageError
from tmdbdash.redaction import protect

CA_SETTINGS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The names under which requests looks for a file of certificates; the first one set counts."""
KINDS = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
LOCAL = ("127.0.0.1", "localhost", "::1")
"""Servers on this machine, which no proxy reaches."""
HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""How OpenSSL names certificates in a folder."""


@dataclass(frozen=True, slots=True)
class Route:
    """The route to a server.

    ``proxy`` is the proxy's address with its password, ``shown`` the same without user and
    password, ``ca_file`` a file or folder of certificates, ``ca_setting`` the variable that named
    it; each ``None`` where there is none.
    """

    proxy: str | None = field(default=None, repr=False)
    shown: str | None = None
    ca_file: str | None = None
    ca_setting: str | None = None

    @property
    def through(self) -> str:
        """The proxy as part of a sentence, or nothing."""
        return "" if self.shown is None else f" through the proxy {self.shown}"

    def __str__(self) -> str:
        proxy = "no proxy" if self.shown is None else f"through the proxy {self.shown}"
        if self.ca_file is None:
            return f"{proxy}, the certificates that come with requests"
        return f"{proxy}, certificates of {self.ca_file} ({self.ca_setting})"


def route_to(url: str) -> Route:
    """The route to a server; raises `UsageError` for a proxy or certificates that cannot be used.

    ``url`` is one of http or https; only with https do certificates count.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise UsageError("the address of the server cannot be read: check its setting") from None
    proxy = shown = None
    if host is not None and host not in LOCAL:
        proxy, shown = _proxy(url)
    ca_file, setting = _certificates() if parts.scheme == "https" else (None, None)
    return Route(proxy, shown, ca_file, setting)


def _proxy(url: str) -> tuple[str | None, str | None]:
    from requests.utils import get_environ_proxies, select_proxy

    without = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    exceptions = None if without is None else unquoted(without)
    named = select_proxy(url, get_environ_proxies(url, no_proxy=exceptions))
    if named is None or not (plain := unquoted(named)):
        return None, None
    setting = _setting_of(named)
    address = plain if "://" in plain else f"http://{plain}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.password:
        protect(parts.password, unquote(parts.password))
    kind = parts.scheme
    form = f"{setting}=http://proxy.example:3128"
    if host is None or port == 0 or parts.path not in ("", "/") or parts.query or " " in plain:
        raise UsageError(
            f"{setting} does not name a proxy: write its kind, host and port, as in {form}"
        )
    if kind not in KINDS:
        better = " (for SOCKS write socks5h)" if kind == "socks" else ""
        raise UsageError(
            f"{setting} names a proxy of the kind {kind}, which there is not{better}: "
            f"write {', '.join(KINDS[:-1])} or {KINDS[-1]}, as in {form}"
        )
    if kind.startswith("socks") and importlib.util.find_spec("socks") is None:
        raise UsageError(
            f"{setting} names a SOCKS proxy, for which a library is missing: install it where "
            "tmdbdash is (`python -m pip install pysocks`), or name an HTTP proxy"
        )
    at = f"[{host}]" if ":" in host else host
    return address, f"{kind}://{at}" + ("" if port is None else f":{port}")


def _setting_of(proxy: str) -> str:
    """The environment variable with this value."""
    names = (
        n for n, value in os.environ.items() if n.lower().endswith("_proxy") and value == proxy
    )
    return min(names, default="the system's proxy setting")


def _certificates() -> tuple[str | None, str | None]:
    for setting in CA_SETTINGS:
        path = unquoted(os.environ.get(setting, ""))
        if path:
            _check_certificates(Path(path), setting)
            return path, setting
    return None, None


def _check_certificates(path: Path, setting: str) -> None:
    remedy = f"name a file of certificates in PEM form in {setting}, or unset it"
    try:
        if path.is_dir():
            if not any(HASHED.fullmatch(name) for name in os.listdir(path)):  # noqa: PTH208
                raise UsageError(
                    f"{setting} names the folder {path}, which holds no certificates under their "
                    f"hashes (`openssl rehash`): {remedy}"
                )
            return
        with path.open("rb"):
            pass
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise UsageError(f"{setting} names {path}, which holds no certificate: {remedy}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be read"
        raise UsageError(f"{setting} names {path}: {reason}; {remedy}") from None


def causes_of(error: BaseException) -> list[BaseException]:
    """The exception and all that it wraps, as cause, context or argument."""
    found: list[BaseException] = []
    unseen: list[object] = [error]
    while unseen:
        item = unseen.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            unseen += [item.__cause__, item.__context__, *item.args, getattr(item, "reason", None)]
    return found


def certificate_fault(causes: Iterable[BaseException]) -> str | None:
    """The fault of a server's certificate, and what to do; ``None`` where there is none."""
    from urllib3.util.ssl_match_hostname import CertificateError

    for cause in causes:
        if isinstance(cause, CertificateError):
            return _OTHER_NAME
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE_FAULTS.get(
                cause.verify_code,
                f"its certificate is not accepted ({cause.verify_message or 'no reason given'})",
            )
    return None


_UNKNOWN = (
    "its certificate is signed by nobody that this machine trusts (a company's proxy or a virus "
    "scanner in between signs with its own): name a file with the signer's certificate in "
    "REQUESTS_CA_BUNDLE"
)
_OTHER_NAME = (
    "its certificate is made out to another name: something in between answers in its place, or "
    "the address is wrong"
)
_CERTIFICATE_FAULTS = {
    9: "its certificate is not valid yet: check this machine's clock",
    10: "its certificate has expired: check this machine's clock; else its owner must renew it",
    18: _UNKNOWN,
    19: _UNKNOWN,
    20: _UNKNOWN,
    21: _UNKNOWN,
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}
"""By OpenSSL's numbers of what its verification can find (X509_V_ERR)."""


def proxy_fault(causes: Iterable[BaseException], route: Route) -> tuple[str, bool] | None:
    """The proxy's fault, and whether it is passing; ``None`` where it is not the proxy's."""
    from urllib3 import exceptions as faults

    found = list(causes)
    if route.shown is None or not any(isinstance(cause, faults.ProxyError) for cause in found):
        return None
    proxy = f"the proxy {route.shown}"
    for cause in found:
        if refused := re.search(r"Tunnel connection failed: (\d{3})", str(cause)):
            return _refused_by(proxy, int(refused[1]))
    if (fault := certificate_fault(found)) is not None:
        return f"{proxy} cannot be trusted: {fault}", False
    if any(isinstance(cause, (ssl.SSLError, faults.SSLError)) for cause in found):
        return f"{proxy} does not use TLS: name it as http://...", False
    for cause in found:
        if isinstance(cause, socket.gaierror):
            passing = cause.errno == socket.EAI_AGAIN
            return f"the name of {proxy} cannot be resolved: check its spelling", passing
    if any(isinstance(cause, (TimeoutError, faults.ConnectTimeoutError)) for cause in found) and (
        not any(isinstance(cause, ConnectionError) for cause in found)
    ):
        return f"{proxy} does not answer", True
    return f"there is no connection to {proxy}: is it running, and is its port right?", True


def _refused_by(proxy: str, status: int) -> tuple[str, bool]:
    if status == 407:
        return (
            f"{proxy} asks for a user and a password: write them into its address, "
            "http://user:password@host:port",
            False,
        )
    return f"{proxy} does not let us through (it answered {status})", status >= 500
