"""What the installation brings for the page: templates, scripts, styles and texts."""

from __future__ import annotations

from pathlib import Path

import tmdbdash


def templates_folder() -> Path:
    """Where templates, scripts and styles are: in the wheel's package, or beside a checkout's."""
    package = Path(tmdbdash.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
