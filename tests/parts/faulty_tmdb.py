"""A simulated TMDB that logs its requests, may be slow or refuse, and has faults on demand."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Self

from tests.parts.faults import HTML, Fault, Faults
from tmdbdash import simulation
from tmdbdash.simulation import routes
from tmdbdash.simulation.server import JSON_TYPE, PICTURE, Handler, Server, encoded

NO_FAULT = Fault("/", "slow", seconds=0.0)


class SeenRequest(NamedTuple):
    """A request as it arrived: time of the monotonic clock, path below the base URL, parameters.

    ``query`` lacks the key, which is never kept; ``signed`` is whether one came.
    """

    at: float
    path: str
    query: Mapping[str, str]
    signed: bool


class SimulatedTmdb(simulation.SimulatedTmdb):
    """The simulated TMDB with ``faults``.

    ``allowed_rps`` makes it refuse more requests a second with 429. ``latency`` is what every
    answer takes, in seconds, and may be set any time.
    """

    def __init__(self, *args: int, allowed_rps: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.faults = Faults()
        self.latency = 0.0
        self._allowed_rps = allowed_rps
        self._seen: list[SeenRequest] = []
        self._log_lock = threading.Lock()
        self._stopping = threading.Event()
        self._counting: _CountingServer | None = None

    def __enter__(self) -> Self:
        self._stopping.clear()
        return super().__enter__()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        super().__exit__()
        if self._counting is not None:
            self._counting.cut_off()

    def make_server(self) -> Server:
        """A server that counts its connections."""
        self._counting = _CountingServer(self, _FaultyHandler)
        return self._counting

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request so far, in order of arrival."""
        with self._log_lock:
            return list(self._seen)

    @property
    def connections(self) -> int:
        """The number of connections opened so far."""
        return 0 if self._counting is None else self._counting.opened

    def forget(self) -> None:
        """Empty the log of requests."""
        with self._log_lock:
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

    def answer(self, path: str, query: dict[str, str], bearer: str | None) -> routes.Reply:
        """Log a request; its status and JSON value."""
        at = time.monotonic()
        kept = {name: value for name, value in query.items() if name != "api_key"}
        with self._log_lock:
            self._seen.append(SeenRequest(at, path, kept, "api_key" in query or bool(bearer)))
            recent = sum(at - seen.at < 1.0 for seen in reversed(self._seen[-200:]))
        if self._allowed_rps is not None and recent > self._allowed_rps:
            return too_many(recent, self._allowed_rps)
        return super().answer(path, query, bearer)

    def poster(self, path: str, *, signed: bool) -> bytes | None:
        """Log a request; the picture at an address, where a film has it."""
        with self._log_lock:
            self._seen.append(SeenRequest(time.monotonic(), path, {}, signed))
        return super().poster(path, signed=signed)


class _CountingServer(Server):
    def __init__(self, tmdb: SimulatedTmdb, handler: type[Handler]) -> None:
        self.opened = 0
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(tmdb, handler)

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


class _FaultyHandler(Handler):
    def respond(
        self,
        path: str,
        query: Mapping[str, str],
        status: int,
        body: routes.JsonObject,
        picture: bytes | None,
    ) -> None:
        """Answer one request, or with its fault."""
        tmdb = self.server.tmdb
        assert isinstance(tmdb, SimulatedTmdb)
        tmdb.wait(tmdb.latency)
        fault = tmdb.faults.take(path, query.get("page")) or NO_FAULT
        match fault.kind:
            case "status":
                status, body = failure(fault.status)
                retry_after = fault.retry_after
                headers = {} if retry_after is None else {"Retry-After": retry_after}
                self.send(status, encoded(body), headers)
            case "redirect":
                self.send(302, b"", {"Location": fault.location})
            case "garbage":
                self.send(200, HTML, {"Content-Type": "text/html"})
            case "content":
                self.send(200, fault.content, PICTURE if picture else {"Content-Type": JSON_TYPE})
            case "not_a_dict":
                self.send(200, b"[1, 2, 3]")
            case "empty" if "results" in body:
                self.send(200, encoded({**body, "results": []}))
            case "zeroed" if isinstance(results := body.get("results"), list):
                nothing = {"popularity": 0.0, "vote_average": 0.0, "vote_count": 0}
                films = [{**film, **nothing} for film in results]
                self.send(200, encoded({**body, "results": films}))
            case "drop":
                self.close_connection = True
            case "slow" | "empty" | "zeroed":
                tmdb.wait(fault.seconds if fault.kind == "slow" else 0)
                super().respond(path, query, status, body, picture)
            case _:
                self.close_connection = True
                for piece in _trickle(fault, picture or encoded(body), picture is not None):
                    self.wfile.write(piece)
                    if fault.kind.startswith("drip"):
                        tmdb.wait(fault.seconds)


def too_many(count: int, allowed: int) -> routes.Reply:
    """The answer to one request too many; unlike the others it has no ``success``."""
    message = f"Your request count ({count}) is over the allowed limit of {allowed}."
    return 429, {"status_code": 25, "status_message": message}


def failure(status: int) -> routes.Reply:
    """TMDB's answer for a failure of the given status."""
    known: dict[int, Callable[[], routes.Reply]] = {
        401: routes.bad_key,
        404: routes.no_such_thing,
        429: lambda: too_many(41, 40),
        503: lambda: routes.error(503, 9, "Service offline: This service is temporarily offline."),
        504: lambda: routes.error(
            504, 24, "Your request to the backend server timed out. Try again."
        ),
    }
    if status in known:
        return known[status]()
    return routes.error(status, 11, "Internal error: Something went wrong, contact TMDB.")


def _trickle(fault: Fault, body: bytes, is_picture: bool) -> Iterator[bytes]:
    """The pieces of a broken, slow or endless answer."""
    kind = PICTURE["Content-Type"] if is_picture else JSON_TYPE
    start = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n".encode()
    whole = start + f"Content-Length: {len(body)}\r\n\r\n".encode()
    if fault.kind == "drip_head":
        yield start
        for number in range(90):
            yield f"X-Drip-{number}: slowly\r\n".encode()
    elif fault.kind == "drip":
        yield whole
        for at in range(len(body)):
            yield body[at : at + 1]
    elif fault.kind == "truncate":
        yield whole + body[: len(body) // 2]
    else:  # flood
        yield start + b"\r\n"
        for _ in range(4096):
            yield b" " * 65536
