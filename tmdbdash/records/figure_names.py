"""The names of a model's figures: as the code says them, and as tables and JSON have them.

"mae" was published before there was more than one error. In ``model_metrics`` and in the list
``models`` of a training it is that on the quarter of films held out, as the replaced system
measured it; in the study of all models it is that of out-of-fold predictions.
"""

from __future__ import annotations

_PUBLISHED = {
    "holdout_mae": "mae",
    "holdout_r2": "r2",
    "holdout_rows_train": "rows_train",
    "holdout_rows_test": "rows_test",
}
_SAID = {published: said for said, published in _PUBLISHED.items()}


def published_name(name: str) -> str:
    """The name under which ``model_metrics`` and JSON have a figure."""
    return _PUBLISHED.get(name, name)


def figure_name(published: str) -> str:
    """The name by which the code says what ``model_metrics`` has."""
    return _SAID.get(published, published)
