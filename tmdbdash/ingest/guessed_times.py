"""Guessed and stated times of observation: pure rules for `deciding`.

Films of a file without a time of observation get a guessed one, which is marked. Good guesses are
right to within weeks, so between a guess and a stated time:

* **A guess counts as older by `MAY_BE_LATE`.** Values of a stated time are overwritten only by
  guesses that are newer by more than that; nearer ones only fill gaps. A stated time that is older
  than a guess by no more than that overwrites it. So the result does not depend on the order of
  imports. Both snapshots are kept, each at its time.
* **The same values from a file are the same observation**: a film with a guessed time that is
  imported again with these values at a stated time, older or newer, gets that time, and its
  snapshot moves there. So importing the file again with ``--observed-at`` corrects a guess, and
  importing it after that without changes nothing.
* **Of two films with one guessed time the one with more votes is the newer**, as votes are
  seldom taken back; of as many votes the one that is more popular. So two imports whose files got
  the same guess give the same films in either order, however often they come.
* Otherwise times are compared unchanged. A stated time that is older than a guess by more than
  that, with other values, fills gaps and adds to the history.

A guess cannot be corrected once something newer was observed: the film's time is then no guess,
and the snapshot at the guessed time stays in its history.
"""

from __future__ import annotations

from datetime import timedelta

from tmdbdash.ingest.film_metrics import all_unknown, merged_metrics, metrics_of
from tmdbdash.records import FilmFacts, Movie, Observation

MAY_BE_LATE = timedelta(days=31)
"""Guesses of real lists were at most 5 days late, of 120 samples of 1,000 films at most 37."""


def compare_times(known: Movie, seen: Observation) -> int:
    """1 where an observation is newer than the film's row, -1 where older, 0 where as old."""
    if known.observed_at is None:
        return 1
    if seen.guessed and not known.observed_guessed:
        return 1 if seen.at - MAY_BE_LATE > known.observed_at else -1
    if known.observed_guessed and not seen.guessed:
        return 1 if seen.at >= known.observed_at - MAY_BE_LATE else -1
    if seen.guessed and known.observed_guessed and seen.at == known.observed_at:
        return -1 if _far(seen.facts) < _far(known) else 0
    return (seen.at > known.observed_at) - (seen.at < known.observed_at)


def _far(holder: FilmFacts | Movie) -> tuple[int, float]:
    """How far a film had come: its votes, then its popularity; what is unknown comes first."""
    popularity, count, _ = metrics_of(holder)
    return (-1 if count is None else count, -1.0 if popularity is None else popularity)


def repeats(known: Movie, facts: FilmFacts) -> bool:
    """Whether popularity, votes and rating of ``facts`` are those of the film's row."""
    before, new = metrics_of(known), metrics_of(facts)
    return all_unknown(before) == all_unknown(new) and merged_metrics(before, new) == before
