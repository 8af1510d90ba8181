"""What makes the program quicker in the processes of the tests, and changes nothing it says."""

import json
from types import SimpleNamespace
from typing import Any


def install() -> None:
    """Write the descriptions in model files without indents, which are made letter by letter."""
    from skops.io import _persist

    def dumps(value: Any, **_layout: Any) -> str:
        return json.dumps(value)

    _persist.json = SimpleNamespace(dumps=dumps)
