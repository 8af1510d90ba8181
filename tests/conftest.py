"""The parts that tests share, each in a module of its own under ``tests/parts``."""

pytest_plugins = [
    "tests.parts.home",
    "tests.parts.mariadb",
    "tests.parts.simulated",
    "tests.parts.chromium",
]
