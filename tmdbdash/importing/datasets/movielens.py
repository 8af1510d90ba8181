"""MovieLens's list of films, which its list of links joins to TMDB's numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tmdbdash.importing.datasets.blocks import Block, Source
from tmdbdash.importing.datasets.vocabulary import squashed

_YEAR = re.compile(r"^(.*\S)\s*\(([0-9]{4})\)\s*$", re.DOTALL)
_ARTICLE = re.compile(r"^(.*), (The|A|An|Le|La|Les|L'|Der|Die|Das|El|Il|Los|Las|O|Os)$", re.DOTALL)


class MovieLensSource:
    """MovieLens's films with a column ``year`` beside their own, and ``tmdbId`` and ``imdbId``.

    The numbers come from ``links``, unless the films were joined with them already. Titles lose the
    year in brackets, and the article at their end comes first again.
    """

    texts = True

    def __init__(self, films: Source, links: Source | None) -> None:
        self.header = films.header
        joined = ("tmdbId", "imdbId") if links is not None else ()
        self.names: Sequence[str] = (*films.names, *joined, "year")
        self._films = films
        self._links = links

    def blocks(self) -> Iterator[Block]:
        """The films, each with its links where it has any."""
        links = {} if self._links is None else _read_links(self._links)
        plain = [squashed(name) for name in self._films.names]
        film_at, title_at = plain.index("movieid"), plain.index("title")
        for block in self._films.blocks():
            columns = list(block.columns)
            parted = [_split_year(str(title)) for title in block.columns[title_at]]
            columns[title_at] = [title for title, _ in parted]
            if self._links is not None:
                found = [links.get(str(n), ("", "")) for n in block.columns[film_at]]
                columns += [[tmdb for tmdb, _ in found], [imdb for _, imdb in found]]
            columns.append([year for _, year in parted])
            yield Block(block.lines, columns, block.raws, block.broken)


def _read_links(source: Source) -> dict[str, tuple[str, str]]:
    """TMDB's and IMDb's ids by MovieLens's."""
    plain = [squashed(name) for name in source.names]
    at = [plain.index(name) for name in ("movieid", "tmdbid", "imdbid")]
    links = {}
    for block in source.blocks():
        for film, tmdb, imdb in zip(*(block.columns[index] for index in at), strict=True):
            links[str(film)] = (str(tmdb), str(imdb))
    return links


def _split_year(title: str) -> tuple[str, str]:
    """A title and its year, ``"Matrix, The (1999)"`` as ``("The Matrix", "1999")``."""
    found = _YEAR.match(title)
    name, year = (found[1], found[2]) if found else (title, "")
    turned = _ARTICLE.match(name)
    if turned:
        gap = "" if turned[2].endswith("'") else " "
        name = f"{turned[2]}{gap}{turned[1]}"
    return name, year
