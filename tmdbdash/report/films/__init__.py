"""The files of all films, which the page loads when it needs them: the table, and details."""
