"""The predicted targets, the two modes of models, and the tasks that are made of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

TARGET_WORDS = {"popularity": "popularity", "vote_average": "rating"}
"""The predicted film columns, by the words that the terminal has for them."""
TARGET_NAMES = tuple(TARGET_WORDS)

RELEASED, EARLY = "released", "early"
MODES = (RELEASED, EARLY)
"""``early`` models read no votes: they predict films without votes or before release."""


@dataclass(frozen=True)
class Task:
    """One target, by name, in one mode; each task has a champion."""

    target: str
    mode: str = RELEASED

    @classmethod
    def parse(cls, key: str) -> Self:
        """The task of a stored key."""
        target, _, mode = key.partition("/")
        return cls(target, mode or RELEASED)

    @property
    def key(self) -> str:
        """The stored name: "popularity" for released films, "popularity/early" for early ones."""
        return self.target if self.mode == RELEASED else f"{self.target}/{self.mode}"


TASKS = tuple(Task(target, mode) for mode in MODES for target in TARGET_NAMES)
"""In the order of fitting: released films first, in case time runs out."""
