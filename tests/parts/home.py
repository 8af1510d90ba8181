"""A home folder, and the program run in it as a process of its own."""

import atexit
import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.parts.warm import WarmProgram, is_plain
from tmdbdash.settings import Settings, load_settings

IS_WARM = sys.platform == "linux"
"""Elsewhere sockets differ, and every run is the script's."""
PROGRAM = Path(sys.executable).with_name("tmdbdash")


@functools.cache
def warm() -> WarmProgram:
    """The one of this process, which ends with it."""
    program = WarmProgram()
    atexit.register(program.stop)
    return program


@dataclass
class Home:
    """A home folder with the environment in which programs run there: nothing but what is set."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)

    def settings(self, **changes: Any) -> Settings:
        if "DATABASE_URL" in self.env:
            changes = {"database_url": SecretStr(self.env["DATABASE_URL"])} | changes
        return load_settings(self.path).model_copy(update=changes)

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        cwd: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the program; as a process that forks off one which has the libraries, if it may."""
        whole = {**self.env, **(env or {})}
        if IS_WARM and is_plain(whole):
            return warm().run(arguments, whole, cwd or self.path, timeout)
        return self.script(*arguments, env=env, timeout=timeout, cwd=cwd)

    def script(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        cwd: Path | None = None,
        before: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run the installed console script, by the words that come ``before`` it."""
        return subprocess.run(
            [*before, str(PROGRAM), *arguments],
            env={**self.env, **(env or {})},
            cwd=cwd or self.path,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr + done.stdout
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    path = tmp_path / "home"
    path.mkdir()
    for name in list(os.environ):
        if name.startswith(("TMDB", "DATABASE_URL", "POLL_INTERVAL", "APP_VERSION")) and (
            name != "TMDBDASH_REQUIRE"
        ):
            monkeypatch.delenv(name)
    return Home(path, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMDBDASH_HOME": str(path)})
