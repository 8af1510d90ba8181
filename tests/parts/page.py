"""What tests ask of a published page in the browser."""

from typing import Any

HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Tells the page that it is out of sight, or in sight again."""


def draw_all(page: Any) -> None:
    """Make the charts that nobody has scrolled to."""
    page.evaluate("tmdbdash.drawAll()")


def settle(page: Any) -> None:
    """Wait until what follows from opening the page, or from its new size, has been drawn."""
    draw_all(page)
    page.evaluate(
        "async () => { for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame); }"
    )


def table(page: Any, panel: str) -> list[list[str]]:
    """The texts of a panel's table by row."""
    found: list[list[str]] = page.locator(f"#{panel}-table tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent))"
    )
    return found


def wait_for_language(page: Any, language: str) -> None:
    """Wait until the page is in a language, its charts included."""
    page.wait_for_function(
        "(code) => document.documentElement.lang === code && tmdbdash.language === code",
        arg=language,
    )


def wait_for_query(page: Any, wanted: dict[str, str]) -> None:
    """Wait until the address says this and no more: quick changes are written together."""
    page.wait_for_function(
        """(wanted) => {
            const query = [...new URLSearchParams(location.search)];
            return query.length === Object.keys(wanted).length
                && query.every(([name, value]) => wanted[name] === value);
        }""",
        arg=wanted,
    )
