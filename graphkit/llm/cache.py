"""The folder of answers. Each answer is a file that is written completely or not at all, also if the process is killed.

The name of a file is a hash of everything that the answer depends on: address, model, messages, parameters. The files
contain answers, which quote the reports, and no keys.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from graphkit.errors import ExportError
from graphkit.llm.answers import Answer

_FORMAT = 1


class AnswerCache:
    """Answers by key. Several processes can use a folder at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Number of files that could not be used, and were requested again.
        self.damaged = 0

    def path(self, key: str) -> Path:
        """Return the path of the answer with this key."""
        return self.folder / key[:2] / f"{key}.json"

    def check(self) -> None:
        """Raise ExportError if answers cannot be stored. Call it before the first request is paid for."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise _unusable(self.folder, error) from None

    def has(self, key: str) -> bool:
        """Return whether there is an answer."""
        return self.path(key).is_file()

    def get(self, key: str) -> Answer | None:
        """Return an answer, or None if there is none. A damaged file is counted and treated as missing."""
        try:
            record = json.loads(self.path(key).read_text(encoding="utf-8"))
            if record["format"] != _FORMAT or record["key"] != key:
                raise ValueError
            answer = Answer(**record["answer"])
            types = [type(v) for v in answer.as_dict().values()]
            if types != [str, str, int, int]:
                raise ValueError
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.path(key), error) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            self.damaged += 1
            return None
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Store an answer. Raises ExportError if it cannot be written."""
        path = self.path(key)
        record = json.dumps({"format": _FORMAT, "key": key, "answer": answer.as_dict()}, indent=1).encode()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            opened, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{key[:8]}-", suffix=".part")
            try:
                with os.fdopen(opened, "wb") as file:
                    file.write(record)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path}: the folder of answers cannot be used ({error.strerror}); choose another one (cache, GRAPHKIT_LLM_CACHE)"
    )
