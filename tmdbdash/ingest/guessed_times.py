"""When a guessed time of observation gives way, and to what: pure rules for `deciding`.

A file that does not say when it was observed gets a guessed time, and its films a mark. Guesses
are right to within weeks where they are good, so between a guess and a stated time:

* **A guess counts as `MAY_BE_LATE` older than it says.** What was observed at a stated time is
  overwritten only by guesses that are newer by more than that; nearer ones only fill gaps. A
  stated time that is older than a guess by no more than that takes the film over. So what is
  known does not depend on which came in first. Both snapshots are kept, each at its time.
* **The same values are the same observation**, where they come from a file: a film that has a
  guessed time and is imported again with just these values at a stated time, older or newer,
  takes that time, and its snapshot moves there. So a guess is mended by importing the file once
  more with ``--observed-at``, and importing it after that without, changes nothing.
* Otherwise times are compared as they are. A stated time that is older than a guess by more than
  that, with other values, fills gaps and becomes history.

Mending ends where something newer was observed since: then the film's time is no guess any more,
and the snapshot at the guessed time stays in its history.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tmdbdash.ingest.metrics import merged_metrics, metrics_of, said_nothing
from tmdbdash.records import FilmFacts, Movie

MAY_BE_LATE = timedelta(days=31)
"""Guesses of real lists were at most 5 days late, of 120 samples of 1,000 films at most 37."""


def compare_times(known: Movie, observed_at: datetime, *, guessed: bool) -> int:
    """1 where an observation is newer than what is known of the film, -1: older, 0: as old."""
    if known.observed_at is None:
        return 1
    if guessed and not known.observed_guessed:
        return 1 if observed_at - MAY_BE_LATE > known.observed_at else -1
    if known.observed_guessed and not guessed:
        return 1 if observed_at >= known.observed_at - MAY_BE_LATE else -1
    return (observed_at > known.observed_at) - (observed_at < known.observed_at)


def repeats(known: Movie, facts: FilmFacts) -> bool:
    """Whether what is said of the film's popularity, votes and rating is what is known."""
    held, said = metrics_of(known), metrics_of(facts)
    return said_nothing(held) == said_nothing(said) and merged_metrics(held, said) == held
