"""Foreign text as one harmless line for a terminal, a table or a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, ...
    r"|\x1b[ -/]*[0-~]"
)
_JOINERS = "\u200c\u200d"
"""Format characters that spelling needs: Persian and Indic words, composed emoji."""


def one_line(text: str) -> str:
    """The text without anything that steers a terminal or turns the direction of writing.

    Escape sequences go as a whole; control, format (bidirectional overrides among them), private
    and surrogate characters go too; line breaks and runs of spaces become one space.
    """
    bare = _ESCAPE_SEQUENCE.sub("", text)
    shown = (
        " " if c.isspace() else c
        for c in bare
        if c.isspace() or c in _JOINERS or not unicodedata.category(c).startswith("C")
    )
    return " ".join("".join(shown).split())
