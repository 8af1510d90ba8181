"""The parts that tests share, each in a module of its own under ``tests/parts``."""

import os

import pytest
from hypothesis import settings

# Several workers share the cores: threads that wait for one another by spinning only slow them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# CI judges a change by the same examples every time; on a developer's machine they vary.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("TMDBDASH_REQUIRE") == "all":
    settings.load_profile("ci")

pytest_plugins = [
    "tests.parts.home",
    "tests.parts.mariadb",
    "tests.parts.simulated",
    "tests.parts.chromium",
]

LONGEST = (
    "test_cli", "test_demo", "test_signals", "test_studies", "test_forecasts_kept", "test_docs",
    "test_secrets", "test_page_checks", "test_import", "test_learning", "test_wheel",
    "test_wrong_clock", "test_page_films", "test_looking",
)  # fmt: skip
"""Modules whose tests start the whole program, or a browser, again and again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, or at the end one worker has one of them to itself."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
