"""TMDB: the only HTTP to it, and its answers made plain facts."""
