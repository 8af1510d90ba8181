"""Tests that need one engine only: what they are about is decided before a database is asked."""

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
