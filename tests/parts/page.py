"""What tests ask of a published page in the browser."""

from typing import Any

HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Tells the page that it is out of sight, or in sight again."""

FILLED = """() => {
    if (!document.documentElement.dataset.ready) return false;
    const has = (selector) => document.querySelector(selector) !== null;
    const filled = {
        films: () => !has("#films table") || !location.search || has("table[data-live]"),
        film: () => has("[data-part=body]:not([hidden]), [data-part=status]:not([hidden])"),
        compare: () => !has(".compare") || has("[data-part=facts] tr"),
    }[document.body.dataset.page];
    return !filled || filled();
}"""
"""Whether scripts have filled the page; a page without films has nothing to fill."""


def visit(page: Any, address: str) -> None:
    """Open a page and wait until its scripts have filled it."""
    page.goto(address)
    page.wait_for_function(FILLED)


def draw_all(page: Any) -> None:
    """Make the charts that nobody has scrolled to; a page that loads itself anew comes first."""
    page.wait_for_function("() => document.documentElement.dataset.ready")
    page.evaluate("tmdbdash.drawAll()")


def settle(page: Any) -> None:
    """Wait until what follows from opening the page, or from its new size, has been drawn."""
    draw_all(page)
    page.evaluate(
        "async () => { for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame); }"
    )


def table(page: Any, panel: str) -> list[list[str]]:
    """The texts of a panel's table by row; of rows and columns that are shown alone."""
    found: list[list[str]] = page.locator(f"#{panel} tbody tr:visible").evaluate_all(
        """(rows) => rows.map((row) => [...row.cells]
            .filter((cell) => cell.checkVisibility())
            .map((cell) => cell.textContent))"""
    )
    return found


def column(page: Any, panel: str, name: str) -> list[str]:
    """The texts of the cells of a class, in the rows that are shown."""
    cells = page.locator(f"#{panel} tbody tr:visible td.{name}")
    texts: list[str] = cells.all_text_contents()
    return texts


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
