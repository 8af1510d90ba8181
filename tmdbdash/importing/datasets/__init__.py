"""Data set files to films: told apart by looking at them, read as streams, never by name.

`open_dataset` looks into a file and returns how to read it; reading yields one `Row` after the
other: a film, or why a row cannot be used. Nothing here knows the database.
"""

from tmdbdash.importing.datasets.data_files import DatasetError, TextFile
from tmdbdash.importing.datasets.read_rows import ADULT, Row, Tick
from tmdbdash.importing.datasets.sniffing import Dataset, Hints, open_dataset

__all__ = ["ADULT", "Dataset", "DatasetError", "Hints", "Row", "TextFile", "Tick", "open_dataset"]
