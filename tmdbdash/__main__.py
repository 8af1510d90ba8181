"""``python -m tmdbdash`` is the same program as the console script."""

from tmdbdash.cli import main

if __name__ == "__main__":
    main()
