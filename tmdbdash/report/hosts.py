"""Files that tell static hosts how to serve the folder: headers, and addresses without ``.json``.

Vercel reads ``vercel.json``, Netlify and Cloudflare Pages read ``_headers`` and ``_redirects``,
GitHub Pages reads ``.nojekyll`` and knows neither headers nor rewrites.
"""

from __future__ import annotations

import json

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
META_POLICY = "; ".join(POLICY)
"""For the page itself: a browser ignores ``frame-ancestors`` there, and complains of it."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join((*POLICY, "frame-ancestors 'none'")),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CACHE_ASSETS = "public, max-age=31536000, immutable"
CACHE_PAGE = "no-cache"


def host_files() -> dict[str, bytes]:
    """The host files by their path in the folder."""
    return {
        "vercel.json": _vercel(),
        "_headers": _headers(),
        "_redirects": "".join(f"{a} {b} 200\n" for a, b in ROUTES.items()).encode(),
        ".nojekyll": b"",
    }


def _vercel() -> bytes:
    def headers(source: str, values: dict[str, str]) -> dict[str, object]:
        return {"source": source, "headers": [{"key": k, "value": v} for k, v in values.items()]}

    config = {
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "rewrites": [{"source": a, "destination": b} for a, b in ROUTES.items()],
        "headers": [
            headers("/(.*)", SECURITY_HEADERS),
            headers("/assets/(.*)", {"Cache-Control": CACHE_ASSETS}),
            headers("/((?!assets/).*)", {"Cache-Control": CACHE_PAGE}),
        ],
    }
    return (json.dumps(config, indent=2) + "\n").encode()


def _headers() -> bytes:
    """Each path matches one cache rule only: where two match, these hosts send both values."""
    pages = ["/", "/index.html", "/data.json", "/health.json", "/health", "/api/*"]
    rules = [("/*", SECURITY_HEADERS)]
    rules += [(path, {"Cache-Control": CACHE_PAGE}) for path in pages]
    rules += [("/assets/*", {"Cache-Control": CACHE_ASSETS})]
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in values.items())
        for path, values in rules
    ).encode()
