"""Secrets never leave: known values and the shapes in which secrets travel."""

from hypothesis import given
from hypothesis import strategies as st

from tests.parts.redacting import fresh_redaction
from tmdbdash import redaction


def test_shapes_are_masked_without_having_been_declared() -> None:
    text = redaction.redact(
        "GET /3/movie/popular?api_key=feedc0de&page=1 with Authorization: Bearer abc.def-ghi_jkl "
        "on mysql+pymysql://me:s3cr3t@db.invalid/films"
    )
    for secret in ("feedc0de", "abc.def-ghi_jkl", "s3cr3t"):
        assert secret not in text
    assert "page=1" in text
    assert "db.invalid/films" in text


@given(st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=4, max_size=40))
def test_a_declared_value_is_masked_whatever_surrounds_it(secret: str) -> None:
    with fresh_redaction():
        redaction.protect(secret)
        assert secret not in redaction.redact(f"<<{secret}>> and {secret}{secret}")
