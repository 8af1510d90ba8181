"""What to do where a machine lacks a part: skip with the reason, or fail where CI demands it."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def missing(reason: str) -> NoReturn:
    if os.environ.get("TMDBDASH_REQUIRE") == "all":
        pytest.fail(f"TMDBDASH_REQUIRE=all, but {reason}")
    pytest.skip(reason)


def real_data(name: str) -> Path:
    """A file of the real data set that may lie beside the checkout; demanded only where that is."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data set is not beside this checkout")
    path = SHARED_DATA / name
    if not path.exists():
        missing(f"the real data file {name} is not beside this checkout")
    return path
