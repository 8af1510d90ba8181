"""The error for files of data sets that cannot be read."""

from __future__ import annotations


class DatasetError(Exception):
    """A file, or its rest, cannot be read; the message has the reason and the line."""
