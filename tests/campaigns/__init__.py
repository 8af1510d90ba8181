"""Long trials of what docs/RELIABILITY.md promises, a command each; `make campaigns` runs them all.

None is part of the test suite, which has small forms of the same trials.
"""
