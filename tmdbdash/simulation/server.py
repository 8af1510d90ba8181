"""The simulated TMDB as an HTTP server on loopback, for the demo and for tests."""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tmdbdash.simulation import routes
from tmdbdash.simulation.world import World

BASE = "/3"
IMAGES = "/t/p"
JSON_TYPE = "application/json;charset=utf-8"
PICTURE = {"Content-Type": "image/png"}


class SimulatedTmdb:
    """A TMDB of invented films, running while the ``with`` block does.

    ``films`` films are the same for the same ``seed`` and day ``today`` (UTC). ``untidy`` as in
    `World`. ``clock`` gives the date of answers, and may be set any time.
    """

    def __init__(
        self,
        films: int = 400,
        seed: int = 7,
        *,
        untidy: bool = True,
        today: date | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.api_key = secrets.token_hex(16)
        self.token = ".".join(secrets.token_urlsafe(24) for _ in range(3))
        self.world = World(films, seed, today or datetime.now(UTC).date(), untidy=untidy)
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = self.make_server()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="simulated TMDB", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def make_server(self) -> Server:
        """A server on a free port, not yet serving."""
        return Server(self, Handler)

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

    def advance(self, minutes: float) -> None:
        """Let simulated time pass: popularity drifts, votes come in, ranks change."""
        with self._lock:
            self.world.advance(minutes)

    def answer(self, path: str, query: dict[str, str], bearer: str | None) -> routes.Reply:
        """The status and JSON value for a request, whose key is removed from its query."""
        if query.pop("api_key", None) != self.api_key and bearer != self.token:
            return routes.bad_key()
        with self._lock:
            return routes.reply(self.world, path, query)

    def poster(self, path: str, *, signed: bool) -> bytes | None:
        """The picture at an address, where a film has it; ``signed`` is whether a key came."""
        del signed
        from tmdbdash.simulation.poster_art import draw_poster

        with self._lock:
            film = self.world.film_of_poster(path.rpartition("/")[2])
        return draw_poster(film.genres, film.title) if film else None


class Server(ThreadingHTTPServer):
    """The HTTP server of a simulated TMDB."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, tmdb: SimulatedTmdb, handler: type[Handler]) -> None:
        self.tmdb = tmdb
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients may hang up."""


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "SimulatedTMDB"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, *_: object) -> None:
        """Log nothing: the address has the key in it."""

    def do_GET(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        bearer = token if scheme.lower() == "bearer" else None
        if parts.path.startswith(IMAGES + "/"):
            signed = "api_key" in query or "Authorization" in self.headers
            picture = self.server.tmdb.poster(parts.path, signed=signed)
            self.respond(parts.path, query, 200 if picture else 404, {}, picture)
            return
        inside = parts.path.startswith(BASE + "/")
        path = parts.path[len(BASE) :] if inside else "/outside" + parts.path
        status, body = self.server.tmdb.answer(path, query, bearer)
        self.respond(path, query, status, body, None)

    def respond(
        self,
        _path: str,
        _query: Mapping[str, str],
        status: int,
        body: routes.JsonObject,
        picture: bytes | None,
    ) -> None:
        """Send the answer to a request: a picture where there is one, else JSON."""
        self.send(status, picture or encoded(body), None if picture is None else PICTURE)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The date of an answer, by the simulation's clock."""
        at = self.server.tmdb.clock().timestamp() if timestamp is None else timestamp
        return super().date_time_string(at)

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer, of JSON unless the ``headers`` have another type."""
        self.send_response(status)
        accepted = self.headers.get("Accept-Encoding", "")
        if "gzip" in accepted and len(body) > 1000 and "Content-Type" not in (headers or {}):
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        for name, value in {"Content-Type": JSON_TYPE, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def encoded(body: routes.JsonObject) -> bytes:
    """A JSON value as it is sent."""
    return json.dumps(body, ensure_ascii=False).encode()
