"""An index of the decisions of a ledger by report and by key.

Row numbers and sequence numbers are kept in memory and updated incrementally; the decisions are read when they are
needed. The valid decision of a key with the highest sequence number is in force (`graphkit.decisions.model.order`).
Rows that are damaged or that an older version wrote with invalid values are ignored; `invalid` lists them.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from graphkit.decisions.checks import InvalidError, canonical
from graphkit.decisions.model import Decision, Verdict, of_row, order, to_record

T = TypeVar("T")
Rows = Callable[..., Iterator[Any]]
_COLUMNS = (
    "number, CAST(key AS BLOB), CAST(verdict AS BLOB), CAST(about AS BLOB), "
    "CAST(who AS BLOB), CAST(made AS BLOB), CAST(note AS BLOB)"
)
_INDEX = """SELECT number, CAST(key AS BLOB), CAST(verdict AS BLOB), CAST(about AS BLOB),
    CASE WHEN json_valid(about) THEN CAST(json_extract(about, '$.report') AS BLOB) END,
    CASE WHEN json_valid(about) AND json_type(about, '$.sequence') = 'integer'
        THEN json_extract(about, '$.sequence') END
    FROM decision WHERE number > ? ORDER BY number"""
#: Fields of `about` that do not change views: digest and sequence number.
_ORDER = tuple(map(re.compile, (rb'"digest": "[0-9a-f]*", ', rb'"sequence": [0-9]+, ', rb', "sequence": [0-9]+(?=}$)')))
#: Number of rows that are read by one query.
_STEP = 500
#: Maximum number of decisions in the cache.
_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class InvalidDecision:
    """An invalid decision that is ignored. number: number of its row; reason: the field and why it is invalid."""

    number: int
    key: str
    reason: str


class DecisionIndex:
    """The decisions of one ledger. rows: function that runs a query; revision: function that returns the revision."""

    def __init__(self, rows: Rows, revision: Callable[[], int]) -> None:
        self._rows, self._revision_now = rows, revision
        self._refreshing = threading.RLock()
        self._reset()

    def _reset(self) -> None:
        self._revision = self._last = -1
        self._count = 0
        #: Key → (sequence, number) of its rows.
        self._of_key: dict[str, list[tuple[int, int]]] = {}
        self._highest: dict[str, int] = {}
        #: Report → keys of the decisions on its statements; "" → keys of the decisions on names.
        self._of_report: dict[str, dict[str, None]] = {}
        self._found: dict[str, list[Decision]] = {}
        self._found_count = 0
        self._shares: dict[str, int] = {}
        self._total = 0

    def _refresh(self) -> None:
        """Update the index with rows that were added since the last call."""
        with self._refreshing:
            self._add_new_rows()

    def _add_new_rows(self) -> None:
        revision = self._revision_now()
        if revision == self._revision:
            return
        counts = self._rows(
            "SELECT count(*), coalesce(max(number), -1) FROM decision", lambda r: (int(r[0]), int(r[1]))
        )
        count, last = next(counts)
        added = next(self._rows("SELECT count(*) FROM decision WHERE number > ?", lambda r: int(r[0]), self._last))
        if count - self._count != added:
            self._reset()
        if added or self._last != last:
            self._index_new_rows()
        self._revision, self._count, self._last = revision, count, last

    def _index_new_rows(self) -> None:
        """Add rows after the last indexed one, and update the fingerprint."""
        changed: dict[str, None] = {}
        raw: dict[str, int] = {}
        for number, raw_key, verdict, about, report, sequence in self._rows(_INDEX, tuple, self._last):
            key = _text(raw_key)
            rows = self._of_key.setdefault(key, [])
            highest = self._highest.get(key, 0)
            rows.append((sequence if type(sequence) is int and sequence > 0 else highest + 1, int(number)))
            self._highest[key] = max(highest, rows[-1][0])
            owner = _text(report) if report is not None else ""
            self._of_report.setdefault(owner, {})[key] = None
            changed[key] = None
            raw[key] = 0 if verdict == b"open" else _share(raw_key, verdict, about)
            self._found_count -= len(self._found.pop(owner, ()))
        for key in changed:
            share = raw[key] if len(self._of_key[key]) == 1 else self._share_of(key)
            self._total = (self._total + share - self._shares.get(key, 0)) % (1 << 256)
            self._shares[key] = share

    def _share_of(self, key: str) -> int:
        """Return the contribution of the decision of this key to the fingerprint."""
        decision = self._in_force(key, {})
        if decision is None:
            return 0
        about = canonical(decision.about).encode("utf-8", "surrogatepass")
        return _share(key.encode("utf-8", "surrogatepass"), decision.verdict.encode(), about)

    # -- reading -----------------------------------------------------------------------------------------------------

    def of_report(self, report_id: str) -> list[Decision]:
        """Return the decisions in force on statements of a report, ordered by key; for "", those on names."""
        self._refresh()
        found = self._found.get(report_id)
        if found is None:
            found = self._all_in_force(sorted(self._of_report.get(report_id, ())))
            if self._found_count + len(found) > _KEPT:
                self._found.clear()
                self._found_count = 0
            self._found[report_id] = found
            self._found_count += len(found)
        return found

    def reports(self) -> list[str]:
        """Return the ids of reports with decisions on their statements, sorted."""
        self._refresh()
        return sorted(r for r in self._of_report if r)

    def all(self) -> list[Decision]:
        """Return the decisions in force, ordered by key."""
        self._refresh()
        single = {number: sequence for rows in self._of_key.values() if len(rows) == 1 for sequence, number in rows}
        rows = self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=single)
        read = {number: d for number, d in rows if number in single and isinstance(d, Decision)}
        found = (
            read.get(rows[0][1]) if len(rows) == 1 else self._in_force(key, {})
            for key, rows in sorted(self._of_key.items())
        )
        return [d for d in found if d is not None and d.verdict is not Verdict.open]

    def each(self) -> Iterator[Decision]:
        """Yield the decisions in force, ordered by key, reading a limited number at a time."""
        self._refresh()
        keys = sorted(self._of_key)
        step = _STEP // 10
        at = 0
        while at < len(keys):
            yield from self._all_in_force(keys[at : at + step])
            at, step = at + step, _STEP

    def of_key(self, key: str) -> Decision | None:
        """Return the decision in force for a key, or None."""
        self._refresh()
        decision = self._in_force(key, {}) if key in self._of_key else None
        return None if decision is None or decision.verdict is Verdict.open else decision

    def next_sequence(self, key: str) -> int:
        """Return the sequence number that follows those of the decisions with this key."""
        self._refresh()
        return self._highest.get(key, 0) + 1

    def keys(self, start: str) -> list[str]:
        """Return the keys of decisions in force that start with `start`, sorted."""
        self._refresh()
        return sorted(k for k in self._of_key if k.startswith(start) and self.of_key(k) is not None)

    def history(self) -> Iterator[Decision]:
        """Yield every valid decision, in the order in which the decisions were added to this ledger."""
        self._refresh()
        sequence_of = {number: sequence for rows in self._of_key.values() for sequence, number in rows}
        for _, decision in self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=sequence_of):
            if isinstance(decision, Decision):
                yield decision

    def invalid(self) -> Iterator[InvalidDecision]:
        """Yield invalid rows, except those that a later valid decision with the same key replaces."""
        self._refresh()
        sequence_of = {number: sequence for rows in self._of_key.values() for sequence, number in rows}
        for number, decision in self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=sequence_of):
            if not isinstance(decision, Decision):
                in_force = self._in_force(decision[0], {}) if decision[0] in self._of_key else None
                if in_force is None or in_force.sequence <= sequence_of.get(number, 0):
                    yield InvalidDecision(number, *decision)

    def contested(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Yield decisions in force with another decision of the same sequence number that contradicts it.

        keys: only these keys. The result is ordered by key.
        """
        self._refresh()
        for key in sorted(self._of_key if keys is None else {k for k in keys if k in self._of_key}):
            rows = self._of_key[key]
            if len(rows) == len({sequence for sequence, _ in rows}):
                continue
            current = self._in_force(key, {})
            if current is None or current.verdict is Verdict.open:
                continue
            for _, decision in self._decisions_of(key):
                same_content = (decision.verdict, decision.about) == (current.verdict, current.about)
                if decision.sequence == current.sequence and not same_content:
                    yield current, decision

    def fingerprint(self) -> int:
        """Return a number that depends on the decisions in force, not on the order in which they were added."""
        self._refresh()
        return self._total

    # -- adding ------------------------------------------------------------------------------------------------------

    def add(
        self,
        decisions: Iterable[Decision],
        writing: Callable[[], AbstractContextManager[None]],
        execute: Callable[..., Any],
        remove: Callable[[int], None],
        *,
        made_here: bool = False,
    ) -> int:
        """Add decisions in one transaction and return the number of new ones.

        A decision that already exists is not added again. If the added copy has a higher sequence number, that number
        replaces the stored one, so that all copies of the graph end with the same order. made_here: the decisions were
        just made, so none of them exists.
        """
        wanted = list(decisions)
        if not made_here and not self._plan(wanted):
            return 0
        new = 0
        with writing():
            for old, decision in self._plan(wanted, made_here=made_here):
                execute(
                    "INSERT INTO decision (key, verdict, about, who, made, note) VALUES (?,?,?,?,?,?)",
                    (
                        decision.key,
                        decision.verdict.value,
                        canonical(stored(decision)),
                        decision.who,
                        decision.made,
                        decision.note,
                    ),
                )
                if old is None:
                    new += 1
                else:
                    # Removed after the insertion, so that the number of the old row is not reused.
                    remove(old)
        return new

    def _plan(self, decisions: list[Decision], *, made_here: bool = False) -> list[tuple[int | None, Decision]]:
        """Return the decisions to write with sequence numbers, each with the number of the row it replaces or None."""
        self._refresh()
        known: dict[str, dict[str, tuple[int | None, int]]] = {}
        last: dict[str, int] = {}
        planned: dict[tuple[str, str], tuple[int | None, Decision]] = {}
        for decision in decisions:
            key = decision.key
            if key not in known:
                rows = self._decisions_of(key) if key in self._of_key and not made_here else []
                known[key] = {_content(d): (number, d.sequence) for number, d in rows}
                last[key] = self._highest.get(key, 0)
            content = _content(decision)
            number, sequence = known[key].get(content, (None, 0))
            if sequence and decision.sequence <= sequence:
                continue
            if not decision.sequence:
                decision = replace(decision, sequence=last[key] + 1)
            last[key] = max(last[key], decision.sequence)
            known[key][content] = (number, decision.sequence)
            planned[key, content] = (number, decision)
        return list(planned.values())

    # -- rows --------------------------------------------------------------------------------------------------------

    def _all_in_force(self, keys: list[str]) -> list[Decision]:
        """Return the decisions in force for these keys."""
        single = [self._of_key[k][0] for k in keys if len(self._of_key[k]) == 1]
        read: dict[int, Decision] = {}
        for at in range(0, len(single), _STEP):
            sequence_of = {number: sequence for sequence, number in single[at : at + _STEP]}
            sql = f"SELECT {_COLUMNS} FROM decision WHERE number IN ({','.join('?' * len(sequence_of))})"
            rows = self._read(sql, *sequence_of, sequence_of=sequence_of)
            read.update((number, d) for number, d in rows if isinstance(d, Decision))
        found = (self._in_force(k, read) for k in keys)
        return [d for d in found if d is not None and d.verdict is not Verdict.open]

    def _in_force(self, key: str, read: dict[int, Decision]) -> Decision | None:
        """Return the valid decision of a key with the highest sequence number; ties are resolved by `order`.

        read: decisions that were already read, by row number.
        """
        rows = self._of_key[key]
        if len(rows) == 1 and rows[0][1] in read:
            return read[rows[0][1]]
        for sequence, group in groupby(sorted(rows, reverse=True), key=itemgetter(0)):
            sql = f"SELECT {_COLUMNS} FROM decision WHERE number = ?"
            found = [
                d
                for _, number in group
                for _, d in self._read(sql, number, sequence_of={number: sequence})
                if isinstance(d, Decision)
            ]
            if found:
                return max(found, key=order)
        return None

    def _decisions_of(self, key: str) -> list[tuple[int, Decision]]:
        sequence_of = {number: sequence for sequence, number in self._of_key[key]}
        rows = self._read(
            f"SELECT {_COLUMNS} FROM decision WHERE key = ? ORDER BY number", key, sequence_of=sequence_of
        )
        return [(number, d) for number, d in rows if isinstance(d, Decision)]

    def _read(
        self, sql: str, *arguments: object, sequence_of: dict[int, int]
    ) -> Iterator[tuple[int, Decision | tuple[str, str]]]:
        """Yield the number and the decision of each row; for an invalid row, its key and the reason."""
        for number, raw_key, verdict, about, who, made, note in self._rows(sql, tuple, *arguments):
            key = _text(raw_key)
            try:
                record = json.loads(about.decode())
                if not isinstance(record, dict):
                    raise InvalidError("about", "not a JSON object")
                decision = of_row(
                    record, verdict.decode(), who.decode(), made.decode(), note.decode(), sequence_of.get(number, 0)
                )
                if decision.key != key:
                    raise InvalidError("key", "does not agree with the content of the decision")
            except InvalidError as error:
                yield int(number), (key, str(error))
            except (ValueError, AttributeError, RecursionError):
                yield int(number), (key, "the row is damaged")
            else:
                yield int(number), decision


def stored(decision: Decision) -> dict[str, Any]:
    """Return the content of the column `about`: subject of the decision, sequence number and digest of the record."""
    return {k: v for k, v in to_record(decision).items() if k not in ("verdict", "who", "made", "note")}


def _content(decision: Decision) -> str:
    return "\x1f".join((decision.verdict, canonical(decision.about), decision.who, decision.made, decision.note))


def _share(key: bytes, verdict: bytes, about: bytes) -> int:
    """Return the contribution of a decision to the fingerprint, without reviewer, time and order."""
    content = about or b""
    for pattern in _ORDER:
        content = pattern.sub(b"", content)
    return int.from_bytes(hashlib.sha256(b"\x1f".join((key or b"", verdict or b"", content))).digest(), "big")


def _text(raw: object) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
