"""The newest stored forecasts of the films in the latest list, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmdbdash.records import Forecast, ForecastBasis
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NO_LIST = "there is no complete list yet"
NO_POPULARITY = "no film of the latest list has a popularity"


@dataclass(frozen=True)
class StoredForecasts:
    """The forecasts by film, with their method by horizon; ``reason`` is why there are none new.

    ``titles`` are those of the films.
    """

    by_film: Mapping[int, tuple[Forecast, ...]] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    bases: tuple[ForecastBasis, ...] = ()
    reason: str = ""

    def of(self, tmdb_id: int) -> list[dict[str, object]]:
        """One film's forecasts as plain JSON values; empty where it is not in the latest list."""
        return [
            {"days": f.days, "popularity": f.popularity, "low": f.low, "high": f.high}
            for f in self.by_film.get(tmdb_id, ())
        ]

    def listed_json(self) -> list[dict[str, object]]:
        """Every film that has forecasts, the most popular first, as plain JSON values."""
        first = {film: forecasts[0] for film, forecasts in self.by_film.items()}
        ordered = sorted(first, key=lambda film: (-first[film].origin_popularity, film))
        return [
            {
                "tmdb_id": film,
                "title": self.titles.get(film),
                "popularity": first[film].origin_popularity,
                "forecasts": [
                    row | {"basis": forecast.method}
                    for row, forecast in zip(self.of(film), self.by_film[film], strict=True)
                ],
            }
            for film in ordered
        ]

    def basis_json(self) -> dict[str, object]:
        """Origin, method and backtest of the forecasts, as plain JSON values."""
        first = self.bases[0] if self.bases else None
        return {
            "origin_at": None if first is None else iso(first.origin_at),
            "made_at": None if first is None else iso(first.made_at),
            "reason": self.reason,
            "horizons": [
                {
                    "days": basis.days,
                    "basis": basis.method,
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
    movies = store.fetch_movies(by_film)
    return StoredForecasts(
        by_film={film: tuple(own) for film, own in by_film.items()},
        titles={film: movie.title for film, movie in movies.items()},
        bases=tuple(bases),
        reason=reason,
    )
