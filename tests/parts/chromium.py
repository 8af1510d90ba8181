"""A real Chromium, and pages in it that complain of everything a page must not do."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.parts.require import missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
def watched_page(browser: Any, **options: Any) -> Iterator[tuple[Any, Watch]]:
    """A page of its own profile; leaving the block checks that it behaved."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    watch = Watch()

    def saw(request: Any) -> None:
        watch.requests.append(request.url)
        asked, own = urlsplit(request.url), urlsplit(page.url)
        if request.is_navigation_request() or asked.scheme in {"data", "blob"}:
            return
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
            watch.foreign.append(request.url)

    page.on("console", lambda m: watch.console.append(m.text) if m.type in BAD_CONSOLE else None)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", saw)
    context.add_init_script(VIOLATIONS)
    try:
        yield page, watch
        watch.check()
    finally:
        context.close()


BAD_CONSOLE = {"error", "warning", "assert"}
VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""


@pytest.fixture
def open_page(chromium: Any) -> Iterator[OpenPage]:
    """Open pages by address; options go to the browser's context. All are checked at the end."""
    opened = []

    def open_one(address: str, **options: Any) -> tuple[Any, Watch]:
        manager = watched_page(chromium, **options)
        page, watch = manager.__enter__()
        opened.append(manager)
        page.goto(address)
        return page, watch

    yield open_one
    for manager in reversed(opened):
        manager.__exit__(None, None, None)


def take_screenshot(page: Any, name: str) -> Path:
    """Keep what the page looks like, for people and for CI's output."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
