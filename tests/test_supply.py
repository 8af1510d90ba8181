"""What tmdbdash is made of is written down, and looked up where that can be done."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_make_sbom_writes_every_package_of_the_lock(tmp_path: Path) -> None:
    """With the interpreter that runs the tests in the place of the environment that make builds."""
    programs = Path(sys.executable).parent
    (tmp_path / "bin").symlink_to(programs)
    (tmp_path / ".dev").touch()
    bill = tmp_path / "made" / "bill.json"
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(
        [make, "sbom", f"VENV={tmp_path}", f"BIN={programs}", f"SBOM={bill}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(bill.read_text())
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "tmdbdash"
    locked = re.findall(r"(?m)^([a-z0-9-]+)==([^ ]+)", (ROOT / "requirements.lock").read_text())
    assert {(c["name"], c["version"]) for c in told["components"]} == set(locked)
    assert all(
        reference["hashes"] for c in told["components"] for reference in c["externalReferences"]
    )
    assert str(ROOT) not in bill.read_text()


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("exit 0", 0, "no known vulnerability"),
        ('echo "jinja2 2.0 CVE-1" > "$out"; echo Found 1 >&2; exit 1', 1, "jinja2 2.0 CVE-1"),
        ("echo ConnectionError >&2; exit 1", 0, "cannot be had here: ConnectionError"),
    ],
)
def test_the_audit_fails_for_what_it_finds_and_not_for_a_missing_network(
    tmp_path: Path, body: str, code: int, said: str
) -> None:
    program = tmp_path / "pip-audit"
    last = 'for out in "$@"; do :; done'
    program.write_text(f"#!/bin/sh\n{last}\n{body}\n")
    program.chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci/audit", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert done.stderr == ""
