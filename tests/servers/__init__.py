"""Real servers on free ports of 127.0.0.1: Neo4j and Fuseki from Maven artifacts, oxigraph from PyPI.

Maven downloads the jars once into the user's cache folder. A server runs under `keeper.py` and ends with the process
that started it, even if that process is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graphkit" / "servers"
#: Maximum time in seconds until a server responds.
PATIENCE = 120


#: JVM options for programs that run for seconds: a fast start, and little compilation and collection.
_QUICK = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]


class ServerError(Exception):
    """A server is not available or does not start; the message states the reason."""


def jars(name: str) -> Path:
    """Folder with the jars of `NAME.pom.xml`, downloaded by Maven once. Raises ServerError without Java or Maven."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise ServerError(f"{program} is not installed (Java 17 and Maven are needed for {name})")
    pom = HERE / f"{name}.pom.xml"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = CACHE / name
        if (folder / "pom.xml").exists() and (folder / "pom.xml").read_bytes() == pom.read_bytes():
            return folder / "lib"
        shutil.rmtree(folder, ignore_errors=True)
        command = [
            "mvn",
            "-q",
            "-B",
            "-f",
            str(pom),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={folder / 'lib'}",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise ServerError(f"Maven could not fetch {name}: {(done.stdout + done.stderr)[-600:]}")
        shutil.copyfile(pom, folder / "pom.xml")
        return folder / "lib"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A running server: `pid` of the server itself, `stop`, `kill` (as a crash would)."""

    def __init__(
        self, command: list[str], log: Path, answers: Callable[[], bool], env: dict[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("ab") as out:
            self._keeper = subprocess.Popen(
                [sys.executable, str(HERE / "keeper.py"), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
                start_new_session=True,
                env={**os.environ, **(env or {})},
            )
        assert self._keeper.stdout is not None
        self.pid = int(self._keeper.stdout.readline())
        end = time.monotonic() + PATIENCE
        while not answers():
            if self._keeper.poll() is not None or time.monotonic() > end:
                self.stop()
                raise ServerError(f"{command[0]} did not start: {log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.1)

    def runs(self) -> bool:
        return self._keeper.poll() is None

    def stop(self) -> None:
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        if self._keeper.stdout is not None:
            self._keeper.stdout.close()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._keeper.wait(30)
        self.stop()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


# -- Neo4j ---------------------------------------------------------------------------------------------------

_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
]


class Neo4j(Server):
    """Neo4j 5 Community with its files in `home`.

    password: of the user `neo4j`; None: no authentication. prefix: command that runs the server.
    quick_start: JVM options for tests.
    """

    def __init__(
        self,
        home: Path,
        *,
        password: str | None = None,
        bolt: int = 0,
        http: int = 0,
        settings: dict[str, str] | None = None,
        prefix: list[str] | None = None,
        quick_start: bool = True,
    ) -> None:
        lib = jars("neo4j")
        for name in ("conf", "data", "logs", "run", "import", "plugins", "licenses", "certificates"):
            (home / name).mkdir(parents=True, exist_ok=True)
        self.home, self.lib = home, lib
        self.bolt, self.http = bolt or free_port(), http or free_port()
        self.uri = f"bolt://127.0.0.1:{self.bolt}"
        given = {**self._settings(bool(password)), **(settings or {})}
        (home / "conf" / "neo4j.conf").write_text("".join(f"{k}={v}\n" for k, v in given.items()), encoding="utf-8")
        if password and not (home / "data" / "dbms").exists():
            self.admin(home, "dbms", "set-initial-password", password)
        heap = given["server.memory.heap.max_size"]
        command = [
            *(prefix or []),
            "java",
            f"-Xmx{heap}",
            *(_QUICK if quick_start else []),
            *_OPENS,
            "-cp",
            f"{lib}/*",
            "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={home}",
            f"--config-dir={home / 'conf'}",
        ]
        super().__init__(
            command,
            home / "logs" / "console.log",
            lambda: _listens(self.bolt) and _answers(f"http://127.0.0.1:{self.http}/"),
        )

    def _settings(self, authentication: bool) -> dict[str, str]:
        return {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.bolt}",
            "server.http.listen_address": f"127.0.0.1:{self.http}",
            "server.https.enabled": "false",
            "server.memory.heap.initial_size": "256m",
            "server.memory.heap.max_size": "1g",
            "server.memory.pagecache.size": "256m",
            "dbms.security.auth_enabled": "true" if authentication else "false",
            "dbms.usage_report.enabled": "false",
        }

    @staticmethod
    def admin(home: Path, *arguments: str, cwd: Path | None = None) -> str:
        """Runs neo4j-admin on the files of a stopped server and returns its output. Raises ServerError if it fails."""
        command = ["java", *_QUICK, *_OPENS, "-cp", f"{jars('neo4j')}/*", "org.neo4j.cli.AdminTool", *arguments]
        env = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
        done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=cwd)
        if done.returncode:
            raise ServerError(f"neo4j-admin {' '.join(arguments[:3])}: {done.stdout[-800:]}{done.stderr[-800:]}")
        return done.stdout


# -- SPARQL --------------------------------------------------------------------------------------------------


class Fuseki(Server):
    """Fuseki with one data set `/ds`, in memory, or in TDB2 files under `folder`. users: name → password, may write."""

    def __init__(
        self, home: Path, *, port: int = 0, users: dict[str, str] | None = None, on_disk: bool = False
    ) -> None:
        lib = jars("jena")
        home.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/ds"
        command = [
            "java",
            "-Xmx3g",
            *_QUICK,
            "-cp",
            f"{lib}/*",
            "org.apache.jena.fuseki.main.cmds.FusekiMainCmd",
            "--port",
            str(self.port),
            "--localhost",
            "--update",
        ]
        if users:
            passwords = home / "passwords"
            passwords.write_text("".join(f"{u}:{p}\n" for u, p in users.items()), encoding="utf-8")
            command += ["--passwd", str(passwords), "--auth", "basic"]
        if on_disk:
            (home / "tdb").mkdir(exist_ok=True)
            command += ["--tdb2", "--loc", str(home / "tdb")]
        else:
            command.append("--mem")
        super().__init__(
            [*command, "/ds"], home / "fuseki.log", lambda: _answers(f"http://127.0.0.1:{self.port}/$/ping")
        )


def jena(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of Jena (`riotcmd.riot`, `shacl.shacl`) and returns the result with its output."""
    command = ["java", "-Xmx12g", *_QUICK, "-cp", f"{jars('jena')}/*", tool, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


class Oxigraph(Server):
    """oxigraph with its files under `home`."""

    def __init__(self, home: Path, *, port: int = 0) -> None:
        program = Path(sys.executable).with_name("oxigraph")
        if not program.exists():
            raise ServerError("oxigraph is not installed: pip install oxigraph")
        home.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [str(program), "serve", "--location", str(home / "store"), "--bind", f"127.0.0.1:{self.port}"]
        super().__init__(command, home / "oxigraph.log", lambda: _answers(f"{self.url}/query?query=ASK%20%7B%7D"))


class ObjectStore(Server):
    """An S3 server that keeps its objects in memory (moto)."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        #: Query string of an address, with the options of pyarrow.
        self.options = (
            f"scheme=http&endpoint_override=127.0.0.1:{self.port}&allow_bucket_creation=true&region=us-east-1"
        )
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        super().__init__(command, home / "moto.log", lambda: _answers(f"http://127.0.0.1:{self.port}/"))


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.stop()
