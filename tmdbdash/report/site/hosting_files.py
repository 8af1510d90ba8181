"""Configuration of static hosts: headers, and addresses without ``.json``.

Vercel reads ``vercel.json``, Netlify and Cloudflare Pages read ``_headers`` and ``_redirects``,
GitHub Pages reads ``.nojekyll`` and has neither headers nor rewrites.
"""

from __future__ import annotations

import json

from tmdbdash.report.i18n.catalogue import LOCALES
from tmdbdash.report.panels import PAGES

ROUTES = {
    "/health": "/health.json",
    "/api/health": "/api/health.json",
    "/api/summary": "/api/summary.json",
    "/api/predictions": "/api/predictions.json",
}

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)
IMAGES = "https://image.tmdb.org"
"""The origin of TMDB's posters: the only other one that a page may load anything from."""


def meta_policy(*, posters: bool) -> str:
    """The policy in the page itself; ``posters`` allows images of TMDB.

    Without ``frame-ancestors``, which browsers ignore there with a warning.
    """
    return "; ".join(
        f"{part} {IMAGES}" if posters and part.startswith("img-src ") else part for part in POLICY
    )


def security_headers(*, posters: bool) -> dict[str, str]:
    """The headers of every answer."""
    return {
        "Content-Security-Policy": f"{meta_policy(posters=posters)}; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


CACHE_ASSETS = "public, max-age=31536000, immutable"
CACHE_POSTERS = "public, max-age=604800"
CACHE_PAGE = "no-cache"
FEED = "/feed.xml"
FEED_TYPE = "application/atom+xml; charset=utf-8"


def host_files(*, posters: bool = False) -> dict[str, bytes]:
    """The host files by their path in the folder; ``posters`` widens the policy."""
    security = security_headers(posters=posters)
    return {
        "vercel.json": _vercel(security),
        "_headers": _headers(security),
        "_redirects": "".join(f"{a} {b} 200\n" for a, b in ROUTES.items()).encode(),
        ".nojekyll": b"",
    }


def _vercel(security: dict[str, str]) -> bytes:
    def headers(source: str, values: dict[str, str]) -> dict[str, object]:
        return {"source": source, "headers": [{"key": k, "value": v} for k, v in values.items()]}

    config = {
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "rewrites": [{"source": a, "destination": b} for a, b in ROUTES.items()],
        "headers": [
            headers("/(.*)", security),
            headers("/assets/(.*)", {"Cache-Control": CACHE_ASSETS}),
            headers("/posters/(.*)", {"Cache-Control": CACHE_POSTERS}),
            headers("/((?!assets/|posters/).*)", {"Cache-Control": CACHE_PAGE}),
            headers(FEED, {"Content-Type": FEED_TYPE}),
        ],
    }
    return (json.dumps(config, indent=2) + "\n").encode()


def _headers(security: dict[str, str]) -> bytes:
    """Each path matches one cache rule: where two match, these hosts send both values."""
    pages = [page.path for page in PAGES] + [f"{locale}/*" for locale in LOCALES]
    data = ["data.json", "latest.json", "latest.js", "health.json", "health", "api/*", "film/*"]
    rules = [("/*", security)]
    rules += [(f"/{path}", {"Cache-Control": CACHE_PAGE}) for path in ("", *pages, *data)]
    rules += [("/assets/*", {"Cache-Control": CACHE_ASSETS})]
    rules += [("/posters/*", {"Cache-Control": CACHE_POSTERS})]
    rules += [(FEED, {"Cache-Control": CACHE_PAGE, "Content-Type": FEED_TYPE})]
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in values.items())
        for path, values in rules
    ).encode()
