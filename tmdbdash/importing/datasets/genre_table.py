"""Names of TMDB's genres in English and in five more of TMDB's languages.

First in each line are TMDB's own names (``/genre/movie/list``, pt-BR and pt-PT, es-ES and es-MX,
fr, de, it), then other spellings. Names that could mean something else are left out: a musical, a
biography or a film noir is no genre of TMDB's, and a children's film not always a family's.
"""

from __future__ import annotations

from tmdbdash.importing.datasets.phrases import without_umlauts, words
from tmdbdash.tmdb.genres import GENRES

FOREIGN = "Foreign"
"""A genre of TMDB's until about 2017, still in the data sets of that time."""

GENRE_IDS: dict[int, tuple[str, ...]] = {
    **{number: (name,) for number, name in GENRES.items()},
    10769: (FOREIGN,),
    # Genres of TV shows, which some tools write for films.
    10759: ("Action", "Adventure"),
    10765: ("Science Fiction", "Fantasy"),
    10768: ("War",),
}
"""TMDB's ids, with the film genres of each."""

POLITICS = frozenset({"politics", "politica", "politique", "politik"})
"""Part of "War & Politics", a genre of TV shows: not counted as an unknown name."""

_SMALL = (
    "a an the of to in on at is his her with for from who that by as "
    "um uma de da do das os em no na que para com el la los las un una en del con por "
    "le les des du dans pour qui une der die den ein eine im mit von zu il lo di che nel della per"
)
SMALL_WORDS = frozenset(_SMALL.split())
"""Words of sentences, in any of our languages, which lists of genres do not have."""

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "Action": ("Action",),
        "Adventure": ("Adventure", "Adventures"),
        "Animation": ("Animation", "Animated"),
        "Comedy": ("Comedy", "Comedies"),
        "Crime": ("Crime",),
        "Documentary": ("Documentary", "Documentaries"),
        "Drama": ("Drama", "Dramas"),
        "Family": ("Family",),
        "Fantasy": ("Fantasy",),
        FOREIGN: ("Foreign",),
        "History": ("History", "Historical"),
        "Horror": ("Horror",),
        "Music": ("Music",),
        "Mystery": ("Mystery", "Mysteries"),
        "Romance": ("Romance", "Romantic"),
        "Science Fiction": ("Science Fiction", "Sci-Fi", "SF"),
        "TV Movie": ("TV Movie", "TV Movies", "TV Film", "Television Movie", "Television Film"),
        "Thriller": ("Thriller", "Thrillers", "Suspense"),
        "War": ("War",),
        "Western": ("Western", "Westerns"),
    },
    "pt": {
        "Action": ("Ação", "Acção"),
        "Adventure": ("Aventura", "Aventuras"),
        "Animation": ("Animação", "Animações"),
        "Comedy": ("Comédia", "Comédias"),
        "Crime": ("Crime",),
        "Documentary": ("Documentário", "Documentários"),
        "Drama": ("Drama",),
        "Family": ("Família", "Familiar"),
        "Fantasy": ("Fantasia",),
        FOREIGN: ("Estrangeiro",),
        "History": ("História", "Histórico"),
        "Horror": ("Terror",),
        "Music": ("Música",),
        "Mystery": ("Mistério", "Mistérios"),
        "Romance": ("Romance", "Romântico"),
        "Science Fiction": ("Ficção Científica",),
        "TV Movie": ("Cinema TV", "Telefilme", "Filme de TV", "Filme para TV"),
        "Thriller": ("Thriller", "Suspense"),
        "War": ("Guerra",),
        "Western": ("Faroeste", "Western"),
    },
    "es": {
        "Action": ("Acción",),
        "Adventure": ("Aventura", "Aventuras"),
        "Animation": ("Animación",),
        "Comedy": ("Comedia", "Comedias"),
        "Crime": ("Crimen",),
        "Documentary": ("Documental", "Documentales"),
        "Drama": ("Drama",),
        "Family": ("Familia", "Familiar"),
        "Fantasy": ("Fantasía",),
        FOREIGN: ("Extranjero",),
        "History": ("Historia", "Histórico", "Histórica"),
        "Horror": ("Terror",),
        "Music": ("Música",),
        "Mystery": ("Misterio",),
        "Romance": ("Romance", "Romántico", "Romántica"),
        "Science Fiction": ("Ciencia ficción", "C. Ficción"),
        "TV Movie": ("Película de TV", "Película de la televisión", "Telefilm"),
        "Thriller": ("Suspense", "Suspenso", "Thriller"),
        "War": ("Bélica", "Bélico", "Guerra"),
        "Western": ("Western",),
    },
    "fr": {
        "Action": ("Action",),
        "Adventure": ("Aventure", "Aventures"),
        "Animation": ("Animation",),
        "Comedy": ("Comédie", "Comédies"),
        "Crime": ("Crime",),
        "Documentary": ("Documentaire", "Documentaires"),
        "Drama": ("Drame",),
        "Family": ("Familial", "Famille"),
        "Fantasy": ("Fantastique",),
        FOREIGN: ("Étranger",),
        "History": ("Histoire", "Historique"),
        "Horror": ("Horreur",),
        "Music": ("Musique",),
        "Mystery": ("Mystère",),
        "Romance": ("Romance", "Romantique"),
        "Science Fiction": ("Science-Fiction",),
        "TV Movie": ("Téléfilm",),
        "Thriller": ("Thriller",),
        "War": ("Guerre",),
        "Western": ("Western",),
    },
    "de": {
        "Action": ("Action", "Actionfilm"),
        "Adventure": ("Abenteuer", "Abenteuerfilm"),
        "Animation": ("Animation", "Animationsfilm"),
        "Comedy": ("Komödie", "Komödien"),
        "Crime": ("Krimi", "Kriminalfilm"),
        "Documentary": ("Dokumentarfilm", "Dokumentation"),
        "Drama": ("Drama",),
        "Family": ("Familie", "Familienfilm"),
        "Fantasy": ("Fantasy", "Fantasyfilm"),
        FOREIGN: ("Ausländisch",),
        "History": ("Historie", "Historienfilm", "Geschichte"),
        "Horror": ("Horror", "Horrorfilm"),
        "Music": ("Musik", "Musikfilm"),
        "Mystery": ("Mystery",),
        "Romance": ("Liebesfilm", "Romanze", "Romantik"),
        "Science Fiction": ("Science Fiction",),
        "TV Movie": ("TV-Film", "Fernsehfilm"),
        "Thriller": ("Thriller",),
        "War": ("Kriegsfilm", "Krieg"),
        "Western": ("Western",),
    },
    "it": {
        "Action": ("Azione",),
        "Adventure": ("Avventura",),
        "Animation": ("Animazione",),
        "Comedy": ("Commedia",),
        "Crime": ("Crime", "Crimine"),
        "Documentary": ("Documentario",),
        "Drama": ("Dramma", "Drammatico"),
        "Family": ("Famiglia",),
        "Fantasy": ("Fantasy", "Fantastico"),
        FOREIGN: ("Straniero",),
        "History": ("Storia", "Storico"),
        "Horror": ("Horror", "Orrore"),
        "Music": ("Musica",),
        "Mystery": ("Mistero",),
        "Romance": ("Romance", "Romantico"),
        "Science Fiction": ("Fantascienza",),
        "TV Movie": ("televisione film", "Film TV", "Film per la TV"),
        "Thriller": ("Thriller",),
        "War": ("Guerra",),
        "Western": ("Western",),
    },
}
"""For each language TMDB's English genre names with what they are called; TMDB's own name first."""


def spellings(name: str) -> set[str]:
    """The keys of a name: its words, its words as one, and with umlauts as two letters."""
    forms = {" ".join(words(form)) for form in (name, without_umlauts(name))}
    return forms | {form.replace(" ", "") for form in forms}


BY_WORDS: dict[str, str] = {
    spelling: genre
    for names in NAMES.values()
    for genre, called in names.items()
    for name in called
    for spelling in spellings(name)
}
"""Each known name, as `phrases.unaccented` writes it, with TMDB's English one."""

MOST_WORDS = max(name.count(" ") + 1 for name in BY_WORDS)
