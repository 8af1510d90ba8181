"""What is raised where a file of a data set cannot be read."""

from __future__ import annotations


class DatasetError(Exception):
    """A file cannot be read (on): the message says what is wrong with it and where."""
