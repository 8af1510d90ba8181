"""Run every campaign, one after the other, each at its usual size and in a process of its own.

What follows the command is given to each: ``python -m tests.campaigns --seed 2``.
"""

import subprocess
import sys

from tests.campaigns.trial import ROOT

CAMPAIGNS = ("kills", "clocks", "writers", "year", "disks", "galera", "hostile")

codes = [
    subprocess.run(
        [sys.executable, "-m", f"tests.campaigns.{name}", *sys.argv[1:]], cwd=ROOT, check=False
    ).returncode
    for name in CAMPAIGNS
]
sys.exit(next((code for code in codes if code), 0))
