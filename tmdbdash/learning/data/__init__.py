"""The training data: tasks, the table of films, and the features computed from it.

Imports nothing of models, files or the database.
"""
