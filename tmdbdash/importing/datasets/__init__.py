"""Data set files to films: formats are recognised by content alone, and read as streams.

`open_dataset` recognises a file; reading it yields one `Row` after the other: a film, or the reason
why a row cannot be used. Nothing here needs the database.
"""

from tmdbdash.importing.datasets.data_files import TextFile
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.read_rows import ADULT, Row, Tick
from tmdbdash.importing.datasets.sniffing import Dataset, Hints, open_dataset

__all__ = ["ADULT", "Dataset", "DatasetError", "Hints", "Row", "TextFile", "Tick", "open_dataset"]
