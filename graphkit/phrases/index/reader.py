"""The phrase index of a graph: each phrase with all its uses, as memory-mapped arrays.

`graphkit.phrases.index.builder` builds the folder that is read here.
"""

from __future__ import annotations

import copy
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

#: Version of the index. It changes if the same ledger results in another index.
INDEX_VERSION = "5"
#: Minimum probability of a phrase in lists.
SHOWN = 0.5
#: A phrase with this share of uses in quotation marks is listed even if it only occurs inside one longer phrase.
QUOTED = 0.5
#: Voices and statuses of uses, and levels of reports. The index contains positions in these lists.
VOICES = ("reporter", "leader", "meeting", "guest")
STATUSES = ("actual", "planned", "urged", "denied")
LEVELS = ("", *(level.value for level in Level))


@dataclass(slots=True)
class Uses:
    """Columns of uses, one row for each occurrence of a phrase, in the order of date, report and offset.

    report: number of the report; start, end: span in its text. form: position in lists["forms"]. speaker: position in
    lists["speakers"], -1 for the reporter. voice, status: positions in VOICES and STATUSES; negative: a verb of
    rejection is before it. unit: number of the report or, in a digest, of the item. about: position in
    lists["codes"], -1 if unknown.
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
    """The index of N phrases with U uses in R reports.

    names: (N,) the most frequent wording of each phrase; quality: probability that it is a policy phrase, 0–1;
    reports, mentions: number of reports and of uses; first, last: dates of the first and last report; c_value: see
    variants.c_values; quoted: share of uses that are a quotation as a whole; verb: whether it begins with a verb.

    day: (R,) number of the day of each report (see day_numbers.days); level: position in LEVELS; empty: whether it is a
    headline only; decides: whether it is about a meeting or a decision; characters: length of its text.
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
        #: Uses of the phrases that were added, by number, and the numbers by key.
        self._added: dict[int, Uses] = {}
        self._added_keys: dict[int, int] = {}

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
        """Codes of the divisions of the reports, "" if unknown."""
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
        """Lists to which the uses refer: forms, codes, speakers (type, name) and places (code: full name, level)."""
        found: dict[str, Any] = json.loads((self._folder / "lists.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def all_uses(self) -> Uses:
        stored = Uses(*(self._uses(name) for name in Uses.__slots__))
        parts = [stored, *(self._added[k] for k in sorted(self._added))]
        return (
            stored if len(parts) == 1 else Uses(*(np.concatenate(c) for c in zip(*map(_columns, parts), strict=True)))
        )

    def _uses(self, name: str) -> Any:
        kind, path = USE_TYPES.get(name, "<i4"), use_file(self._folder, name)
        # Without a use there is no file, and an empty file cannot be mapped.
        return (
            np.asarray(np.memmap(path, dtype=kind, mode="r"))
            if path.exists() and path.stat().st_size
            else np.zeros(0, dtype=kind)
        )

    @cached_property
    def phrase_of_use(self) -> Numbers:
        """(U,) the phrase of each use."""
        return np.repeat(np.arange(len(self.names), dtype=np.int32), self.mentions)

    @cached_property
    def _keys(self) -> tuple[NDArray[np.uint64], Numbers]:
        table = _table(self._folder / "keys.arrow")
        return _column(table, "key"), _column(table, "phrase")

    def find(self, words: str) -> int | None:
        """Return the number of the phrase with a wording, None if there is none."""
        keys, phrases = self._keys
        if (added := self._added_keys.get(key_of(words))) is not None:
            return added
        key = np.uint64(key_of(words))
        at = int(np.searchsorted(keys, key))
        return int(phrases[at]) if at < len(keys) and keys[at] == key else None

    def extended(self) -> PhraseIndex:
        """Return a copy to which phrases can be added. This index, which threads may share, does not change."""
        found = copy.copy(self)
        for name in ("names", "first", "last", "broader"):
            setattr(found, name, list(getattr(self, name)))
        found.lists = {name: list(kept) if isinstance(kept, list) else kept for name, kept in self.lists.items()}
        found._added, found._added_keys = dict(self._added), dict(self._added_keys)
        return found

    def add(self, name: str, uses: Uses) -> int:
        """Add a phrase with its uses, in the order of their dates, to a copy of `extended`, and return its number.

        The files of the index do not change. The phrase has the probability 0 and is in no list.
        """
        number = len(self.names)
        found = {"quality": 0.0, "reports": len(np.unique(uses.report)), "mentions": len(uses), "c_value": 0.0}
        for column, value in {**found, "quoted": 0.0, "verb": False}.items():
            values = getattr(self, column)
            setattr(self, column, np.append(values, np.array([value], dtype=values.dtype)))
        dates = [d for d in (self.dates[r] for r in uses.report.tolist()) if d]
        self.first.append(min(dates, default=""))
        self.last.append(max(dates, default=""))
        self.broader.append([])
        self._added[number] = uses
        self.names.append(name)
        for cached in ("all_uses", "phrase_of_use"):
            self.__dict__.pop(cached, None)
        self._added_keys[key_of(name)] = number
        return number

    def shown(self, least: float) -> NDArray[np.bool_]:
        """Return (N,) which phrases are listed.

        They have at least this probability and more than one character. They also occur outside a longer phrase, or
        often are a quotation as a whole.
        """
        long_enough = np.array([len(n) > 1 for n in self.names], dtype=bool)
        return (self.quality >= least) & ((self.c_value > 0) | (self.quoted >= QUOTED)) & long_enough

    def uses(self, phrase: int) -> Uses:
        """Return the uses of a phrase in the order of their dates."""
        if phrase in self._added:
            return self._added[phrase]
        return self.all_uses.only(slice(int(self._begin[phrase]), int(self._begin[phrase + 1])))

    def forms(self, phrase: int) -> list[tuple[str, int]]:
        """Return the wordings of a phrase with the number of their uses, the most frequent first."""
        forms, counts = np.unique(self.uses(phrase).form, return_counts=True)
        named = [(self.lists["forms"][f], c) for f, c in zip(forms.tolist(), counts.tolist(), strict=True)]
        return sorted(named, key=lambda x: (-x[1], x[0]))


#: Types of the columns of uses that are not 32-bit integers.
USE_TYPES = {"voice": "i1", "status": "i1", "negative": "?"}


def _columns(uses: Uses) -> list[NDArray[Any]]:
    return [getattr(uses, name) for name in Uses.__slots__]


def use_file(folder: Path, name: str) -> Path:
    """Return the file of a column of uses. It contains the values in little-endian order."""
    return folder / f"uses.{name}"


def _table(path: Path) -> pa.Table:
    return feather.read_table(str(path), memory_map=True)


def _column(table: pa.Table, name: str) -> Any:
    """Return a column of numbers as an array, without a copy if it is one chunk."""
    return table[name].to_numpy()
