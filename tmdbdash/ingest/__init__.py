"""One tick: read the list, decide purely, write once."""
