"""The index of a graph's phrases: each phrase with every place where it is used, as arrays mapped into memory.

`graphkit.phrases.index.builder` builds the folder that is read here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
from numpy.typing import NDArray

from graphkit.model import Level
from graphkit.phrases.keys import Numbers, key_of

#: Changes when the same ledger would give another index.
INDEX_VERSION = "4"
#: Least probability of a phrase that lists show.
SHOWN = 0.5
#: A phrase of so large a share of uses in quotation marks is one also where it never stands outside of one longer phrase.
QUOTED = 0.5
#: Who says it, in what mood, and the level of a report: numbers in the index are places here.
VOICES = ("reporter", "leader", "meeting", "guest")
STATUSES = ("actual", "planned", "urged", "denied")
LEVELS = ("", *(level.value for level in Level))


@dataclass(slots=True)
class Uses:
    """Columns of uses, one row a place where a phrase stands, in order of date, report and place.

    report, start, end: place in the reports and span in its text. form: place in lists["forms"]. speaker: in lists["speakers"],
    -1 for the reporter. voice, status: in VOICES, STATUSES; negative: a verb that refuses stands before. unit: number of the
    report or, in a digest, of the item. about: in lists["codes"], -1 if unknown.
    """

    report: Numbers
    start: Numbers
    end: Numbers
    form: Numbers
    speaker: Numbers
    voice: NDArray[np.int8]
    status: NDArray[np.int8]
    negative: NDArray[np.bool_]
    unit: Numbers
    about: Numbers

    def __len__(self) -> int:
        return len(self.report)

    def only(self, chosen: NDArray[np.generic] | slice) -> Uses:
        return Uses(*(getattr(self, name)[chosen] for name in self.__slots__))


class PhraseIndex:
    """A built index. N phrases, U uses, R reports.

    names, quality, reports, mentions, first, last: (N,) of each phrase: its commonest wording, how sure it is that
    it is a policy phrase (0–1), reports and places that use it, dates of its first and last report.
    c_value: (N,) see variants.c_values. quoted: (N,) share of its uses that are a quotation as a whole. verb: (N,) does it begin with a verb?
    day, level, empty, decides, characters: (R,) of each report: number of its day (see day_numbers.days), place in LEVELS, whether
    it has a headline only, whether it is of a meeting or decision, length of its text.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        table = _table(folder / "phrases.arrow")
        self.names: list[str] = table["name"].to_pylist()
        self.quality: NDArray[np.float32] = _column(table, "quality")
        self.reports: Numbers = _column(table, "reports")
        self.mentions: Numbers = _column(table, "mentions")
        self._begin = np.append(_column(table, "begin"), self.mentions.sum(dtype=np.int64))
        self.c_value: NDArray[np.float32] = _column(table, "c_value")
        self.quoted: NDArray[np.float32] = _column(table, "quoted")
        self.verb: NDArray[np.bool_] = table["verb"].to_numpy(zero_copy_only=False)
        self._table = table
        reports = _table(folder / "reports.arrow")
        self.day: Numbers = _column(reports, "day")
        self.level: NDArray[np.int8] = _column(reports, "level")
        self.empty = reports["empty"].to_numpy(zero_copy_only=False)
        self.decides = reports["decides"].to_numpy(zero_copy_only=False)
        self.characters: NDArray[np.int64] = _column(reports, "characters")
        self._reports = reports

    @cached_property
    def report_ids(self) -> list[str]:
        found: list[str] = self._reports["id"].to_pylist()
        return found

    @cached_property
    def dates(self) -> list[str]:
        found: list[str] = self._reports["date"].to_pylist()
        return found

    @cached_property
    def homes(self) -> list[str]:
        """Code of the division that each report comes from, "" if unknown."""
        found: list[str] = self._reports["home"].to_pylist()
        return found

    @cached_property
    def first(self) -> list[str]:
        found: list[str] = self._table["first"].to_pylist()
        return found

    @cached_property
    def last(self) -> list[str]:
        found: list[str] = self._table["last"].to_pylist()
        return found

    @cached_property
    def broader(self) -> list[list[int]]:
        """The largest phrases inside each phrase."""
        found: list[list[int]] = self._table["broader"].to_pylist()
        return found

    @cached_property
    def lists(self) -> dict[str, Any]:
        """forms, codes, speakers (type, name), places (code → full name, level)."""
        found: dict[str, Any] = json.loads((self._folder / "lists.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def all_uses(self) -> Uses:
        return Uses(*(self._uses(name) for name in Uses.__slots__))

    def _uses(self, name: str) -> Any:
        kind, path = USE_TYPES.get(name, "<i4"), use_file(self._folder, name)
        # (There is no file without a use, and nothing cannot be mapped.)
        return (
            np.asarray(np.memmap(path, dtype=kind, mode="r"))
            if path.exists() and path.stat().st_size
            else np.zeros(0, dtype=kind)
        )

    @cached_property
    def phrase_of_use(self) -> Numbers:
        """(U,) phrase of each use."""
        return np.repeat(np.arange(len(self.names), dtype=np.int32), self.mentions)

    @cached_property
    def _keys(self) -> tuple[NDArray[np.uint64], Numbers]:
        table = _table(self._folder / "keys.arrow")
        return _column(table, "key"), _column(table, "phrase")

    def find(self, words: str) -> int | None:
        """The phrase of a wording, None if there is none."""
        keys, phrases = self._keys
        key = np.uint64(key_of(words))
        at = int(np.searchsorted(keys, key))
        return int(phrases[at]) if at < len(keys) and keys[at] == key else None

    def shown(self, least: float) -> NDArray[np.bool_]:
        """(N,) phrases for lists: at least so sure, used outside of longer ones or quoted by itself, no single character."""
        long_enough = np.array([len(n) > 1 for n in self.names], dtype=bool)
        return (self.quality >= least) & ((self.c_value > 0) | (self.quoted >= QUOTED)) & long_enough

    def uses(self, phrase: int) -> Uses:
        """Occurrences where a phrase stands, in order of date."""
        return self.all_uses.only(slice(int(self._begin[phrase]), int(self._begin[phrase + 1])))

    def forms(self, phrase: int) -> list[tuple[str, int]]:
        """Wordings of a phrase with their mentions, the commonest first."""
        forms, counts = np.unique(self.uses(phrase).form, return_counts=True)
        named = [(self.lists["forms"][f], c) for f, c in zip(forms.tolist(), counts.tolist(), strict=True)]
        return sorted(named, key=lambda x: (-x[1], x[0]))


#: Types of the columns of uses that are no offset or number.
USE_TYPES = {"voice": "i1", "status": "i1", "negative": "?"}


def use_file(folder: Path, name: str) -> Path:
    """The file of a column of uses: its values, little-endian, one after the other."""
    return folder / f"uses.{name}"


def _table(path: Path) -> pa.Table:
    return feather.read_table(str(path), memory_map=True)


def _column(table: pa.Table, name: str) -> Any:
    """A column of numbers as an array, without a copy where it is one piece."""
    return table[name].to_numpy()
