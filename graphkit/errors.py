"""Errors that graphkit raises on purpose. Each message says what happened, where, and what to do."""

from __future__ import annotations

import re

_MEND = "; `graphkit doctor --repair` saves what is whole"


class GraphkitError(Exception):
    """Base of all errors of this package. `exit_code` is what the command line ends with."""

    exit_code = 3


class UsageError(GraphkitError):
    """A wrong argument: an unknown format, a path that is not there."""

    exit_code = 2


class FieldError(UsageError):
    """A value of a field that is refused. The message names the field; `reason` is what is wrong with the value."""

    def __init__(self, field: str, reason: str, about: str = "") -> None:
        super().__init__(f"{about}{field}: {reason}")
        self.field, self.reason, self.about = field, reason, about

    def __reduce__(self) -> tuple[type[FieldError], tuple[str, str, str]]:
        return FieldError, (self.field, self.reason, self.about)


class ReadingError(GraphkitError):
    """An input that cannot be read as a report.

    `source` is the file (or `file!member`, `file:line`); the message holds the byte or line.
    """

    exit_code = 1

    def __init__(self, source: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source
        self.reason = message

    def __reduce__(self) -> tuple[type[ReadingError], tuple[str, str]]:
        return ReadingError, (self.source, self.reason)


class GrammarError(GraphkitError):
    """A file of the grammar that is not valid; the message names the file and the pattern or line."""


class LedgerError(GraphkitError):
    """A ledger that cannot be opened, is newer than this program, or cannot be written."""


class DamagedError(LedgerError):
    """A ledger whose file or rows are not what was written; `graphkit doctor --repair` saves what is whole."""

    def __init__(self, message: str) -> None:
        super().__init__(message if message.endswith(_MEND) else f"{message}{_MEND}")


class WorkerError(GraphkitError):
    """Reading processes, or a cluster, that cannot be started or are gone for good."""


class ExportError(GraphkitError):
    """An export or view that cannot be written: no rights, no room."""


#: User and password of an address, and secrets among the parameters of one.
_LOGIN = re.compile(r"(?<=://)[^\s'\"]*@|\b[^\s/@:'\"]+:(?!//)[^\s'\"@]*@(?=[\w\[])")
_SECRET = re.compile(r"(?i)([?&;](?:password|passwd|pass|pwd|token|access_token|api[_-]?key|key|secret|auth)=)[^&;#\s'\"]*")


def without_secrets(words: str) -> str:
    """Words with the logins and secrets of the addresses in them hidden."""
    return _SECRET.sub(r"\1***", _LOGIN.sub("***@", words))


class ServerError(GraphkitError):
    """A server that does not answer, refuses, or breaks off; the message says what to do, and what is kept, and holds no password."""

    def __init__(self, message: str) -> None:
        super().__init__(without_secrets(message))


class QueryError(GraphkitError):
    """A Cypher or SPARQL query that the store refuses."""

    exit_code = 2


class SchemaError(GraphkitError):
    """A statement that the schema forbids, or whose quote is not the text."""
