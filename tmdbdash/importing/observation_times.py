"""The time at which a file's films were observed: stated, in its name, or guessed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime

from tmdbdash.importing.datasets import Dataset, DatasetError
from tmdbdash.importing.datasets.dates import judge_dates
from tmdbdash.importing.observation_date import ObservationGuess, guess_observation
from tmdbdash.ingest.guessed_times import MAY_BE_LATE

EXPORT_NAMES = (
    re.compile(r"movie_ids_(?P<month>\d\d)_(?P<day>\d\d)_(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})[-_](?P<month>\d\d)(?:[-_](?P<day>\d\d))?(?!\d)"),
)
"""TMDB's own name, and people's names of copies: a day, or a month for its first day."""
EXPORT_HOUR = 8
"""TMDB has each day's export ready at 8:00 UTC."""


class Times:
    """Times of files without times in their rows; keeps the first guess of an import.

    ``now`` is the time of the import, ``stated`` the user's, if any.
    """

    def __init__(self, now: datetime, stated: datetime | None) -> None:
        self.now = now
        self.stated = None if stated is None else stated.astimezone(UTC).replace(microsecond=0)
        self._first: tuple[str, ObservationGuess] | None = None

    def guess(self, name: str, dataset: Dataset) -> tuple[ObservationGuess, str]:
        """The day at which a file was made, by its release dates, and a warning or "".

        Raises `DatasetError` where there is nothing to guess by.
        """
        guess = None if dataset.survey is None else self._guess_by_releases(dataset)
        if guess is None:
            raise DatasetError(
                "does not say when it was observed, and has no release date of a film with votes: "
                "give the time by --observed-at"
            )
        if self._first is None:
            self._first = (name, guess)
            return guess, ""
        first_name, first = self._first
        if abs(guess.day - first.day) <= MAY_BE_LATE:
            return guess, ""
        return guess, (
            f"seems to be of {guess.day}, while {first_name} of this import seems to be of "
            f"{first.day}; where both were made at one time, import them with --observed-at"
        )

    def _guess_by_releases(self, dataset: Dataset) -> ObservationGuess | None:
        counted = {} if dataset.survey is None else dataset.survey.releases
        style = judge_dates([raw for raw, _ in counted], today=self.now.date())
        releases: Counter[date] = Counter()
        few_votes: Counter[date] = Counter()
        for (raw, few), films in counted.items():
            day = style.day(raw)
            if day is not None:
                releases[day] += films
                few_votes[day] += films if few else 0
        return guess_observation(releases, until=self.now.date(), few_votes=few_votes)


def time_in_name(name: str) -> datetime | None:
    """The time of an ID export by its file's name; ``None`` where that has no day."""
    for pattern in EXPORT_NAMES:
        if found := pattern.search(name):
            year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
            try:
                return datetime(year, month, day, EXPORT_HOUR, tzinfo=UTC)
            except ValueError:  # such as a 13th month
                continue
    return None
