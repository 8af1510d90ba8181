"""What tests of the page's texts share."""

import re

from tests.parts import sample_rows as sample
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.query.page_queries import Rows

ENGLISH, PORTUGUESE = (load_catalogue(locale) for locale in LOCALES)
ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|with|is|are|was|were|not|this|that|which|from|by|each|when|what|how|if|it|its|"
    r"film|films|votes|rating|ratings|model|models|popularity|page|data|no|yet|run|hit|hits|days|"
    r"none|next|due|late|fresh|never|language|theme|search|close|more|less)\b",
    re.IGNORECASE,
)
"""Words that no Portuguese text has; "no" is one, where it stands alone (see `english_in`)."""


def english_in(text: str) -> list[str]:
    """English words in a text, names in quotes and of commands apart."""
    plain = re.sub(r"“[^”]*”|\btmdbdash\b|\bdata\.json\b|\bAPI\w*", " ", text)
    found = (word[0].lower() for word in ENGLISH_WORDS.finditer(plain))
    # "no" is "em o" and "data" is a date in Portuguese.
    return [word for word in found if word not in {"no", "data"}]


def portuguese_rows() -> Rows:
    """The sample with titles that no language claims."""
    return sample.rows([sample.film(n, title=f"Xyzzy {n}") for n in range(1, 25)])
