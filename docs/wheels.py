"""Write docs/WHEELS.md: for which machines the registry has wheels of what we depend on.

``python -m docs.wheels`` asks the registry that pip is set up for, once for each locked dependency
that is not pure Python here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
OLDEST_GLIBC = 17
NEWEST_GLIBC = 28
"""glibc 2.28 is that of Debian 10, RHEL 8 and all that came after them."""


def _glibc(machine: str) -> list[str]:
    old = ["manylinux2014", *(["manylinux2010", "manylinux1"] if machine == "x86_64" else [])]
    new = [f"manylinux_2_{n}" for n in range(NEWEST_GLIBC, OLDEST_GLIBC - 13, -1)]
    return [f"{name}_{machine}" for name in (*new, *old)]


def _macos(machine: str) -> list[str]:
    versions = [(n, 0) for n in range(14, 10, -1)] + [(10, n) for n in range(16, 8, -1)]
    kinds = (machine, "universal2") if machine == "arm64" else (machine, "universal2", "intel")
    return [f"macosx_{a}_{b}_{kind}" for a, b in versions for kind in kinds]


PLATFORMS = {
    "Linux glibc x86_64": _glibc("x86_64"),
    "Linux glibc aarch64": _glibc("aarch64"),
    "Linux musl x86_64": ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"],
    "Linux musl aarch64": ["musllinux_1_2_aarch64", "musllinux_1_1_aarch64"],
    "macOS x86_64": _macos("x86_64"),
    "macOS arm64": _macos("arm64"),
    "Windows amd64": ["win_amd64"],
}
HEAD = f"""# Wheels of the dependencies

What `requirements.lock` installs, and for which machines the registry has a wheel of that version,
for CPython {", ".join(f"{a}.{b}" for a, b in PYTHONS)}. Linux with glibc 2.{NEWEST_GLIBC} or musl
1.2, or newer; macOS 14 or newer. Made by `python -m docs.wheels`.
"""

NOTES = """What to do about those seen to lack one:

- **rjsmin, rcssmin** have wheels for Linux alone. Elsewhere pip builds them; both are whole in pure
  Python and use their C part only where it is there. No pure one that is kept up does the same.
- **cryptography** comes by `pymysql[rsa]`, for MySQL 8's logins, and nothing else needs it: under
  SQLite and MariaDB the program works without it. PyMySQL takes no other library there.
- **scikit-learn** has none for musl: take an image with glibc (`python:3.12-slim`, not `-alpine`).
  No pure one does the same.
"""


def requirements() -> Iterator[Requirement]:
    """The locked dependencies, each version of each with its marker."""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if "==" in line:
            yield Requirement(line.rstrip("\\ "))


def is_pure(name: str) -> bool:
    """Whether the package is installed here from a wheel that fits every machine."""
    try:
        told = metadata.distribution(name).read_text("WHEEL") or ""
    except metadata.PackageNotFoundError:
        return False
    return "-none-any" in told


def wheels_of(name: str, version: str) -> list[frozenset[Tag]]:
    """The tags of each wheel of one version, as pip tells of what it finds."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", name, "-vv"],
        capture_output=True,
        text=True,
        check=True,
    )
    written = re.sub(r"[-_.]+", "[-_.]+", name)
    wheel = re.compile(rf"\b{written}-{re.escape(version)}-[A-Za-z0-9_.-]+\.whl", re.IGNORECASE)
    files = sorted(set(wheel.findall(done.stdout + done.stderr)))
    return [parse_wheel_filename(file)[3] for file in files]


def fits(wheels: list[frozenset[Tag]], python: tuple[int, int], platforms: list[str]) -> bool:
    """Whether one of the wheels can be installed under that Python on that machine."""
    interpreter = f"cp{python[0]}{python[1]}"
    taken = {
        *cpython_tags(python, platforms=platforms),
        *compatible_tags(python, interpreter, platforms),
    }
    return any(tags & taken for tags in wheels)


def table() -> str:
    """The document's text."""
    pure: list[str] = []
    rows: list[str] = []
    lacking: list[str] = []
    for required in requirements():
        version = str(required.specifier).removeprefix("==")
        shown = f"{required.name} {version}"
        if is_pure(required.name):
            pure.append(shown)
            continue
        wheels = wheels_of(required.name, version)
        if any(tag.abi == "none" and tag.platform == "any" for tags in wheels for tag in tags):
            pure.append(f"{shown} (binary wheels besides)" if len(wheels) > 1 else shown)
            continue
        marker = required.marker
        pythons = [
            p
            for p in PYTHONS
            if marker is None or marker.evaluate({"python_full_version": f"{p[0]}.{p[1]}.0"})
        ]
        cells = []
        for name, platforms in PLATFORMS.items():
            without = [f"{a}.{b}" for a, b in pythons if not fits(wheels, (a, b), platforms)]
            cells.append("yes" if not without else f"not {', '.join(without)}")
            if without:
                lacking.append(f"- {shown}: {name}, Python {', '.join(without)}")
        span = f"{pythons[0][1]} to 3.{pythons[-1][1]}" if len(pythons) > 1 else str(pythons[0][1])
        rows.append(f"| {shown} | 3.{span} | {' | '.join(cells)} |")
    return "\n".join(
        [
            HEAD,
            "## Binary",
            "",
            f"| package | Python | {' | '.join(PLATFORMS)} |",
            f"|---|---|{'---|' * len(PLATFORMS)}",
            *rows,
            "",
            "Without a wheel, which pip then builds from source (a C compiler is needed):"
            if lacking
            else "None lacks a wheel.",
            "",
            *lacking,
            *([""] if lacking else []),
            NOTES,
            "## Pure Python",
            "",
            "One wheel for every machine: " + ", ".join(pure) + ".",
            "",
        ]
    )


if __name__ == "__main__":
    (ROOT / "docs" / "WHEELS.md").write_text(table(), encoding="utf-8")
