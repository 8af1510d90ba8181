"""A home of its own for each engine: SQLite, and MariaDB where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.parts.mariadb import PLACES, running_mariadb
from tmdbdash.settings import Settings, load_settings


@contextlib.contextmanager
def homes() -> Iterator[dict[str, tuple[dict[str, str], Settings]]]:
    """For each engine the environment and the settings of an empty home."""
    with contextlib.ExitStack() as stack:
        urls: dict[str, str | None] = {"SQLite": None}
        if shutil.which("mariadbd", path=PLACES):
            server = stack.enter_context(running_mariadb())
            urls["MariaDB"] = server.url(server.create_database())
        made = {}
        for engine, url in urls.items():
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            env = {"PATH": "/usr/bin:/bin", "HOME": folder, "TMDBDASH_HOME": folder}
            if url is not None:
                env["DATABASE_URL"] = url
            os.environ.pop("DATABASE_URL", None)
            settings = load_settings(Path(folder))
            if url is not None:
                from pydantic import SecretStr

                settings = settings.model_copy(update={"database_url": SecretStr(url)})
            made[engine] = (env, settings)
        yield made
