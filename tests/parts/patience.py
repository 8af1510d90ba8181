"""A run whose program waits but a moment for a TMDB or a database that do not answer."""

VARIABLE = "TESTS_PATIENCE"


def patience(seconds: float) -> dict[str, str]:
    """The environment of a run that waits so long where it would for seconds or minutes."""
    return {VARIABLE: str(seconds)}


def install(seconds: str) -> None:
    """Shorten what is waited for, in the rest of this process."""
    from tmdbdash.storage import engine
    from tmdbdash.tmdb.client import TmdbClient

    engine.RETRY_SECONDS = engine.Database.reach_seconds = float(seconds)  # type: ignore[assignment]  # a constant, usually
    waits = TmdbClient.__init__.__kwdefaults__
    assert waits is not None
    waits.update(backoff=0.01, read_timeout=float(seconds))
