"""The forecasts in force, as the store has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmdbdash.records import Forecast, ForecastBasis
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NO_LIST = "there is no complete list yet"
NO_POPULARITY = "no film of the latest list has a popularity"


@dataclass(frozen=True)
class StoredForecasts:
    """The forecasts in force, by film, and what each horizon rests on; ``reason`` where none."""

    by_film: Mapping[int, tuple[Forecast, ...]] = field(default_factory=dict)
    bases: tuple[ForecastBasis, ...] = ()
    reason: str = ""

    def of(self, tmdb_id: int) -> list[dict[str, Any]]:
        """One film's forecasts as plain JSON values; empty where it is not in the latest list."""
        return [
            {"days": f.days, "popularity": f.popularity, "low": f.low, "high": f.high}
            for f in self.by_film.get(tmdb_id, ())
        ]

    def basis_json(self) -> dict[str, Any]:
        """What the forecasts rest on, as plain JSON values."""
        first = self.bases[0] if self.bases else None
        return {
            "origin_at": None if first is None else iso(first.origin_at),
            "made_at": None if first is None else iso(first.made_at),
            "reason": self.reason,
            "horizons": [
                {
                    "days": basis.days,
                    "basis": basis.basis,
                    "reason": basis.reason,
                    "pairs": basis.pairs,
                    "weight": basis.weight,
                    "held_out": basis.held_out,
                    "held_out_mae": basis.held_out_mae,
                    "held_out_mae_persistence": basis.held_out_mae_persistence,
                }
                for basis in self.bases
            ],
        }


def read_forecasts(store: Store, reason: str = "") -> StoredForecasts:
    """The newest stored forecasts of the films in the latest list; none of a later origin."""
    listing = store.fetch_listing()
    if listing is None:
        return StoredForecasts(reason=reason or NO_LIST)
    stored = store.fetch_forecasts(until=listing.observed_at)
    if not stored:
        return StoredForecasts(reason=reason or NO_POPULARITY)
    listed = {entry.tmdb_id for entry in listing.entries}
    by_film: dict[int, list[Forecast]] = {}
    for forecast in stored:
        if forecast.tmdb_id in listed:
            by_film.setdefault(forecast.tmdb_id, []).append(forecast)
    origin = stored[0].origin_at
    bases = store.fetch_forecast_bases(origin, origin)
    return StoredForecasts(
        {film: tuple(own) for film, own in by_film.items()}, tuple(bases), reason
    )


def listed_rows(store: Store, kept: StoredForecasts) -> tuple[dict[str, Any], ...]:
    """Every film of the latest list that has forecasts, the most popular first, as JSON values."""
    movies = store.fetch_movies(kept.by_film)

    def popularity(film: int) -> tuple[float, int]:
        return -kept.by_film[film][0].origin_popularity, film

    return tuple(
        {
            "tmdb_id": film,
            "title": movies[film].title if film in movies else None,
            "popularity": kept.by_film[film][0].origin_popularity,
            "forecasts": [
                told | {"basis": forecast.basis}
                for told, forecast in zip(kept.of(film), kept.by_film[film], strict=True)
            ],
        }
        for film in sorted(kept.by_film, key=popularity)
    )
