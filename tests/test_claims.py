"""Claims: one owner at a time, until it lets go or its time is over, on both engines."""

import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.parts.home import Home
from tmdbdash.home_id import home_name, is_same_home
from tmdbdash.storage import open_store
from tmdbdash.storage.claims import Claims
from tmdbdash.storage.engine import connect
from tmdbdash.storage.schema import claims


@pytest.fixture
def work(engine_home: Home) -> Iterator[Claims]:
    open_store(engine_home.settings()).close()
    database = connect(engine_home.settings())
    yield Claims(database)
    database.close()


def test_the_first_has_it_until_it_lets_go(work: Claims) -> None:
    first = work.take("training", "a", 60)
    assert first.owner == "a"
    assert work.take("training", "b", 60) == first
    assert work.take("other work", "b", 60).owner == "b"
    work.release("training", "b")
    assert work.take("training", "b", 60).owner == "a"
    work.release("training", "a")
    assert work.take("training", "b", 60).owner == "b"


def test_an_owner_takes_its_own_again_and_others_when_its_time_is_over(work: Claims) -> None:
    first = work.take("training", "a", 60)
    again = work.take("training", "a", 0)
    assert (again.owner, again.expires_at < first.expires_at) == ("a", True)
    assert work.take("training", "b", 60).owner == "b"
    assert work.take("training", "a", 60).owner == "b"


def test_of_many_at_once_one_gets_it(work: Claims) -> None:
    for number in range(5):
        names = [f"home {i}" for i in range(6)]
        with ThreadPoolExecutor(6) as pool:
            standing = pool.map(lambda n: work.take(f"work {number}", n, 60), names)  # noqa: B023
            assert len({each.owner for each in standing}) == 1


def test_an_end_that_no_claim_has_is_of_a_wrong_clock(work: Claims) -> None:
    work.take("training", "a", 10**9)  # taken for the longest that there is
    far = update(claims).values(expires_at=datetime.now(UTC) + timedelta(days=400))
    assert work.take("training", "b", 60).owner == "a"
    work.database.write(lambda c: c.execute(far))
    assert work.take("training", "b", 60).owner == "b"


def test_a_home_keeps_its_name(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its machine is called; and two homes on one machine have two."""
    settings = home.settings()
    name = home_name(settings)
    assert home_name(settings) == name
    monkeypatch.setattr(socket, "gethostname", lambda: "another")
    assert home_name(settings).endswith("@another")
    assert is_same_home(home_name(settings), name)
    other = Home(tmp_path / "other")
    other.path.mkdir()
    assert not is_same_home(home_name(other.settings()), name)
    (settings.state_dir / "home-id").write_text("")
    assert not is_same_home(home_name(settings), name)
    assert stat.S_IMODE((settings.state_dir / "home-id").stat().st_mode) == 0o600
