"""A preview of the published folder on this machine, for people: no production server.

It answers like a static host that reads our host files: same addresses, same headers.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from tmdbdash import __version__
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.report.site.folder import read_published
from tmdbdash.report.site.hosting_files import CACHE_ASSETS, CACHE_PAGE, ROUTES, security_headers

log = logging.getLogger(__name__)

ADDRESS = "127.0.0.1"
LOCAL_NAMES = (ADDRESS, "localhost", "[::1]")
IDLE_SECONDS = 30
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/atom+xml; charset=utf-8",
}
"""Nothing else is served: not the files for hosts, nor those of others."""
PRIVATE = {"vercel.json"}


class Preview(ThreadingHTTPServer):
    """A server of one folder; ``url`` is where it answers. Close it with ``server_close``."""

    daemon_threads = True
    block_on_close = False

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{ADDRESS}:{self.server_port}/"


def start(out_dir: Path, port: int = 0) -> Preview:
    """Bind a preview of ``out_dir``; port 0 takes any free one. It answers once it serves.

    Raises `NotReadyError` where there is no page yet, `UsageError` where the port is taken.
    """
    if not (out_dir / "index.html").is_file():
        raise NotReadyError(f"there is no page in {out_dir} yet: run `tmdbdash render`")
    try:
        return Preview((ADDRESS, port), partial(_Handler, out_dir.resolve()))
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        reason = "it is taken or not allowed" if taken else str(error)
        raise UsageError(f"cannot serve on port {port}: {reason}; choose another") from error
    except OverflowError:
        raise UsageError(f"{port} is no port: choose one from 1 to 65535") from None


def serve(out_dir: Path, port: int, *, announce: Callable[[str], None]) -> None:
    """Serve ``out_dir`` until interrupted; ``announce`` is called with the address once it answers.

    Raises like `start`.
    """
    with start(out_dir, port) as server:
        announce(server.url)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)


@contextlib.contextmanager
def serving(out_dir: Path, port: int = 0) -> Iterator[Preview]:
    """Serve ``out_dir`` from a thread of its own while the block runs. Raises like `start`."""
    with start(out_dir, port) as server:
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def is_local(host: str | None) -> bool:
    """Whether a request's ``Host`` names this machine from within; ``None`` is one without any."""
    if host is None:
        return True
    name, colon, port = host.strip().casefold().rpartition(":")
    if not colon or not port.isdecimal():
        name = host.strip().casefold()
    return name in LOCAL_NAMES


def find_file(folder: Path, target: str) -> Path | None:
    """The file below ``folder`` (resolved) that a request's target means, or ``None``.

    Only whole names of visible files: no dot files, no way up, no link that leads outside.
    """
    try:
        path = unquote(target.partition("?")[0], errors="strict")
    except ValueError:
        return None
    path = ROUTES.get(path, f"{path}index.html" if path.endswith("/") else path)
    names = path.removeprefix("/").split("/")
    if not path.startswith("/") or any(
        not name or name[0] in "._" or "\\" in name or not name.isprintable() for name in names
    ):
        return None
    found = folder.joinpath(*names)
    if names[-1] in PRIVATE or found.suffix not in CONTENT_TYPES:
        return None
    try:
        real = found.resolve(strict=True)
        return real if real.is_file() and real.is_relative_to(folder) else None
    except (OSError, RuntimeError):
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = f"tmdbdash/{__version__}"
    sys_version = ""
    timeout = IDLE_SECONDS

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.folder = folder
        self.security = security_headers(posters=read_published(folder).posters)
        super().__init__(*arguments)  # type: ignore[arg-type]  # those of the base class

    def do_GET(self) -> None:
        """Answer with the file and its headers, or that it is not there."""
        if not is_local(self.headers.get("Host")):
            # Another site's name may resolve to this machine: its scripts would read the answer.
            refusal = b"this preview answers to 127.0.0.1 and localhost\n"
            self._answer(
                HTTPStatus.MISDIRECTED_REQUEST, refusal, ".txt", {"Cache-Control": CACHE_PAGE}
            )
            return
        found = find_file(self.folder, self.path)
        content = None
        if found is not None:
            with contextlib.suppress(OSError):
                content = found.read_bytes()
        if found is None or content is None:
            self._answer(
                HTTPStatus.NOT_FOUND, b"not found\n", ".txt", {"Cache-Control": CACHE_PAGE}
            )
            return
        if found.suffix == ".html":
            # A connection outlives a page: the next one may be rendered with posters, or without.
            self.security = security_headers(posters=read_published(self.folder).posters)
        cache = CACHE_ASSETS if found.parent.name == "assets" else CACHE_PAGE
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"Cache-Control": cache, "ETag": tag}
        if self.headers.get("If-None-Match") == tag:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", found.suffix, headers)
        else:
            self._answer(HTTPStatus.OK, content, found.suffix, headers)

    do_HEAD = do_GET  # noqa: N815  # the name is the base class's

    def _answer(
        self, status: HTTPStatus, content: bytes, suffix: str, headers: dict[str, str]
    ) -> None:
        self.send_response(status)
        for name, value in {**self.security, **headers}.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", CONTENT_TYPES[suffix])
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        log.debug("%s", format % args)
