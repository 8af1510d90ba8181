"""Every statement that a round of jobs sends keeps to what clusters take (docs/SCALE.md).

Galera, TiDB and Vitess each refuse something that a single server does. A server's own log is
read, so that nothing is left out: migrations, what the driver says by itself, all jobs.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.popular import lines_of, walking_columns, write_lines
from tests.parts.ticks import NOW
from tmdbdash.records import FilmChange, FilmEmbedding, Movie, NearFilm, Snapshot, TickWrite
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.schema import metadata

KEYS = {table.name: [c.name for c in table.primary_key] for table in metadata.tables.values()}
NEVER = {
    "a lock of the session": r"\b(GET|RELEASE|IS_FREE|IS_USED)_(ALL_)?LOCKS?\b|\bLOCK TABLES?\b|"
    r"\bUNLOCK TABLES\b|\bFLUSH\b",
    "a foreign key": r"\bFOREIGN KEY\b|\bREFERENCES\b",
    "numbers given by the server": r"\bAUTO_INCREMENT\b",
    "a temporary table": r"\bTEMPORARY\b",
    "a program inside the server": r"\b(TRIGGER|PROCEDURE|EVENT|CALL|HANDLER)\b",
    "a transaction of two phases, or isolation of its own": r"\bXA\b|\bSERIALIZABLE\b",
    "rows dropped without a trace": r"\bTRUNCATE\b",
    "rows copied inside the server": r"\bINSERT\b[^(]*(\([^)]*\))?\s*SELECT\b",
}
OF_ONE_ROW = {"installation", "alembic_version"}
"""Tables of one row, or of one for each machine that made the schema at the same moment."""
OLD = 999_999
"""A film that no list has."""
FAULTS = (
    ("SELECT GET_LOCK('a', 1)", "a lock of the session"),
    ("LOCK TABLES movies WRITE", "a lock of the session"),
    ("CREATE TABLE a (id INT PRIMARY KEY AUTO_INCREMENT)", "numbers given by the server"),
    ("CREATE TABLE a (id INT)", "a table without a primary key"),
    ("ALTER TABLE a ADD COLUMN b INT, ADD COLUMN c INT", "several changes of a table at once"),
    ("DELETE FROM movie_snapshots WHERE imported = 0", "a DELETE without a bound"),
    ("DELETE FROM movie_snapshots WHERE tmdb_id > 4", "a DELETE without a bound"),
    ("DELETE a FROM movies a JOIN runs b ON 1 WHERE a.tmdb_id IN (1)", "a DELETE of two tables"),
    ("DELETE FROM movies WHERE tmdb_id IN (SELECT tmdb_id FROM runs)", "a DELETE by a question"),
    ("UPDATE movies SET rank = 1", "an UPDATE without a bound"),
)


def broken_rules(statement: str) -> list[str]:
    """The rules that a statement breaks."""
    bare = re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", " ".join(statement.split())).replace("`", "")
    broken = [name for name, shape in NEVER.items() if re.search(shape, bare, re.IGNORECASE)]
    upper = bare.upper()
    if upper.startswith("CREATE TABLE") and "PRIMARY KEY" not in upper:
        broken.append("a table without a primary key")
    if upper.startswith("ALTER TABLE") and "," in re.sub(r"\([^()]*\)", "", bare):
        broken.append("several changes of a table at once")
    if upper.startswith("DELETE"):
        broken += _broken_by_delete(bare)
    if upper.startswith("UPDATE") and not _is_by_key(bare.split()[1], bare):
        broken.append("an UPDATE without a bound")
    return broken


def _broken_by_delete(bare: str) -> list[str]:
    found = re.match(r"DELETE FROM (\w+)(?: WHERE (.*))?$", bare, re.IGNORECASE)
    if found is None:
        return ["a DELETE of two tables"]
    if re.search(r"\bSELECT\b", bare, re.IGNORECASE):
        return ["a DELETE by a question"]
    if found[1] in OF_ONE_ROW:
        return []
    bounded = re.search(r" LIMIT \d+$", bare, re.IGNORECASE) or _is_by_key(found[1], bare)
    return [] if bounded else ["a DELETE without a bound"]


def _is_by_key(table: str, bare: str) -> bool:
    """Whether rows are named by the first column of the key, or by all of it."""
    conditions = bare.partition(" WHERE ")[2].replace(f"{table}.", "")
    first = KEYS.get(table, ["version_num"])[0]
    return bool(re.search(rf"\b{first}\)? (?:=|IN \()|\({first}, [\w, ]+\) IN \(", conditions))


@pytest.mark.parametrize(("statement", "rule"), FAULTS)
def test_a_broken_rule_is_found(statement: str, rule: str) -> None:
    assert rule in broken_rules(statement)


def put_in_the_place_of_older(store: Store) -> None:
    """All that is dropped when something newer comes or when it is too old."""
    with store:
        for later in (timedelta(0), timedelta(days=1)):
            at = NOW + later
            film = Movie(tmdb_id=OLD, title="Old", observed_at=at, snapshot_at=at, imported=False)
            snapshot = Snapshot(
                tmdb_id=OLD, snapshot_ts=at, popularity=1.0, vote_count=1, vote_average=1.0
            )
            change = FilmChange(kind="new", movie=film, snapshot=snapshot)
            store.save_tick(TickWrite(observed_at=at, changes=(change,)))
            store.save_training(sample.training(trained_at=at), [], keep=1)
            store.save_studies(at, [sample.hits()], keep=1)
            store.save_clusters(at, [], [FilmEmbedding(tmdb_id=OLD, made_at=at)], keep=1)
            near = NearFilm(tmdb_id=OLD, place=1, other_id=8, made_at=at, distance=1.0)
            store.save_neighbours(at, [near])
        store.prune(NOW + timedelta(days=400))
        assert store.fetch_movies([OLD]) == {}


def test_every_statement_of_a_round_keeps_to_the_rules(
    mariadb: MariaDb, database: str, connected_home: Home, tmp_path: Path
) -> None:
    home = connected_home
    url = f"mysql+pymysql://tmdbdash:{'sesame%26' * 2}@{mariadb.address}/{database}"
    home.env["DATABASE_URL"] = url
    lists = write_lines(tmp_path / "lists.jsonl", list(lines_of(walking_columns(days=9, films=30))))
    mariadb.execute("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1")
    try:
        home.json("import", str(lists))
        home.json("ingest")
        home.json("train", "--model", "linear_regression")
        home.json("predict")
        home.json("render")
        put_in_the_place_of_older(open_store(home.settings(database_url=SecretStr(url))))
    finally:
        mariadb.execute("SET GLOBAL general_log = 0")
    said = mariadb.execute(
        "SELECT argument FROM mysql.general_log WHERE command_type = 'Query' "
        "AND user_host LIKE 'tmdbdash%'; TRUNCATE mysql.general_log"
    ).splitlines()
    statements = [
        line.replace("\\n", " ").replace("\\t", " ").replace("\\\\", "\\") for line in said
    ]
    for kind in ("CREATE TABLE", "INSERT INTO", "DELETE FROM", "SELECT", "COMMIT"):
        assert any(kind in statement for statement in statements), kind
    dropped = {re.split(r"\W+", s)[2] for s in statements if s.startswith("DELETE")}
    assert dropped >= {"movies", "movie_snapshots", "latest_list", "model_predictions"}
    broken = {(rule, s[:300]) for s in statements for rule in broken_rules(s)}
    assert not broken, "\n".join(f"{rule}: {s}" for rule, s in sorted(broken))
