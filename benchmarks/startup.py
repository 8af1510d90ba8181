"""How long ``tmdbdash --help`` takes beside importing the libraries it is written with."""

from benchmarks.measure import PROGRAM, in_turn, publish, python, table

AIM = 2.5


def main() -> None:
    """Measure and publish."""
    measured = in_turn(
        {
            "import typer, rich": python("import typer, rich"),
            "tmdbdash --help": [str(PROGRAM), "--help"],
        },
        runs=15,
    )
    base = measured["import typer, rich"]
    rows = [
        [f"`{name}`", str(sample), f"{sample.median / base.median:.2f}"]
        for name, sample in measured.items()
    ]
    publish(
        "startup",
        "Starting up",
        table(["process", "wall", "ratio"], rows) + f"\n\nAim: at most {AIM}.",
    )


if __name__ == "__main__":
    main()
