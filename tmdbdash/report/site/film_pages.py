"""A page for each film of the latest list, so that a link to it shows what it is about.

Ten thousand of them differ in a few texts, so the page is made once, with marks where these go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial

from markupsafe import Markup, escape

from tmdbdash.report.data_scripts import digest_of
from tmdbdash.report.i18n.wording import date_text, number_text
from tmdbdash.report.panels.all_films import TableFilm
from tmdbdash.report.site.links import Links
from tmdbdash.report.site.pages import Edition, FilmHead, film_shell
from tmdbdash.report.values import isolated

_MARK = re.compile("\x02([a-z]+)\x03")


@dataclass(frozen=True, slots=True)
class FilmPage:
    """A film's page: its path, a digest of what it is made of, and what makes its bytes."""

    path: str
    digest: str
    content: Callable[[], bytes]


def film_pages(
    made: Edition, films: Iterable[TableFilm], site_url: str | None, facts: Mapping[str, object]
) -> Iterator[FilmPage]:
    """The page of each of these films, in the folder of their language."""
    marks = FilmHead(
        **{field.name: Markup("\x02{}\x03").format(field.name) for field in fields(FilmHead)}
    )
    shell = film_shell(made, marks, facts)
    parts = _MARK.split(shell)
    whole = digest_of(f"{shell}{site_url}".encode("utf-8", "surrogatepass"))

    def content(film: TableFilm) -> bytes:
        head = _head(film, made, site_url)
        text = "".join(
            str(getattr(head, part)) if index % 2 else part for index, part in enumerate(parts)
        )
        return text.encode("utf-8", "replace")

    for film in films:
        poster = made.links.posters.get(film.tmdb_id)
        digest = digest_of(f"{whole}{film!r}{poster}".encode("utf-8", "surrogatepass"))
        path = f"{made.folder}film/{film.tmdb_id}.html"
        yield FilmPage(path, digest, partial(content, film))


def _head(film: TableFilm, made: Edition, site_url: str | None) -> FilmHead:
    catalogue, locale = made.catalogue, made.locale
    links = Links(root=made.links.root + "../", posters=made.links.posters)
    poster = links.poster(film.tmdb_id)

    def number(value: float | None, digits: int) -> str:
        return number_text(value, digits, locale)

    genres = ", ".join(map(catalogue.genre, film.genres.split(","))) if film.genres else ""
    year = str(film.release_date.year) if film.release_date else ""
    day = date_text(film.as_of, locale)
    as_of = catalogue.text("film.as_of", day=day) if film.as_of else ""
    values = {
        "title": isolated(film.title),
        "popularity": number(film.popularity, 1),
        "rank": number(film.rank, 0),
        "rating": number(film.vote_average, 1),
        "expected": number(film.predicted_popularity, 1),
    }
    return FilmHead(
        title=escape(film.title),
        line=escape(" · ".join(filter(None, (year, genres, as_of)))),
        described=escape(catalogue.text("film.described", **values)),
        figures="".join(
            f"<div><dt>{catalogue.text(f'film.figure.{name}')}</dt>"
            f"<dd><strong>{values[name]}</strong></dd></div>"
            for name in ("popularity", "rank", "rating")
        ),
        poster=_poster(poster),
        image=_image(made, film.tmdb_id, site_url),
        tmdb=str(film.tmdb_id),
    )


def _poster(address: str | None) -> str:
    source = f' src="{escape(address)}"' if address else " hidden"
    return f'<img class="film-poster" data-part="poster" alt="" width="185" height="278"{source}>'


def _image(made: Edition, tmdb_id: int, site_url: str | None) -> str:
    """The picture that a link shows: only where its whole address is known."""
    poster = made.links.posters.get(tmdb_id)
    if poster is None or (site_url is None and not poster.startswith("https://")):
        return ""
    address = poster if poster.startswith("https://") else f"{site_url}{poster}"
    return f'<meta property="og:image" content="{escape(address)}">'
