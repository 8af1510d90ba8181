"""The pages of one list as a whole: whether it is complete, and the films by rank. Pure.

The rules are the same for live ticks and replayed ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmdbdash.ingest.film_metrics import merged_metrics, metrics_of
from tmdbdash.records import FilmFacts, ListEntry, Movie

if TYPE_CHECKING:
    from tmdbdash.tmdb.answers import ListPage

PAGE_SIZE = 20
FEW = 10
"""A list of fewer films replaces no list of as many."""


@dataclass(frozen=True, slots=True)
class ListRead:
    """The list pages of one tick: those asked for, and those that can be used.

    ``failed`` maps a page to why it cannot be used; a page that was not asked for any more
    (deadline, too many failures before it) is in it too. ``source`` is the query's, ``None``
    where a recording lacks it; ``asked`` is the number of pages that the user wants, of which
    there may be fewer.
    """

    wanted: tuple[int, ...]
    pages: tuple[ListPage, ...]
    failed: dict[int, str] = field(default_factory=dict)
    total_pages: int | None = None
    source: str | None = None
    asked: int = 1


def list_fault(read: ListRead, *, stored: int = 0) -> str | None:
    """A sentence on what is missing from the list; ``None`` where it is complete.

    ``stored`` is the number of films in the latest complete list, which this one would replace.
    """
    entries = sum(len(page.films) for page in read.pages)
    # A query may have few films, the popular ones never end within the pages that are asked for.
    endless = read.source == "popular"
    if endless and read.total_pages is not None and read.total_pages < read.asked:
        return (
            f"incomplete list: TMDB has {counted(read.total_pages, 'page')} of popular "
            f"films, where {read.asked} were asked for; the latest complete list stays"
        )
    if read.wanted == (1,) and not read.failed and entries == 0 and read.total_pages in (0, 1):
        return "TMDB has no film that matches the query; what was published stays"
    problems = dict(read.failed)
    problems |= {page.page: "is empty" for page in read.pages if not page.films}
    if problems:
        reasons = "; ".join(f"page {page} {why}" for page, why in sorted(problems.items())[:3])
        more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
        return (
            f"incomplete list: {len(problems)} of {len(read.wanted)} pages cannot be used "
            f"({reasons}{more}); the latest complete list stays"
        )
    # The last page of a list may have any number of films, each one before it has twenty.
    full = [page for page in read.wanted if endless or page != read.total_pages]
    if entries < PAGE_SIZE * len(full) / 2:
        return (
            f"incomplete list: {entries} films on {len(read.wanted)} pages, where "
            f"{PAGE_SIZE * len(full)} were to be expected; the latest complete list stays"
        )
    films = len(ranked(read.pages))
    if films < FEW <= stored:
        return (
            f"incomplete list: {counted(films, 'film')}, too few to take the place of the "
            f"{stored} of the latest complete list, which stays"
        )
    return None


def ranked(pages: Sequence[ListPage]) -> list[FilmFacts]:
    """The films of a list in order of rank; of one that is on two pages the first rank counts.

    Ranking moves while the pages are read, so that films at page edges repeat.
    """
    films: dict[int, FilmFacts] = {}
    for page in sorted(pages, key=lambda page: page.page):
        for facts in page.films:
            films.setdefault(facts.tmdb_id, facts)
    return list(films.values())


def listing_of(
    listed: Sequence[FilmFacts], known: Mapping[int, Movie] | None = None
) -> tuple[ListEntry, ...]:
    """A complete list in the form in which it is stored: the films by rank with their metrics.

    TMDB now and then leaves metrics out of a list: then they are those of the ``known`` film.
    """
    known = known or {}
    entries = []
    for rank, facts in enumerate(listed, start=1):
        film = known.get(facts.tmdb_id)
        before = (None, None, None) if film is None else metrics_of(film)
        popularity, count, average = merged_metrics(before, metrics_of(facts))
        entries.append(
            ListEntry(
                rank=rank,
                tmdb_id=facts.tmdb_id,
                popularity=popularity,
                vote_count=count,
                vote_average=average,
            )
        )
    return tuple(entries)


def counted(number: int, thing: str) -> str:
    """A number with the singular or plural of a word."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
