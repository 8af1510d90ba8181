"""What is declared secret, for as long as a block runs."""

import contextlib
from collections.abc import Iterator

from tmdbdash import redaction


@contextlib.contextmanager
def fresh_redaction() -> Iterator[None]:
    """Nothing is declared secret when the block begins, and afterwards what was before."""
    kept = [(known, set(known)) for known in (redaction.protected_texts, redaction.protected_words)]
    for known, _ in kept:
        known.clear()
    try:
        yield
    finally:
        for known, before in kept:
            known.clear()
            known.update(before)
