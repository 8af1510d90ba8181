"""Every page in a real Chromium, in both languages, over http and from disk: whole and in place."""

from typing import Any

import pytest

from tests.parts.chromium import watched_page
from tests.parts.layout import CUT_OFF, OUTSIDE, OVERLAPS, SHIFTS, SIDEWAYS, SMALL, faults
from tests.parts.page import settle, visit
from tests.parts.published import ADDRESSES, FOLDERS, PublishedSite
from tests.parts.publishing import drawn

pytestmark = pytest.mark.xdist_group("chromium")

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
HIGHEST = 4000
MOST_SHIFT = 0.05
UNBOUND = ("films.html", "models.html")
"""Pages that may be higher."""
WAYS = {
    "en": ("light", False, (320, 360, 768, 1024, 1280, 1920)),
    "pt-BR": ("dark", True, (320, 768, 1024)),
}
"""For each language its colours, whether it is read from disk, and the widths."""
EVERYWHERE = {"sideways": SIDEWAYS, "outside": OUTSIDE, "covered": OVERLAPS, "small": SMALL}
HEIGHT = "document.documentElement.scrollHeight"
SHIFTED = """async () => {
    for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
    return window.shifted || 0;
}"""


@pytest.mark.parametrize("locale", FOLDERS)
def test_every_page_is_drawn_fits_and_stays_where_it_is(
    forty: PublishedSite, chromium: Any, locale: str
) -> None:
    scheme, disk, widths = WAYS[locale]
    found: dict[str, Any] = {}

    def note(what: str, fault: object) -> None:
        if fault:
            found[f"{path} {what}"] = fault

    def shift() -> float:
        value: float = page.evaluate(SHIFTED)
        return value if value >= MOST_SHIFT else 0

    with watched_page(chromium, viewport=PHONE, color_scheme=scheme) as (page, watch):
        page.add_init_script(SHIFTS)
        for path in ADDRESSES:
            address = forty.at(FOLDERS[locale] + path, disk=disk)
            page.set_viewport_size(PHONE)
            visit(page, address)
            note("shifts on a phone", shift())
            if path == "index.html":
                assert page.locator("#top tbody tr").first.bounding_box()["y"] < 350
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                checks = EVERYWHERE if width < 768 else {**EVERYWHERE, "cut off": CUT_OFF}
                note(f"at {width}", faults(page, **checks))
            page.set_viewport_size(DESK)
            visit(page, address)
            note("shifts", shift())
            settle(page)
            if path not in UNBOUND:
                note("is high", page.evaluate(f"{HEIGHT} > {HIGHEST} && {HEIGHT}"))
            canvases = page.locator("canvas:visible").all()
            names = [canvas.get_attribute("id") for canvas in canvases]
            note("is not drawn", [name for name in names if not drawn(page, name)])
        assert watch.foreign == []
    assert found == {}
