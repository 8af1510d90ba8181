"""How a page is laid out: what overflows, covers, shifts, or is too small to be pressed."""

from typing import Any

SHIFTS = """new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        if (!entry.hadRecentInput) window.shifted = (window.shifted || 0) + entry.value;
    }
}).observe({ type: "layout-shift", buffered: true });"""
"""Run before the page's own scripts; ``window.shifted`` is then the sum of all shifts."""

SIDEWAYS = """(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`${scrollWidth} px of ${clientWidth}`] : [];
})()"""
"""The whole page, where it scrolls sideways."""

OUTSIDE = """(() => {
    const width = document.documentElement.clientWidth;
    const within = ".table-frame *, .pages *, .picks *, .unseen, .unseen *, .skip";
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.checkVisibility() && !one.matches(within))
        .filter((one) => {
            const { left, right, width: own } = one.getBoundingClientRect();
            return own > 0 && (right > width + 1 || left < -1);
        })
        .map((one) => one.outerHTML.slice(0, 120));
})()"""
"""Elements beyond the sides of the window, those in frames that scroll left out."""

CUT_OFF = """[...document.querySelectorAll(".table-frame")]
    .filter((frame) => frame.checkVisibility() && frame.scrollWidth > frame.clientWidth)
    .map((frame) => `${frame.getAttribute("aria-labelledby")}: ${frame.scrollWidth}`)"""
"""Tables that have to be scrolled sideways."""

BEYOND = """[...document.querySelectorAll("main .panel *")]
    .filter((one) => one.checkVisibility() && !one.closest(".unseen, .table-frame, .picks"))
    .filter((one) => {
        const panel = one.closest(".panel").getBoundingClientRect();
        return one.getBoundingClientRect().right > panel.right + 1;
    })
    .map((one) => one.outerHTML.slice(0, 120))"""
"""What leaves its panel."""

OVERLAPS = """(() => {
    function inFlow(one) {
        const { position, display } = getComputedStyle(one);
        return ["static", "relative", "sticky"].includes(position) && !/inline|none/.test(display);
    }
    const found = [];
    const parents = "body, body *:not(svg, svg *, table, table *)";
    for (const parent of document.querySelectorAll(parents)) {
        if (parent.children.length < 2) continue;
        const boxes = [...parent.children].filter(inFlow)
            .map((one) => [one, one.getBoundingClientRect()]);
        for (const [place, [one, a]] of boxes.entries()) {
            for (const [other, b] of boxes.slice(place + 1)) {
                const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (wide > 1 && high > 1) found.push(`${one.outerHTML.slice(0, 80)} ${b.top}`);
            }
        }
    }
    return found;
})()"""
"""Pairs of elements beside one another of which one covers the other."""

SMALL = """[...document.querySelectorAll("a, button, input, select, summary, label:has(input)")]
    .filter((one) => one.checkVisibility() && !one.closest(".unseen, .skip"))
    .filter((one) => !(one.matches("input") && one.closest("label")))
    .filter((one) => {
        const { height, width } = one.getBoundingClientRect();
        return Math.min(height, width) < 23.5;
    })
    .map((one) => one.outerHTML.slice(0, 120))"""
"""Targets below 24 px; a field within its label is pressed by the label."""


def faults(page: Any, **checks: str) -> dict[str, list[str]]:
    """What each check finds, where it finds anything."""
    found = {name: page.evaluate(script) for name, script in checks.items()}
    return {name: each[:4] for name, each in found.items() if each}
