"""Data set files to films and history."""
