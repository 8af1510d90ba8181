"""Under-rated and over-rated films, and the residual.

A film is under-rated where the prediction exceeds the actual value, over-rated where it is below.
"""

from __future__ import annotations

from typing import Any, Final, Literal, Protocol, TypeVar

Side = Literal["under-rated", "over-rated"]
UNDER_RATED: Final = "under-rated"
OVER_RATED: Final = "over-rated"
SIDES: tuple[Side, ...] = (UNDER_RATED, OVER_RATED)


class Subtractable(Protocol):
    """A number, an array, or a column of a database query; the difference is of the same type."""

    def __sub__(self, other: Any, /) -> Any: ...


N = TypeVar("N", bound=Subtractable)


def margin(side: Side, *, expected: N, actual: N) -> N:
    """The distance of prediction and actual value: above 0 on that side, below 0 on the other.

    In the unit of both; the type is theirs.
    """
    difference: N = expected - actual if side == UNDER_RATED else actual - expected
    return difference


def residual(*, expected: float | None, actual: float | None) -> float | None:
    """Actual less expected value; ``None`` where either is missing.

    The sign is that of statistics: below 0 where a film is under-rated.
    """
    if expected is None or actual is None:
        return None
    return margin(OVER_RATED, expected=expected, actual=actual)


def rated(*, expected: float | None, actual: float | None) -> Side | None:
    """The side that a film is on; ``None`` where both values are equal or one is missing."""
    if expected is None or actual is None:
        return None
    on_side = (s for s in SIDES if margin(s, expected=expected, actual=actual) > 0)
    return next(on_side, None)
