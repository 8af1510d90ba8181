"""The simulated TMDB as an HTTP server on loopback, for the demo and for tests."""

from __future__ import annotations

import contextlib
import gzip
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tmdbdash.simulation import routes
from tmdbdash.simulation.fault_injection import HTML, Fault, Faults, trickle
from tmdbdash.simulation.world import World

BASE = "/3"
JSON_TYPE = "application/json;charset=utf-8"
IMAGES = "/t/p"
NO_FAULT = Fault("/", "slow", seconds=0.0)


class SeenRequest(NamedTuple):
    """A request as it arrived: time of the monotonic clock, path below the base URL, parameters.

    ``query`` lacks the key, which is never kept; ``signed`` is whether one came.
    """

    at: float
    path: str
    query: Mapping[str, str]
    signed: bool


class SimulatedTmdb:
    """A TMDB of invented films, running while the ``with`` block does.

    ``films`` films are the same for the same ``seed`` and day ``today`` (UTC). ``untidy`` as in
    `World`. ``allowed_rps`` makes it refuse more requests a second with 429. ``latency`` is what
    every answer takes, in seconds, ``clock`` gives the date of answers; both may be set any time,
    as faults may be added.
    """

    def __init__(
        self,
        films: int = 400,
        seed: int = 7,
        faults: Faults | None = None,
        *,
        untidy: bool = True,
        today: date | None = None,
        latency: float = 0.0,
        allowed_rps: int | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.faults = Faults() if faults is None else faults
        self.latency = latency
        self.clock = clock or (lambda: datetime.now(UTC))
        self.api_key = secrets.token_hex(16)
        self.token = ".".join(secrets.token_urlsafe(24) for _ in range(3))
        self.world = World(films, seed, today or datetime.now(UTC).date(), untidy=untidy)
        self._allowed_rps = allowed_rps
        self._seen: list[SeenRequest] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> SimulatedTmdb:
        self._stopping.clear()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="simulated TMDB", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut_off()
            self._thread.join()
        self._server = self._thread = None

    @property
    def base_url(self) -> str:
        """The value for TMDB_BASE_URL; only while the server runs."""
        if self._server is None:
            raise RuntimeError("the simulated TMDB runs only inside its `with` block")
        return f"http://127.0.0.1:{self._server.server_address[1]}{BASE}"

    @property
    def image_url(self) -> str:
        """The value for TMDB_IMAGE_URL; only while the server runs."""
        return f"{self.base_url.removesuffix(BASE)}{IMAGES}/"

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request so far, in order of arrival."""
        with self._lock:
            return list(self._seen)

    @property
    def connections(self) -> int:
        """The number of connections opened so far."""
        return 0 if self._server is None else self._server.opened

    def advance(self, minutes: float) -> None:
        """Let simulated time pass: popularity drifts, votes come in, ranks change."""
        with self._lock:
            self.world.advance(minutes)

    def forget(self) -> None:
        """Empty the log of requests."""
        with self._lock:
            self._seen.clear()

    def window_max(self) -> int:
        """The largest number of requests that arrived within any one second."""
        times = sorted(seen.at for seen in self.requests)
        most = start = 0
        for end, at in enumerate(times):
            while at - times[start] >= 1.0:
                start += 1
            most = max(most, end - start + 1)
        return most

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than the server runs."""
        if seconds > 0:
            self._stopping.wait(seconds)

    def answer(
        self, at: float, path: str, query: dict[str, str], bearer: str | None
    ) -> routes.Reply:
        """Log a request that arrived ``at`` this time; its status and JSON value."""
        key = query.pop("api_key", None)
        with self._lock:
            self._seen.append(SeenRequest(at, path, query, signed=bool(key or bearer)))
            if self._allowed_rps is not None:
                recent = sum(at - seen.at < 1.0 for seen in reversed(self._seen[-200:]))
                if recent > self._allowed_rps:
                    return routes.too_many(recent, self._allowed_rps)
            if key != self.api_key and bearer != self.token:
                return routes.bad_key()
            return routes.reply(self.world, path, query)

    def poster(self, at: float, path: str, *, signed: bool) -> bytes | None:
        """Log a request that arrived ``at`` this time; the picture, where a film has it."""
        with self._lock:
            self._seen.append(SeenRequest(at, path, {}, signed))
            film = self.world.film_of_poster(path.rpartition("/")[2])
        from tmdbdash.simulation.poster_art import draw_poster

        return draw_poster(film.genres, film.title) if film else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, tmdb: SimulatedTmdb) -> None:
        self.tmdb = tmdb
        self.opened = 0
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection and its address; the connection is counted and kept."""
        connection, address = super().get_request()
        with self._guard:
            self.opened += 1
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._connections.discard(request)
        super().shutdown_request(request)

    def cut_off(self) -> None:
        """End the connections that clients keep open, so that their threads end too."""
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedTMDB"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Log nothing: the address has the key in it."""

    def do_GET(self) -> None:
        """Answer one request, or with its fault."""
        at = time.monotonic()
        tmdb = self.server.tmdb
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        bearer = token if scheme.lower() == "bearer" else None
        if parts.path.startswith(IMAGES + "/"):
            path = parts.path
            signed = "api_key" in query or "Authorization" in self.headers
            content = tmdb.poster(at, path, signed=signed)
            status, kind = (200, "image/png") if content else (404, JSON_TYPE)
            body: routes.JsonObject = {}
        else:
            inside = parts.path.startswith(BASE + "/")
            path = parts.path[len(BASE) :] if inside else "/outside" + parts.path
            status, body = tmdb.answer(at, path, query, bearer)
            content, kind = None, JSON_TYPE
        tmdb.wait(tmdb.latency)
        fault = tmdb.faults.take(path, query.get("page")) or NO_FAULT
        self._answer_with(fault, status, body, content or _encode(body), kind)

    def _answer_with(
        self, fault: Fault, status: int, body: routes.JsonObject, content: bytes, kind: str
    ) -> None:
        tmdb = self.server.tmdb
        match fault.kind:
            case "status":
                status, body = routes.failure(fault.status)
                extra = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
                self._answer(status, _encode(body), extra=extra)
            case "redirect":
                self._answer(302, b"", extra={"Location": fault.location})
            case "garbage":
                self._answer(200, HTML, kind="text/html")
            case "content":
                self._answer(200, fault.content, kind=kind)
            case "not_a_dict":
                self._answer(200, b"[1, 2, 3]")
            case "empty" if "results" in body:
                self._answer(200, _encode({**body, "results": []}))
            case "zeroed" if isinstance(results := body.get("results"), list):
                nothing = {"popularity": 0.0, "vote_average": 0.0, "vote_count": 0}
                films = [{**film, **nothing} for film in results]
                self._answer(200, _encode({**body, "results": films}))
            case "drop":
                self.close_connection = True
            case "slow" | "empty" | "zeroed":
                tmdb.wait(fault.seconds if fault.kind == "slow" else 0)
                self._answer(status, content, kind=kind)
            case _:
                self.close_connection = True
                for piece in trickle(fault, content, kind):
                    self.wfile.write(piece)
                    if fault.kind.startswith("drip"):
                        tmdb.wait(fault.seconds)

    def date_time_string(self, timestamp: float | None = None) -> str:
        at = self.server.tmdb.clock().timestamp() if timestamp is None else timestamp
        return super().date_time_string(at)

    def _answer(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = JSON_TYPE,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if (
            "gzip" in self.headers.get("Accept-Encoding", "")
            and len(body) > 1000
            and kind == JSON_TYPE
        ):
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _encode(body: routes.JsonObject) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
