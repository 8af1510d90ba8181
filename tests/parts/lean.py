"""What makes the program quicker in the processes of the tests, and changes nothing it says."""

import json
from types import SimpleNamespace
from typing import Any


def install() -> None:
    """Spare what is for people, or for mistakes that the program does not make.

    The descriptions in model files are written without indents, which are made letter by letter;
    scikit-learn does not check the options of each of a training's hundred estimators.
    """
    import sklearn
    from skops.io import _persist

    sklearn.set_config(skip_parameter_validation=True)

    def dumps(value: Any, **_layout: Any) -> str:
        return json.dumps(value)

    _persist.json = SimpleNamespace(dumps=dumps)
