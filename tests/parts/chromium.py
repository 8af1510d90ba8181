"""A real Chromium, and pages in it that complain of everything a page must not do."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.parts.require import missing

NAMES = (
    "chromium-headless-shell",  # the same engine without a window: a quarter less work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-output"


@dataclass
class Watch:
    """What a page did that it must not: empty lists are what every test demands at its end."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def expect(self, *parts: str) -> None:
        """Let console errors pass that contain one of these: the test brings them about."""
        self.expected += parts

    def check(self) -> None:
        console = [m for m in self.console if not any(part in m for part in self.expected)]
        assert console == []
        assert self.errors == []
        assert self.foreign == []


OpenPage = Callable[..., Any]


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or missing("no Chromium is installed")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=list(QUIET),
            env={k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")},
        )
        yield browser
        browser.close()


@contextmanager
def watching(page: Any) -> Iterator[Watch]:
    """Note what the page does; leaving the block checks that it behaved."""
    watch = Watch()

    def said(message: Any) -> None:
        if message.type in BAD_CONSOLE:
            watch.console.append(message.text)

    def failed(error: Any) -> None:
        if TOO_BUSY not in str(error):
            watch.errors.append(str(error))

    def saw(request: Any) -> None:
        watch.requests.append(request.url)
        asked, own = urlsplit(request.url), urlsplit(page.url)
        if request.is_navigation_request() or asked.scheme in {"data", "blob"}:
            return
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
            watch.foreign.append(request.url)

    listeners = {"console": said, "pageerror": failed, "request": saw}
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield watch
        watch.check()
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)


@contextmanager
def watched_page(browser: Any, **options: Any) -> Iterator[tuple[Any, Watch]]:
    """A page of its own profile; leaving the block checks that it behaved."""
    context = browser.new_context(**{"viewport": VIEWPORT, **options})
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    try:
        with watching(page) as watch:
            yield page, watch
    finally:
        context.close()


@contextmanager
def worn_page(page: Any, **options: Any) -> Iterator[tuple[Any, Watch]]:
    """The page that tests hand on: as good as new, at a third of the cost of a new one.

    Of a context's options it knows those that a page can change: its size and its media.
    """
    page.set_viewport_size(options.get("viewport", VIEWPORT))
    page.emulate_media(
        media="screen",
        color_scheme=options.get("color_scheme", "light"),
        reduced_motion=options.get("reduced_motion", "no-preference"),
    )
    try:
        with watching(page) as watch:
            yield page, watch
    finally:
        page.unroute_all(behavior="ignoreErrors")
        if page.url != "about:blank":
            page.evaluate(FORGET)
            page.goto("about:blank")


VIEWPORT = {"width": 1280, "height": 900}
WORN = {"viewport", "color_scheme", "reduced_motion"}
BAD_CONSOLE = {"error", "warning", "assert"}
TOO_BUSY = "Transition was aborted because of invalid state"
"""What Chromium says where a busy machine shows a page before it could fade it in."""
VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""


FORGET = """() => {
  /* What leaves the page may not be remembered either. */
  Storage.prototype.setItem = () => {};
  localStorage.clear();
  sessionStorage.clear();
}"""


@pytest.fixture(scope="session")
def handed_on(chromium: Any) -> Iterator[Any]:
    """The page that the tests of one process use one after the other."""
    context = chromium.new_context()
    context.add_init_script(VIOLATIONS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def timed(chromium: Any) -> Iterator[Any]:
    """The page that those tests hand on which set its clock: once set, it cannot be taken away."""
    context = chromium.new_context()
    context.add_init_script(VIOLATIONS)
    yield context.new_page()
    context.close()


@contextmanager
def timed_page(page: Any, **options: Any) -> Iterator[tuple[Any, Watch]]:
    """That page with the time of now; its clock goes until the test stops it."""
    page.clock.install()
    with worn_page(page, **options) as worn:
        yield worn
    page.clock.resume()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, chromium: Any, handed_on: Any) -> Iterator[OpenPage]:
    """Open pages by address; options go to the browser's context. All are checked at the end.

    The first is the page that tests hand on, unless it is to be ``fresh``, which is what tests have
    to ask for that count what a page costs; tests that set the clock ask for one that is ``timed``.
    """
    opened: list[Any] = []

    def open_one(
        address: str, *, fresh: bool = False, timed: bool = False, **options: Any
    ) -> tuple[Any, Watch]:
        if opened or fresh or options.keys() - WORN:
            manager = watched_page(chromium, **options)
        elif timed:
            manager = timed_page(request.getfixturevalue("timed"), **options)
        else:
            manager = worn_page(handed_on, **options)
        page, watch = closing.enter_context(manager)
        opened.append(page)
        page.goto(address)
        return page, watch

    with ExitStack() as closing:
        yield open_one


def take_screenshot(page: Any, name: str, *, full_page: bool = True) -> Path:
    """Keep what the page looks like, for people and for CI's output."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=full_page)
    return path
