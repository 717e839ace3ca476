"""A connection to a Neo4j 5 database with the official driver: address, queries, error messages and an examination."""

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
from graphkit.wording import advice

#: Number of concurrent transactions: the server processes one while the driver serializes another.
CONCURRENT = 2
#: The oldest version of Neo4j that supports uniqueness constraints for relationships, which a load needs.
LEAST_VERSION = (5, 7)
#: Timeout in seconds for a connection; the timeout for the first response of the server is twice as long.
CONNECT_WAIT = 10.0
#: Schemes of addresses that the driver supports.
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True)
class Neo4jAddress:
    """The address of a database. Without a user there is no authentication; without a database it is the home database.

    wait: seconds for which the driver retries if the server is unavailable during a load. ca_file: file of certificates
    (PEM) that are trusted instead of those of the system. A user and a password in `uri` are removed from it and used.
    """

    uri: str
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    wait: float = 30.0
    ca_file: str = ""


class Neo4j:
    """A connection to a database. Use it as a context manager. All errors are raised as ServerError.

    The driver runs in separate threads, because an interruption (Ctrl-C) while it reads a response would leave the
    connection unusable.
    """

    def __init__(self, address: Neo4jAddress) -> None:
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        uri, user, password = split_login(address.uri)
        address = replace(address, uri=uri, user=address.user or user, password=address.password or password)
        self._address = address
        self._pool = ThreadPoolExecutor(CONCURRENT)
        with self._errors(), warnings.catch_warnings():
            # The warnings of the driver contain the address, and the address may contain a password.
            warnings.simplefilter("ignore")
            if address.uri.partition("://")[0] not in _SCHEMES:
                raise ConfigurationError(f"the scheme must be one of {', '.join(_SCHEMES)}")
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
            with self._errors():
                self._pool.submit(self._driver.verify_connectivity).result()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Wait for the running transactions and close the connection."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._driver.close()

    def __enter__(self) -> Neo4j:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise errors of the driver as ServerError with the address and a hint."""
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
        """Run a query in a separate transaction and return its rows."""
        with self._errors():
            result = self._pool.submit(self._execute, query, parameters).result()
        return [dict(r) for r in result.records]

    def write_all(
        self, query: str, batches: Iterable[list[Any]], **parameters: Any
    ) -> Iterator[tuple[int, SummaryCounters]]:
        """Run a writing query for each batch, which is passed as `$rows`, in a separate transaction.

        Yield the number of rows and the counters of each transaction. While the server processes a batch, the next one
        is serialized.
        """
        pending: deque[tuple[int, Future[EagerResult]]] = deque()
        with self._errors():
            for rows in batches:
                pending.append((len(rows), self._pool.submit(self._execute, query, {**parameters, "rows": rows})))
                if len(pending) > CONCURRENT:
                    size, first = pending.popleft()
                    yield size, first.result().summary.counters
            for size, future in pending:
                yield size, future.result().summary.counters

    def _execute(self, query: str, parameters: dict[str, Any]) -> EagerResult:
        return self._driver.execute_query(query, parameters, database_=self._address.database or None)

    def try_to_write(self) -> None:
        """Raise ServerError if the user has no write permission. The attempt is rolled back."""

        def attempt() -> None:
            with (
                self._driver.session(database=self._address.database or None) as session,
                session.begin_transaction() as transaction,
            ):
                transaction.run(f"CREATE (n:{REGISTRY}) RETURN n").consume()
                transaction.rollback()

        with self._errors():
            self._pool.submit(attempt).result()

    def version(self) -> tuple[str, str]:
        """Return the version and the edition of the server."""
        (found,) = self.run(
            "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' "
            "RETURN versions[0] AS v, edition AS e"
        )
        return str(found["v"]), str(found["e"])

    def check_version(self) -> None:
        """Raise ServerError if the version of the server is not supported."""
        version, _ = self.version()
        numbers = tuple(int(n) if n.isdecimal() else 0 for n in version.split("-")[0].split(".")[:2])
        if numbers < LEAST_VERSION:
            raise ServerError(
                f"{self._address.uri}: Neo4j {version} is too old; "
                f"version {'.'.join(map(str, LEAST_VERSION))} or newer is required"
            )


def _trusted(address: Neo4jAddress) -> tuple[str, dict[str, Any]]:
    """Return the address and the settings of the driver that make it trust the certificates of `ca_file`."""
    if not address.ca_file:
        return address.uri, {}
    try:
        ssl.create_default_context(cafile=address.ca_file)
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{address.ca_file}: the certificates cannot be read ({getattr(error, 'strerror', None) or error}); "
            "a file in PEM format is required"
        ) from None
    scheme, _, rest = address.uri.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}", {
        "encrypted": True,
        "trusted_certificates": TrustCustomCAs(address.ca_file),
    }


def stored_counts(database: Neo4j, name: str) -> dict[str, int]:
    """Return the numbers of nodes by `:Label` and of relationships by `[TYPE]` of a graph, without vanished nodes."""
    parts = [
        f"MATCH (x:`{label}`) WHERE x.graph = $name AND x.id IS NOT NULL AND x.vanished IS NULL "
        f"RETURN ':{label}' AS kind, count(x) AS n"
        for label in node_labels()
    ] + [
        f"MATCH ()-[x:`{kind}`]->() WHERE x.graph = $name AND x.id IS NOT NULL RETURN '[{kind}]' AS kind, count(x) AS n"
        for kind in relationship_types()
    ]
    rows = database.run(" UNION ALL ".join(parts), name=name)
    return {r["kind"]: r["n"] for r in rows if r["n"]}


def examine(database: Neo4j) -> list[str]:
    """Return a description of a database: version, permissions, missing constraints and indexes, graphs.

    Each item is one line. Nothing is changed. Raises ServerError if a load would fail.
    """
    version, edition = database.version()
    database.check_version()
    database.try_to_write()
    have = {r["name"] for what in ("CONSTRAINTS", "INDEXES") for r in database.run(f"SHOW {what} YIELD name")}
    need = {*neo4j_node_keys(), *neo4j_relationship_keys(), *neo4j_indexes()}
    lines = [
        f"Neo4j {version} {edition}, the user can write",
        f"{len(need & have)} of {len(need)} constraints and indexes exist"
        + ("" if need <= have else ", a load creates the others"),
    ]
    graphs = database.run(f"MATCH (g:{REGISTRY}) RETURN g.name AS name, g.state AS state ORDER BY name")
    lines += [
        f"graph {g['name']!r}: {sum(stored_counts(database, g['name']).values())} nodes and relationships, {g['state']}"
        for g in graphs
    ]
    return lines


def _login() -> str:
    return advice(
        "give Neo4jAddress the right user and password",
        "set NEO4J_USERNAME and NEO4J_PASSWORD, or --user with --ask-password",
    )


def explain(error: Exception, address: Neo4jAddress) -> str:
    """Return a message for an error of the driver, with a hint for the user."""
    again = "; the loaded data are kept: load again to continue"
    if isinstance(error, OSError):
        return f"no connection: {error.strerror or error}; is the address correct, is the server running?{again}"
    if isinstance(error, (EOFError, LookupError, TypeError, AttributeError, AssertionError, struct.error)):
        return f"the server does not use the protocol of Neo4j ({type(error).__name__}): is the address correct?"
    code = str(getattr(error, "code", "") or "")
    words = str(getattr(error, "message", "") or error).split("\n")[0]
    if isinstance(error, AuthError) and "Forbidden" not in code:
        who = f"user {address.user!r}" if address.user else "a login without user and password"
        return f"{who} is rejected: {_login()}"
    if isinstance(error, (ConfigurationError, ValueError)) and not isinstance(error, Neo4jError):
        return f"not a valid address: {words} (examples are bolt://localhost:7687 and neo4j+s://host)"
    if "DatabaseNotFound" in code:
        return f"there is no database {address.database!r} ({advice('Neo4jAddress.database', '--database, NEO4J_DATABASE')})"
    if "Forbidden" in code or "WriteOnReadOnly" in code or "ReadOnly" in code or "read-only" in words.lower():
        return f"the user or the database is read-only: {words}"
    if isinstance(error, ConstraintError):
        return f"a row exists already; another load of this graph may be running: {words}{again}"
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code:
        return f"the server has too little memory for a transaction (dbms.memory.transaction.total.max): {words}{again}"
    if isinstance(error, (DatabaseUnavailable,)) or "DatabaseUnavailable" in code:
        return f"the database is not available, its disk may be full: see the log of the server ({words}){again}"
    if isinstance(error, (ServiceUnavailable, SessionExpired)):
        return f"no Neo4j server responds: is it running, is the address correct? ({words}){again}"
    if code.startswith(("Neo.DatabaseError.Statement", "Neo.DatabaseError.Schema")):
        return f"the server reports an internal error: {words}{again}"
    if code.startswith("Neo.DatabaseError"):
        return f"the server cannot write, its disk may be full: {words}{again}"
    if isinstance(error, TransientError):
        return f"the server cannot run the transaction now: {words}{again}"
    if isinstance(error, ClientError):
        return f"the server rejects the request: {words}"
    return f"{words}{again}"
