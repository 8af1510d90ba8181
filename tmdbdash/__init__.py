"""tmdbdash: a command-line observatory for film popularity on TMDB."""

__version__ = "0.1.0"
