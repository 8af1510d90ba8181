"""Claims: one owner at a time, until it lets go or its time is over, on both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.parts.home import Home
from tmdbdash.storage import open_store
from tmdbdash.storage.claims import Claims, owner_of
from tmdbdash.storage.engine import connect


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


def test_each_home_claims_under_its_own_name(tmp_path: Path) -> None:
    names = {owner_of(tmp_path / "a"), owner_of(tmp_path / "b"), owner_of(tmp_path / "a")}
    assert len(names) == 2
    assert all(len(name) < 100 for name in names)
    assert str(tmp_path) not in "".join(names)
