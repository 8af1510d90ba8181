"""``python -m tmdbdash`` is the same program as the console script."""

from tmdbdash.program import main

if __name__ == "__main__":
    main()
