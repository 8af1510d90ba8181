"""Measuring whole processes in turn, and keeping the table of what was measured."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "docs" / "BENCHMARKS.md"
PROGRAM = Path(sys.executable).with_name("tmdbdash")

HEAD = """# What was measured

Made by `make bench`; each part by the command that it names. The machines that measure are noisy:
the figures to look at are the ratios, each against a baseline measured in the same run, in turn
with what it is the baseline of. Medians, with the smallest and the largest in brackets.
"""


@dataclass(frozen=True)
class Sample:
    """Wall seconds of several runs of one command, and the peak memory of the hungriest (MB)."""

    seconds: tuple[float, ...]
    peak_mb: float

    @property
    def median(self) -> float:
        """The middle of the seconds."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.3f} s ({min(self.seconds):.3f} to {max(self.seconds):.3f})"


def run_once(command: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Seconds and peak megabytes of one process; ends the benchmark where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    errors = process.stderr.read().decode()
    process.stderr.close()
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}: {errors}")
    return seconds, usage.ru_maxrss / 1024


def in_turn(
    commands: Mapping[str, Sequence[str]],
    *,
    runs: int = 9,
    env: Mapping[str, str] | None = None,
) -> dict[str, Sample]:
    """Run the commands A B A B ..., one round of warming up first, so that drift hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0.0)
    for round_ in range(runs + 1):
        for name, command in commands.items():
            took, peak = run_once(command, env)
            if round_:
                seconds[name].append(took)
                peaks[name] = max(peaks[name], peak)
    return {name: Sample(tuple(seconds[name]), peaks[name]) for name in commands}


def python(code: str) -> list[str]:
    """The command that runs ``code`` in this environment."""
    return [sys.executable, "-c", code]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def publish(name: str, title: str, text: str, *, part: str = "") -> None:
    """Print a benchmark's part and replace its last one in the document.

    Its name there is that of the benchmark, or ``part`` where a benchmark has several.
    """
    made = f"## {title}\n\n`python -m benchmarks.{name}`, {_machine()}\n\n{text}\n"
    print(made)
    put(TABLES, part or name, made)


def put(path: Path, name: str, made: str) -> None:
    """Replace a document's part of that name, or append it."""
    document = path.read_text() if path.exists() else HEAD
    block = f"<!-- {name} -->\n{made}<!-- end {name} -->\n"
    pattern = re.compile(rf"<!-- {name} -->\n.*?<!-- end {name} -->\n", re.DOTALL)
    if pattern.search(document):
        document = pattern.sub(lambda _: block, document)
    else:
        document = f"{document}\n{block}"
    path.write_text(document)


def _machine() -> str:
    return (
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    )
