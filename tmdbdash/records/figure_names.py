"""The names of a model's figures: those in Python, and those in tables and JSON.

"mae" was published when there was one error only. In ``model_metrics`` and in the list ``models``
of a training it is the error on the holdout of the replaced system; in the evaluation of all models
it is the out-of-fold error.
"""

from __future__ import annotations

_PUBLISHED = {
    "holdout_mae": "mae",
    "holdout_r2": "r2",
    "holdout_rows_train": "rows_train",
    "holdout_rows_test": "rows_test",
}
_IN_PYTHON = {published: name for name, published in _PUBLISHED.items()}


def published_name(name: str) -> str:
    """The name of a figure in ``model_metrics`` and JSON."""
    return _PUBLISHED.get(name, name)


def figure_name(published: str) -> str:
    """The name in Python of a figure in ``model_metrics``."""
    return _IN_PYTHON.get(published, published)
