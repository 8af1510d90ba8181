"""The folder of the installed templates, scripts, styles and texts."""

from __future__ import annotations

from pathlib import Path

import tmdbdash


def templates_folder() -> Path:
    """That folder: in the package of a wheel, beside the package in a checkout."""
    package = Path(tmdbdash.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
