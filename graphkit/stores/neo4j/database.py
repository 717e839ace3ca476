"""A Neo4j 5 database by the official driver: address, queries, errors in plain words, what a load would find there."""

from __future__ import annotations

import logging
import ssl
import struct
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from neo4j import Driver, EagerResult, GraphDatabase, NotificationMinimumSeverity, SummaryCounters, TrustCustomCAs
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DatabaseUnavailable,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graphkit.errors import ServerError
from graphkit.schema.neo4j import (
    neo4j_indexes,
    neo4j_node_keys,
    neo4j_relationship_keys,
    node_labels,
    relationship_types,
)
from graphkit.stores.neo4j.rows import REGISTRY
from graphkit.stores.server_responses import split_login

#: Transactions at once: one on the server, one being packed.
AT_ONCE = 2
#: The oldest Neo4j that has all that a load needs (uniqueness of relationships).
LEAST_VERSION = (5, 7)
#: Seconds to wait for a connection; twice as long for the server's first words.
CONNECT_WAIT = 10.0
#: Schemes of addresses that the driver speaks Bolt over.
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True)
class Neo4jAddress:
    """Where a database is. Empty user: no authentication. Empty database: the user's home database.

    wait: seconds that the driver goes on trying when the server is away in the middle of a load. A user and password in `uri`
    are taken out of it. ca_file: certificates (PEM) that are trusted in place of the system's.
    """

    uri: str
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    wait: float = 30.0
    ca_file: str = ""


class Neo4j:
    """A database for one load. Use it as a context manager; every error is a ServerError.

    The driver works in threads of its own and the caller waits for them: a Ctrl-C that falls into the driver's reading of
    an answer would leave it broken.
    """

    def __init__(self, address: Neo4jAddress) -> None:
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        uri, user, password = split_login(address.uri)
        address = replace(address, uri=uri, user=address.user or user, password=address.password or password)
        self._address = address
        self._pool = ThreadPoolExecutor(AT_ONCE)
        with self._border(), warnings.catch_warnings():
            # The driver's warnings repeat the address as it was given.
            warnings.simplefilter("ignore")
            if address.uri.partition("://")[0] not in _SCHEMES:
                raise ConfigurationError(f"the scheme is none of {', '.join(_SCHEMES)}")
            uri, trust = _trusted(address)
            self._driver: Driver = GraphDatabase.driver(
                uri,
                auth=(address.user, address.password) if address.user or address.password else None,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                max_transaction_retry_time=address.wait,
                connection_timeout=CONNECT_WAIT,
                connection_acquisition_timeout=2 * CONNECT_WAIT,
                **trust,
            )
        try:
            with self._border():
                self._pool.submit(self._driver.verify_connectivity).result()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Wait for what the server is doing for us, and take leave."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._driver.close()

    def __enter__(self) -> Neo4j:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _border(self) -> Iterator[None]:
        """The driver's errors as ServerError with the address and what to do."""
        try:
            yield
        except (
            Neo4jError,
            DriverError,
            ValueError,
            OSError,
            EOFError,
            LookupError,
            TypeError,
            AttributeError,
            AssertionError,
            struct.error,
        ) as error:
            raise ServerError(f"{self._address.uri}: {explain(error, self._address)}") from None

    def run(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of one query in a transaction of its own."""
        with self._border():
            result = self._pool.submit(self._execute, query, parameters).result()
        return [dict(r) for r in result.records]

    def write_all(
        self, query: str, batches: Iterable[list[Any]], **parameters: Any
    ) -> Iterator[tuple[int, SummaryCounters]]:
        """A writing query for each batch as `$rows`, each in a transaction of its own: its number of rows, its counters.

        While the server works on one, the next is packed.
        """
        waiting: deque[tuple[int, Future[EagerResult]]] = deque()
        with self._border():
            for rows in batches:
                waiting.append((len(rows), self._pool.submit(self._execute, query, {**parameters, "rows": rows})))
                if len(waiting) > AT_ONCE:
                    size, first = waiting.popleft()
                    yield size, first.result().summary.counters
            for size, future in waiting:
                yield size, future.result().summary.counters

    def _execute(self, query: str, parameters: dict[str, Any]) -> EagerResult:
        return self._driver.execute_query(query, parameters, database_=self._address.database or None)

    def try_to_write(self) -> None:
        """Raise ServerError if this user may not write here; nothing is left of the attempt."""

        def attempt() -> None:
            with (
                self._driver.session(database=self._address.database or None) as session,
                session.begin_transaction() as transaction,
            ):
                transaction.run(f"CREATE (n:{REGISTRY}) RETURN n").consume()
                transaction.rollback()

        with self._border():
            self._pool.submit(attempt).result()

    def version(self) -> tuple[str, str]:
        """Version and edition, as the server says."""
        (found,) = self.run(
            "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions[0] AS v, edition AS e"
        )
        return str(found["v"]), str(found["e"])

    def check_version(self) -> None:
        """Raise ServerError for a server that is too old."""
        version, _ = self.version()
        numbers = tuple(int(n) if n.isdecimal() else 0 for n in version.split("-")[0].split(".")[:2])
        if numbers < LEAST_VERSION:
            raise ServerError(
                f"{self._address.uri}: Neo4j {version} is too old: {'.'.join(map(str, LEAST_VERSION))} or newer is needed"
            )


def _trusted(address: Neo4jAddress) -> tuple[str, dict[str, Any]]:
    """The address and the settings with which the driver trusts the authority's own certificates."""
    if not address.ca_file:
        return address.uri, {}
    try:
        ssl.create_default_context(cafile=address.ca_file)
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{address.ca_file}: the certificates cannot be read ({getattr(error, 'strerror', None) or error}): a file in PEM format is needed"
        ) from None
    scheme, _, rest = address.uri.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}", {
        "encrypted": True,
        "trusted_certificates": TrustCustomCAs(address.ca_file),
    }


