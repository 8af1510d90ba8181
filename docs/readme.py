"""Write the README's generated parts: each command's help, and the pictures made from the demo.

``python -m docs.readme`` (or ``make readme``) writes them, ``python -m docs.readme pictures`` (or
``make screenshots``) the pictures alone; a test checks that the help blocks are those of the
program.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
IMAGES = ROOT / "docs" / "images"
PROGRAM = Path(sys.executable).with_name("tmdbdash")
BLOCK = re.compile(r"(<!-- help:(?P<command>[a-z]*) -->\n).*?(<!-- end -->)", re.DOTALL)


def help_text(command: str) -> str:
    """What ``tmdbdash [COMMAND] --help`` prints at 80 columns."""
    words = [command] if command else []
    done = subprocess.run(
        [str(PROGRAM), *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "80", "PATH": "/usr/bin:/bin"},
    )
    return done.stdout.strip()


def with_help(readme: str, told: Callable[[str], str] = help_text) -> str:
    """The README's text with every help block as the program has it now."""

    def block(match: re.Match[str]) -> str:
        return f"{match[1]}```text\n{told(match['command'])}\n```\n{match[3]}"

    return BLOCK.sub(block, readme)


PICTURES = {
    "now-light": ("index.html", "light", 1280, 900),
    "film-dark": ("", "dark", 1280, 900),
    "films-phone": ("films.html", "light", 390, 780),
    "now-portuguese": ("pt-BR/index.html", "light", 1280, 900),
}
"""The page, the theme and the size of each picture; the film is the first one of the list."""
DRAWN = """() => document.documentElement.dataset.ready
    && [...document.querySelectorAll("canvas")].every((canvas) => canvas.id in tmdbdash.charts
        || canvas.getBoundingClientRect().top > innerHeight)"""
"""Charts that are seen are made."""


def take_pictures() -> None:
    """Photograph the demo's pages in Chromium."""
    import shutil

    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no chromium: install it to take the pictures")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        subprocess.run([str(PROGRAM), "-q", "--home", home, "demo"], check=True)
        out = Path(home) / "out"
        first = json.loads((out / "data.json").read_bytes())["panels"]["top"][0]["tmdb_id"]
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (path, theme, width, height) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto((out / (path or f"film/{first}.html")).as_uri())
            page.wait_for_function(DRAWN)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    if sys.argv[1:] != ["pictures"]:
        README.write_text(with_help(README.read_text()))
    take_pictures()
