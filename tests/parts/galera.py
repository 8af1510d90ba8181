"""A private Galera cluster: nodes of MariaDB that each accept writes, on loopback ports.

All begin from copies of one data folder, so that none has to send its state to another.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.parts.mariadb import PASSWORD, MariaDb, program, quick_place
from tests.parts.require import missing

PROVIDERS = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so")
JOIN_SECONDS = 30


@dataclass
class Node(MariaDb):
    """One node, reached by TCP as programs do."""

    port: int = 0

    def url(self, database: str, *, user: str = "tmdbdash", password: str = PASSWORD) -> str:
        quoted = password.replace("&", "%26")
        return f"mysql+pymysql://{user}:{quoted}@127.0.0.1:{self.port}/{database}"

    def kill(self) -> None:
        """End it as a machine that loses power does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Galera:
    """The nodes of a cluster."""

    nodes: list[Node] = field(default_factory=list)

    def urls(self, database: str) -> list[str]:
        return [node.url(database) for node in self.nodes]

    def create_database(self) -> str:
        return self.nodes[0].create_database()

    def wait_until_alike(self, sql: str) -> list[str]:
        """Every node's answer, once all have applied what is on its way."""
        for node in self.nodes:
            node.execute("SET SESSION wsrep_sync_wait = 1; SELECT 1")
        return [node.execute(sql) for node in self.nodes]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def running_galera(count: int = 3) -> Iterator[Galera]:
    """A cluster for as long as the block runs."""
    provider = next((path for path in PROVIDERS if Path(path).exists()), None)
    if provider is None:
        missing("there is no Galera here (apt install galera-4)")
    install, server = program("mariadb-install-db"), program("mariadbd")
    folder = Path(tempfile.mkdtemp(prefix="tmdbdash-galera-", dir=quick_place()))
    as_user = []
    if os.geteuid() == 0:  # what hands state on between nodes gives up root's rights
        shutil.chown(folder, "mysql")
        as_user = ["--user=mysql"]
    ports = free_ports(4 * count)
    groups = ports[count : 2 * count]
    cluster = Galera()
    for number in range(count):
        place = folder / str(number)
        command = (
            server,
            "--no-defaults",
            f"--datadir={place / 'data'}",
            *as_user,
            f"--socket={place / 'socket'}",
            f"--pid-file={place / 'pid'}",
            "--bind-address=127.0.0.1",
            f"--port={ports[number]}",
            "--performance-schema=off",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=16M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-autoinc-lock-mode=2",
            "--binlog-format=ROW",
            "--wsrep-on=ON",
            f"--wsrep-provider={provider}",
            f"--wsrep-sst-receive-address=127.0.0.1:{ports[3 * count + number]}",
            f"--wsrep-node-name=node-{number}",
            f"--wsrep-node-address=127.0.0.1:{groups[number]}",
            "--wsrep-cluster-address=gcomm://" + ",".join(f"127.0.0.1:{port}" for port in groups),
            f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{groups[number]};"
            f"ist.recv_addr=127.0.0.1:{ports[2 * count + number]};gcache.size=16M;"
            "evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S",
        )
        cluster.nodes.append(Node(place, program("mariadb"), command, port=ports[number]))
    first = cluster.nodes[0]
    try:
        first.folder.mkdir()
        if as_user:
            shutil.chown(first.folder, "mysql")
        subprocess.run(
            [
                install, "--no-defaults", f"--datadir={first.folder / 'data'}", *as_user,
                "--auth-root-authentication-method=normal", "--skip-test-db",
            ],
            check=True, capture_output=True, timeout=JOIN_SECONDS,
        )  # fmt: skip
        _bootstrap(first)
        first.execute(
            f"CREATE USER tmdbdash@'%' IDENTIFIED BY '{PASSWORD}';"
            r"GRANT ALL ON `test\_%`.* TO tmdbdash@'%'"
        )
        first.stop()
        for node in cluster.nodes[1:]:
            subprocess.run(["cp", "-a", first.folder, node.folder], check=True)
        _bootstrap(first)
        for node in cluster.nodes[1:]:
            node.start()
        wait_for_all(cluster)
        yield cluster
    finally:
        for node in reversed(cluster.nodes):
            with contextlib.suppress(AttributeError):
                node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _bootstrap(node: Node) -> None:
    usual, node.command = node.command, (*node.command, "--wsrep-new-cluster")
    try:
        node.start()
    finally:
        node.command = usual


def wait_for_all(cluster: Galera) -> None:
    """Wait until every node has all others and takes statements."""
    deadline = time.monotonic() + JOIN_SECONDS
    asked = "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN "
    asked += "('wsrep_cluster_size', 'wsrep_ready') ORDER BY VARIABLE_NAME"
    while time.monotonic() < deadline:
        if all(
            node.execute(asked).split() == [str(len(cluster.nodes)), "ON"] for node in cluster.nodes
        ):
            return
        time.sleep(0.1)
    told = [node.execute(asked).split() for node in cluster.nodes]
    pytest.fail(f"the nodes did not come together: {told}")


@pytest.fixture(scope="module")
def galera() -> Iterator[Galera]:
    with running_galera() as cluster:
        yield cluster
