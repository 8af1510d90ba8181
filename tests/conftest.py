"""The parts that tests share, each in a module of its own under ``tests/parts``."""

import contextlib
import functools
import gc
import importlib
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tmdbdash.terminal.output import LogHandler

gc.disable()  # until the tests are collected: what is loaded stays

# A shell that starts the tests in the background has SIGINT ignored, and what they start would too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Several workers share the cores: threads that wait for one another by spinning only slow them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# pytest rewrites the asserts of every module that it loads, in every worker: what it made is kept,
# in an environment too that asks for none of Python's bytecode.
sys.dont_write_bytecode = False

# CI judges a change by the same examples every time; on a developer's machine they vary. None is
# judged by its time: the machine may be busy.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.register_profile("drawn", deadline=None, max_examples=40)
settings.load_profile("ci" if os.environ.get("TMDBDASH_REQUIRE") == "all" else "drawn")

PLUGINS = (
    "tests.parts.home",
    "tests.parts.few_trees",
    "tests.parts.mariadb",
    "tests.parts.prepared",
    "tests.parts.galera",
    "tests.parts.simulated",
    "tests.parts.chromium",
    "tests.parts.published",
    "tests.parts.publishing",
    "tests.parts.clients",
    "tests.parts.importing",
    "tests.parts.learned",
    "tests.parts.study_stores",
    "tests.parts.stored_models",
    "tests.parts.old_pages",
)

LONGEST = (
    "test_docs", "test_wheel", "test_streams", "test_looking", "test_learning", "test_cli",
    "test_page_films", "test_page_one_film", "test_page_compare",
    "test_data_age", "test_forecasts_kept", "test_studies", "test_learning_kept", "test_estimate",
    "test_page_checks", "test_site", "test_demo", "test_signals", "test_page",
    "test_page_news", "test_report_history", "test_report_jobs",
    "test_page_shell", "test_import", "test_foreign_pages", "test_champions", "test_secrets",
    "test_secrets_malformed", "test_secrets_commands", "test_learning_predictions",
    "test_import_kinds", "test_import_damage", "test_track_records", "test_drift_stored",
    "test_forecasting", "test_import_sets", "test_dataset_dialects",
)  # fmt: skip
"""Modules whose tests start the whole program, or a browser, again and again."""

LEARNING = {
    "test_explain", "test_forecasting", "test_forecasts_stored", "test_groups", "test_hits",
    "test_learning_features", "test_learning_parts", "test_learning_stored", "test_learning_wide",
    "test_learning_reference", "test_model_files", "test_model_files_refused",
    "test_conformal_reference", "test_rounds", "test_clock_replay", "test_drift",
    "test_forecast_intervals", "test_live", "test_nothing_new", "test_track_records",
}  # fmt: skip
"""Modules whose tests fit models for seconds."""

STORING = {
    "test_demo_history", "test_feed_stored", "test_figure_names", "test_film_pages",
    "test_films_files", "test_films_published", "test_render_folder", "test_storage_plans",
}  # fmt: skip
"""Modules whose tests store or publish what takes seconds."""

SERVERS = {"mariadb", "database", "chromium", "galera", "tmdb"}
STARTING = re.compile(r"\bsubprocess\b|\bhome\.(run|script|json)\b|\.(run|script)\([\"*]")
"""What a module's source has that starts processes."""
MODULES = sorted(Path(__file__).parent.glob("test_*.py"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than cores, as tests wait for browsers, servers and processes; quick ones do not."""
    return (os.cpu_count() or 1) + (0 if config.getoption("--quick") else 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick",
        action="store_true",
        help="only tests that start neither a server nor a browser nor the program, and fit little",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what tests share, but not in a process that only hands tests out to others."""
    if config.getoption("dist") == "no" or config.getoption("collectonly"):
        from tests.parts import lean

        lean.install()
        for name in PLUGINS:
            config.pluginmanager.import_plugin(name)
    if config.getoption("--quick"):
        settings.load_profile("quick")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Before a worker collects all tests: load another part of the modules first than the others.

    What one has rewritten the others find, so that each module is rewritten once, not by each.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is not None and session.config.args == ["tests"]:
        is_quick = session.config.getoption("--quick")
        modules = [path.stem for path in MODULES if not (is_quick and _is_long(path))]
        number = int(worker["workerid"].removeprefix("gw"))
        first = number * len(modules) // worker["workercount"]
        for name in modules[first:] + modules[:first]:
            with contextlib.suppress(Exception):  # the collection tells of it
                importlib.import_module(f"tests.{name}")
    return (yield)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is not quick is not even loaded."""
    return (config.getoption("--quick") and _is_long(collection_path)) or None


def pytest_report_header(config: pytest.Config) -> list[str]:
    long = [path.stem for path in MODULES if _is_long(path)] if config.getoption("--quick") else []
    return [f"not quick, and left out: {', '.join(long)}"] if long else []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest modules first, or at the end one worker has one of them to itself."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    if config.getoption("--quick"):
        slow = [item for item in items if not _is_quick(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if _is_quick(item)]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again takes time."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _is_quick(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    on_server = hasattr(item, "callspec") and "mariadb" in item.callspec.params.values()
    return not (on_server or SERVERS & set(item.fixturenames))


@functools.cache
def _is_long(module: Path) -> bool:
    if module not in MODULES:
        return False
    named = module.stem in LEARNING | STORING or module.stem in LONGEST
    return named or bool(STARTING.search(module.read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """What the program sets up for its log, where it runs in this process, ends with the test."""
    names = (None, "tmdbdash", "tmdbdash.importing", "sqlalchemy.pool", "alembic")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    yield
    root = logging.getLogger()
    root.handlers[:] = [h for h in root.handlers if not isinstance(h, LogHandler)]
    for logger, level in before:
        logger.setLevel(level)
