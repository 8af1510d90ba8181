"""What else a run's environment may change of its world: its user, its models, its demo's length.

`install` is called in the process of a run (`tests.parts.warm`), before the program begins.
"""

import ctypes
import os
from collections.abc import Mapping

USER, DEMO, MODELS = "TESTS_USER", "TESTS_SHORT_DEMO", "TESTS_FEW_MODELS"
FEW_MODELS = {MODELS: "1"}
"""The environment of a run that knows the baselines and the ridge only: half the time to train."""
SHORT_DEMO = {DEMO: "1", **FEW_MODELS}
"""And whose demo has two ticks and a history of two days, of short lists."""


def as_user(number: int) -> dict[str, str]:
    """The environment of a run by that user, in the group of the same number and no other."""
    return {USER: str(number)}


def install(env: Mapping[str, str]) -> None:
    """Change what the environment says, for the rest of this process."""
    if DEMO in env:
        from tmdbdash import demo

        demo.HISTORY_DAYS, demo.HOURS_AGO, demo.PAGES = 2, (27, 0), 2
    if MODELS in env:
        from tmdbdash.learning.models.registry import REGISTRY

        for name in ("boosting", "smooth_ridge", "blend"):
            del REGISTRY[name]
    if USER in env:
        number = int(env[USER])
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
        ctypes.CDLL(None).prctl(4, 1)  # what the process says of itself below /proc stays its own
