"""What models learn from: the tasks, the films as arrays, and the features made of them.

Nothing here knows a model, a file or the database.
"""
