"""One HTTP GET, bounded in time and size, by requests.

`requests` bounds each single wait for bytes, not the whole: a server that sends one byte a second
holds it for ever. Here a body is read as it arrives against a deadline, and when the deadline of
the whole job comes, all open connections are shut down.

A key in the address shows up in the text of requests' and urllib3's exceptions. None of them
leaves this module: it raises `TransferError` with messages of its own.
"""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3 import exceptions as faults
from urllib3.connection import HTTPConnection, HTTPSConnection

from tmdbdash.bounded import OverdueError, within
from tmdbdash.network import Route, causes_of, certificate_fault, proxy_fault

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 15.0
ANSWER_TIMEOUT = 30.0
"""Seconds that one whole answer may take, however steadily it trickles in."""
GRACE = 5.0
"""Seconds after which a call that should have ended is abandoned: name resolution has no limit."""
LARGEST_BODY = 8 * 1024 * 1024
CHUNK = 64 * 1024


class TransferError(Exception):
    """No usable answer came; the message has the reason and never an address or a key.

    ``passing`` is false where trying again cannot help. ``late``: the job's time is over.
    """

    def __init__(self, reason: str, *, passing: bool = True, late: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing
        self.late = late


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: status, header fields (case-insensitive names) and body, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class KeyAuth(AuthBase):
    """Puts the TMDB key on a request: a v3 key into the query, a v4 token into a header.

    Being requests' own kind of authentication it also keeps a ``.netrc`` from replacing the header.
    """

    def __init__(self, key: str, *, bearer: bool) -> None:
        self._key = key
        self._bearer = bearer

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request, as requests asks of an authentication."""
        if self._bearer:
            request.headers["Authorization"] = f"Bearer {self._key}"
        else:
            request.prepare_url(request.url, {"api_key": self._key})
        return request


class Transport:
    """Connections to one server, shared by up to ``workers`` threads, until one deadline.

    ``deadline`` is a time of the monotonic clock, ``route`` the proxy and the certificates to use.
    """

    def __init__(
        self,
        auth: AuthBase,
        *,
        agent: str,
        workers: int,
        deadline: float,
        read_timeout: float,
        route: Route,
    ) -> None:
        self._route = route
        self._deadline = deadline
        self._read_timeout = read_timeout
        self._session = requests.Session()
        self._session.trust_env = False
        if route.proxy is not None:
            self._session.proxies = {"http": route.proxy, "https": route.proxy}
        if route.ca_file is not None:
            self._session.verify = route.ca_file
        self._session.auth = auth
        self._session.headers.update({"User-Agent": agent, "Accept": "application/json"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._adapter = _Adapter(pool_connections=2, pool_maxsize=workers, max_retries=0)
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)
        left = min(max(0.0, deadline - time.monotonic()), threading.TIMEOUT_MAX)
        self._guard = threading.Timer(left, self._adapter.cut_off)
        self._guard.daemon = True
        self._guard.start()

    def close(self) -> None:
        """Close all connections; safe to call twice."""
        self._guard.cancel()
        self._session.close()

    def abort(self) -> None:
        """Make the deadline now: requests of other threads fail as late."""
        self._deadline = -math.inf
        self._guard.cancel()
        self._adapter.cut_off()

    def get(self, url: str, params: Mapping[str, str]) -> Answer:
        """One GET without redirects; any status is an answer.

        Raises `TransferError`, with no exception chained to it.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TransferError("the time for this run is over", passing=False, late=True)
        try:
            whole = min(left, ANSWER_TIMEOUT + GRACE)
            return within(whole, partial(self._get, url, params, left), name="request")
        except TransferError as error:
            problem = error
        except OverdueError:
            problem = TransferError(f"no answer within {whole:.3g} s, name resolution included")
        except (
            requests.RequestException,
            faults.HTTPError,
            OSError,
            ValueError,
            TypeError,
        ) as error:
            # TypeError: requests, of a proxy's address without a host.
            timeouts = min(CONNECT_TIMEOUT, left), min(self._read_timeout, left)
            problem = _transfer_error(error, self._route, *timeouts)
        if time.monotonic() >= self._deadline:
            problem = TransferError("the time for this run is over", passing=False, late=True)
        # Raised out here, so that not even __context__ leads to an exception with the key in it.
        raise problem.with_traceback(None)

    def _get(self, url: str, params: Mapping[str, str], left: float) -> Answer:
        until = min(self._deadline, time.monotonic() + ANSWER_TIMEOUT)
        with self._session.get(
            url,
            params=dict(params),
            timeout=(min(CONNECT_TIMEOUT, left), min(self._read_timeout, left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            # read1 returns what is there, where iter_content waits until a chunk is full.
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise TransferError(
                        f"the answer is larger than {LARGEST_BODY // 2**20} MB", passing=False
                    )
                if time.monotonic() > until:
                    raise TransferError(f"the answer was not complete after {ANSWER_TIMEOUT:.0f} s")
            return Answer(response.status_code, response.headers, bytes(body))


class _Adapter(HTTPAdapter):
    """requests' adapter, which keeps its open connections and can cut them off."""

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **options: object
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **options)
        self._open: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: object) -> ProxyManager:
        known = proxy in self.proxy_manager
        manager: ProxyManager = super().proxy_manager_for(proxy, **options)
        if not known:
            self._watch(manager)
        return manager

    def _watch(self, manager: PoolManager) -> None:
        adapter = self

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                adapter.remember(self)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                adapter.remember(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        if "SOCKS" not in type(manager).__name__:
            manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def remember(self, connection: HTTPConnection) -> None:
        """Have this connection cut off at the deadline."""
        with self._lock:
            self._open.add(connection)

    def cut_off(self) -> None:
        """Shut every open connection down: reads of other threads end at once."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            if (opened := connection.sock) is not None:
                with contextlib.suppress(OSError):
                    # The plain socket's method: TLS's own would take the connection apart under
                    # the thread that reads from it.
                    socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _transfer_error(error: Exception, route: Route, connect: float, read: float) -> TransferError:
    """The error for an exception of requests or urllib3, with nothing of the request in it."""
    causes = causes_of(error)

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if (blocked := proxy_fault(causes, route)) is not None:
        return TransferError(blocked[0], passing=blocked[1])
    if (untrusted := certificate_fault(causes)) is not None:
        return TransferError(untrusted, passing=False)
    if among(requests.exceptions.SSLError, faults.SSLError):
        return TransferError(
            "it does not use TLS, or no version that we support: is it https?", passing=False
        )
    if among(faults.NameResolutionError):
        return TransferError("its name cannot be resolved")
    if among(requests.exceptions.ConnectTimeout, faults.ConnectTimeoutError) and not among(
        faults.NewConnectionError
    ):
        return TransferError(f"no connection within {connect:.3g} s")
    if among(faults.NewConnectionError):
        return TransferError("the connection is refused or there is no way to it")
    if among(requests.exceptions.ReadTimeout, faults.ReadTimeoutError, TimeoutError):
        return TransferError(f"no answer within {read:.3g} s")
    if among(faults.IncompleteRead, faults.InvalidChunkLength):
        return TransferError("the answer was cut short")
    if among(requests.exceptions.ContentDecodingError, faults.DecodeError):
        return TransferError("the answer cannot be unpacked")
    if among(requests.exceptions.ConnectionError, faults.HTTPError, OSError):
        return TransferError("the connection was dropped")
    return TransferError(
        "the address cannot be used; check TMDB_BASE_URL and the proxy", passing=False
    )
