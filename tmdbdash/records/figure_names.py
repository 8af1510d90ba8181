"""The names of a model's figures in Python, and in ``model_metrics`` and JSON.

"mae" was published before there was more than one error. In ``model_metrics`` and in the list
"models" of a training it is ``holdout_mae``, measured on the quarter of films that the replaced
system held out; in the evaluation of all models (`records.evaluation`) it is ``oof_mae``. In
``model_predictions`` it is either, see `records.Prediction`.
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
