"""The exceptions of graphkit. Each message says what happened, where, and how to fix it."""

from __future__ import annotations

import re

from graphkit.wording import advice

_REPAIR_CALL = "; graphkit.repair.repair(folder) recovers the intact content"
_REPAIR_COMMAND = "; `graphkit doctor --repair` recovers the intact content"


class GraphkitError(Exception):
    """Base class of all errors of this package. `exit_code` is the exit code of the command line."""

    exit_code = 3


class GraphkitWarning(UserWarning):
    """Something that a script should see: inputs that were not read, refused statements, options without effect."""


class UsageError(GraphkitError):
    """An invalid argument, for example an unknown format or a path that does not exist."""

    exit_code = 2


class FieldError(UsageError):
    """An invalid value of a field. The message names the field; `reason` says why the value is invalid."""

    def __init__(self, field: str, reason: str, about: str = "") -> None:
        super().__init__(f"{about}{field}: {reason}")
        self.field, self.reason, self.about = field, reason, about

    def __reduce__(self) -> tuple[type[FieldError], tuple[str, str, str]]:
        return FieldError, (self.field, self.reason, self.about)


class ReadingError(GraphkitError):
    """An input that cannot be read as a report.

    `source` is the file (or `file!member`, `file:line`); the message contains the byte or line.
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
    """A ledger that cannot be opened or written, or that a newer version of graphkit wrote."""


class DamagedError(LedgerError):
    """A ledger with a damaged file or damaged rows; `graphkit doctor --repair` recovers the intact content."""

    def __init__(self, message: str) -> None:
        has_hint = message.endswith((_REPAIR_CALL, _REPAIR_COMMAND))
        super().__init__(message if has_hint else message + advice(_REPAIR_CALL, _REPAIR_COMMAND))


class WorkerError(GraphkitError):
    """Worker processes or a cluster that cannot be started or that stopped permanently."""


class ExportError(GraphkitError):
    """An export or view that cannot be written, for example because of permissions or a full disk."""


#: User and password in a URL, and secrets in the query parameters of a URL.
_LOGIN = re.compile(r"(?<=://)[^\s'\"]*@|\b[^\s/@:'\"]+:(?!//)[^\s'\"@]*@(?=[\w\[])")
_SECRET = re.compile(
    r"(?i)([?&;](?:password|passwd|pass|pwd|token|access_token|api[_-]?key|key|secret|auth)=)[^&;#\s'\"]*"
)


def without_secrets(text: str) -> str:
    """Return the text with credentials and secrets in URLs replaced by `***`."""
    return _SECRET.sub(r"\1***", _LOGIN.sub("***@", text))


class ServerError(GraphkitError):
    """A server that does not respond, rejects a request, or ends the connection. The message contains no password."""

    def __init__(self, message: str) -> None:
        super().__init__(without_secrets(message))


class QueryError(GraphkitError):
    """A Cypher or SPARQL query that the store rejects."""

    exit_code = 2


class SchemaError(GraphkitError):
    """A statement that violates the schema or whose quote is not in the text."""


class QueryWarning(UserWarning):
    """A query names a label, a relationship type or a property that does not exist, so that its result is empty."""
