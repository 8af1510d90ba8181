"""Under-rated and over-rated: what the two words mean, wherever they are used.

A film is under-rated where the model expects more than it gets, over-rated where it expects less.
"""

from __future__ import annotations

from typing import Any, Final, Literal, Protocol, TypeVar

Side = Literal["under-rated", "over-rated"]
UNDER_RATED: Final = "under-rated"
OVER_RATED: Final = "over-rated"
SIDES: tuple[Side, ...] = (UNDER_RATED, OVER_RATED)


class Subtractable(Protocol):
    """A number, an array of numbers, or a database's column of them."""

    def __sub__(self, other: Any, /) -> Any: ...


N = TypeVar("N", bound=Subtractable)


def margin(side: Side, *, expected: N, actual: N) -> N:
    """By how much a film is on that side: above 0 where it is, below where it is on the other.

    For numbers, arrays and database columns alike, in the unit of what is predicted.
    """
    difference: N = expected - actual if side == UNDER_RATED else actual - expected
    return difference


def residual(*, expected: float | None, actual: float | None) -> float | None:
    """Actual less expected: below 0 where a film is under-rated; ``None`` where either is missing.

    It is the margin by which a film is over-rated, which is the statistician's sign.
    """
    if expected is None or actual is None:
        return None
    return margin(OVER_RATED, expected=expected, actual=actual)


def rated(*, expected: float | None, actual: float | None) -> Side | None:
    """The side a film is on; ``None`` where it gets just what is expected, or either is missing."""
    if expected is None or actual is None:
        return None
    on_side = (s for s in SIDES if margin(s, expected=expected, actual=actual) > 0)
    return next(on_side, None)
