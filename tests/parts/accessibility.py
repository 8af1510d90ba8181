"""What axe finds wrong with a page for people who cannot see, hear, or point as others do."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

RUN = """async ([within, options]) => (await axe.run(within, options)).violations"""
CONTRAST = "color-contrast"
TARGETS = "target-size"
"""Of WCAG 2.2, which axe checks only where asked."""
SPARE = """() => {
    for (const row of document.querySelectorAll("tbody tr:nth-child(n+4)")) row.hidden = true;
}"""
"""Rows that are made like those before them go: for some hundred of them axe takes seconds."""


def violations(page: Any) -> list[str]:
    """Each rule that the page breaks, contrast included, with the elements that do and why."""
    return _run(page, None, {"rules": {TARGETS: {"enabled": True}}})


def unreadable(page: Any, within: str) -> list[str]:
    """The texts within an element that do not stand out from their ground."""
    return _run(page, within, {"runOnly": [CONTRAST]})


def _run(page: Any, within: str | None, options: dict[str, Any]) -> list[str]:
    page.evaluate(SPARE)
    # Styles are looked at as the browser applies them; axe need not ask for their files again.
    always = {"resultTypes": ["violations"], "preload": False}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = [within or "html", options | always]
    found = page.evaluate(RUN, asked)
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"][:5]
    ]
