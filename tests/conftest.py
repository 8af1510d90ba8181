"""The parts that tests share, each in a module of its own under ``tests/parts``."""

import os

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