def stored_counts(database: Neo4j, name: str) -> dict[str, int]:
    """Nodes by `:Label` and relationships by `[TYPE]` that a database has of the graph `name`, without vanished nodes."""
    parts = [
        f"MATCH (x:`{label}`) WHERE x.graph = $name AND x.id IS NOT NULL AND x.vanished IS NULL RETURN ':{label}' AS kind, count(x) AS n"
        for label in node_labels()
    ] + [
        f"MATCH ()-[x:`{kind}`]->() WHERE x.graph = $name AND x.id IS NOT NULL RETURN '[{kind}]' AS kind, count(x) AS n"
        for kind in relationship_types()
    ]
    rows = database.run(" UNION ALL ".join(parts), name=name)
    return {r["kind"]: r["n"] for r in rows if r["n"]}


def examine(database: Neo4j) -> list[str]:
    """What a load finds in a database, one line each: version, rights, what it would set up, the graphs that are there.

    Nothing is changed. Raises ServerError when a load would fail.
    """
    version, edition = database.version()
    database.check_version()
    database.try_to_write()
    have = {r["name"] for what in ("CONSTRAINTS", "INDEXES") for r in database.run(f"SHOW {what} YIELD name")}
    need = {*neo4j_node_keys(), *neo4j_relationship_keys(), *neo4j_indexes()}
    lines = [
        f"Neo4j {version} {edition}, may be written",
        f"{len(need & have)} of {len(need)} constraints and indexes are there"
        + ("" if need <= have else ", a load sets up the others"),
    ]
    graphs = database.run(f"MATCH (g:{REGISTRY}) RETURN g.name AS name, g.state AS state ORDER BY name")
    lines += [
        f"graph {g['name']!r}: {sum(stored_counts(database, g['name']).values())} nodes and relationships, {g['state']}"
        for g in graphs
    ]
    return lines


def explain(error: Exception, address: Neo4jAddress) -> str:
    """What an error of the driver means for the user, and what to do."""
    again = "; what was loaded is kept: run the same command again and it goes on from there"
    if isinstance(error, OSError):
        return f"no connection: {error.strerror or error}; is the address right, is the server started?{again}"
    if isinstance(error, (EOFError, LookupError, TypeError, AttributeError, AssertionError, struct.error)):
        return f"what answers there does not speak Neo4j's protocol ({type(error).__name__}): is the address right?"
    code = str(getattr(error, "code", "") or "")
    words = str(getattr(error, "message", "") or error).split("\n")[0]
    if isinstance(error, AuthError) and "Forbidden" not in code:
        who = f"user {address.user!r}" if address.user else "a login without user and password"
        return f"{who} is refused: set NEO4J_USERNAME and NEO4J_PASSWORD, or --user with --ask-password"
    if isinstance(error, (ConfigurationError, ValueError)) and not isinstance(error, Neo4jError):
        return f"this address cannot be used: {words} (it looks like bolt://localhost:7687 or neo4j+s://host)"
    if "DatabaseNotFound" in code:
        return f"there is no database {address.database!r} (--database, NEO4J_DATABASE)"
    if "Forbidden" in code or "WriteOnReadOnly" in code or "ReadOnly" in code or "read-only" in words.lower():
        return f"the user or the database may only read: {words}"
    if isinstance(error, ConstraintError):
        return f"a row was there already, another load of this graph may be under way: {words}{again}"
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code:
        return f"the server has too little memory for a transaction (dbms.memory.transaction.total.max): {words}{again}"
    if isinstance(error, (DatabaseUnavailable,)) or "DatabaseUnavailable" in code:
        return f"the database is not available, its disk may be full: see the server's log ({words}){again}"
    if isinstance(error, (ServiceUnavailable, SessionExpired)):
        return f"no Neo4j answers there, or it went away: is it started, is the address right? ({words}){again}"
    if code.startswith(("Neo.DatabaseError.Statement", "Neo.DatabaseError.Schema")):
        return f"the server reports a fault of its own: {words}{again}"
    if code.startswith("Neo.DatabaseError"):
        return f"the server cannot write, its disk may be full: {words}{again}"
    if isinstance(error, TransientError):
        return f"the server could not do it now: {words}{again}"
    if isinstance(error, ClientError):
        return f"the server refuses: {words}"
    return f"{words}{again}"
