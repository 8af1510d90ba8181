"""The clock of a run's machine, as all of Python and its libraries read it, set to another time."""

from datetime import UTC, datetime

VARIABLE = "TESTS_CLOCK"


def at(moment: str) -> dict[str, str]:
    """The environment of a run that begins at ``moment`` (ISO 8601); its clock goes on."""
    return {VARIABLE: moment}


def install(moment: str) -> None:
    """Set the clock for the rest of this process."""
    import time_machine

    time_machine.travel(datetime.fromisoformat(moment).astimezone(UTC), tick=True).start()
