"""The decisions of a ledger, found by report or by key without reading the others.

An index of numbers is kept in memory and grows with what is added; decisions themselves are read when they are asked for. The
decision of a key with the highest sequence number holds (`graphkit.decisions.model.order`). A row that is damaged, or that an older version
wrote and that is not valid, is passed over; `invalid` lists such rows.
"""

from __future__ import annotations

import hashlib
import json
import re
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
_COLUMNS = "number, CAST(key AS BLOB), CAST(verdict AS BLOB), CAST(about AS BLOB), CAST(who AS BLOB), CAST(made AS BLOB), CAST(note AS BLOB)"
_INDEX = """SELECT number, CAST(key AS BLOB), CAST(verdict AS BLOB), CAST(about AS BLOB),
    CASE WHEN json_valid(about) THEN CAST(json_extract(about, '$.report') AS BLOB) END,
    CASE WHEN json_valid(about) AND json_type(about, '$.sequence') = 'integer' THEN json_extract(about, '$.sequence') END
    FROM decision WHERE number > ? ORDER BY number"""
#: What of `about` changes no view: who decided, when, and in which order.
_ORDER = tuple(map(re.compile, (rb'"digest": "[0-9a-f]*", ', rb'"sequence": [0-9]+, ', rb', "sequence": [0-9]+(?=}$)')))
#: Rows that are asked for at once.
_STEP = 500
#: Decisions that are kept as objects between two questions.
_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class InvalidDecision:
    """A decision of the ledger that is passed over. number: of its row; reason: the field and what is wrong with it."""

    number: int
    key: str
    reason: str


class DecisionIndex:
    """The decisions of one ledger. rows: reads SQL; revision: the state of the ledger."""

    def __init__(self, rows: Rows, revision: Callable[[], int]) -> None:
        self._rows, self._revision_now = rows, revision
        self._reset()

    def _reset(self) -> None:
        self._revision = self._last = -1
        self._count = 0
        #: Key → (sequence, number) of its rows.
        self._of_key: dict[str, list[tuple[int, int]]] = {}
        self._highest: dict[str, int] = {}
        #: Report → keys of the decisions on its statements; "" → of those on names.
        self._of_report: dict[str, dict[str, None]] = {}
        self._found: dict[str, list[Decision]] = {}
        self._found_count = 0
        self._shares: dict[str, int] = {}
        self._total = 0

    def _refresh(self) -> None:
        """Take in the rows that were added since."""
        revision = self._revision_now()
        if revision == self._revision:
            return
        count, last = next(self._rows("SELECT count(*), coalesce(max(number), -1) FROM decision", lambda r: (int(r[0]), int(r[1]))))
        added = next(self._rows("SELECT count(*) FROM decision WHERE number > ?", lambda r: int(r[0]), self._last))
        if count - self._count != added:
            self._reset()
        if added or self._last != last:
            self._take_in()
        self._revision, self._count, self._last = revision, count, last

    def _take_in(self) -> None:
        changed: dict[str, None] = {}
        raw: dict[str, int] = {}
        for number, key, verdict, about, report, sequence in self._rows(_INDEX, tuple, self._last):
            words = _text(key)
            rows = self._of_key.setdefault(words, [])
            highest = self._highest.get(words, 0)
            rows.append((sequence if type(sequence) is int and sequence > 0 else highest + 1, int(number)))
            self._highest[words] = max(highest, rows[-1][0])
            owner = _text(report) if report is not None else ""
            self._of_report.setdefault(owner, {})[words] = None
            changed[words] = None
            raw[words] = 0 if verdict == b"open" else _share(key, verdict, about)
            self._found_count -= len(self._found.pop(owner, ()))
        for key in changed:
            share = raw[key] if len(self._of_key[key]) == 1 else self._share_of(key)
            self._total = (self._total + share - self._shares.get(key, 0)) % (1 << 256)
            self._shares[key] = share

    def _share_of(self, key: str) -> int:
        holder = self._holder(key, {})
        return _share(key.encode("utf-8", "surrogatepass"), holder.verdict.encode(), canonical(holder.about).encode("utf-8", "surrogatepass")) if holder else 0

    # -- questions ---------------------------------------------------------------------------------------------------

    def of_report(self, report_id: str) -> list[Decision]:
        """The decisions on statements of a report that hold, in order of key; "": those on names."""
        self._refresh()
        found = self._found.get(report_id)
        if found is None:
            found = self._holders(sorted(self._of_report.get(report_id, ())))
            if self._found_count + len(found) > _KEPT:
                self._found.clear()
                self._found_count = 0
            self._found[report_id] = found
            self._found_count += len(found)
        return found

    def reports(self) -> list[str]:
        """Ids of reports with decisions on their statements, in order."""
        self._refresh()
        return sorted(r for r in self._of_report if r)

    def all(self) -> list[Decision]:
        """The decisions that hold, in order of key."""
        self._refresh()
        single = {number: sequence for rows in self._of_key.values() if len(rows) == 1 for sequence, number in rows}
        rows = self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=single)
        read = {number: d for number, d in rows if number in single and isinstance(d, Decision)}
        holders = (read.get(rows[0][1]) if len(rows) == 1 else self._holder(key, {}) for key, rows in sorted(self._of_key.items()))
        return [d for d in holders if d is not None and d.verdict is not Verdict.open]

    def each(self) -> Iterator[Decision]:
        """The same, read bit by bit as they are asked for."""
        self._refresh()
        keys = sorted(self._of_key)
        step = _STEP // 10
        at = 0
        while at < len(keys):
            yield from self._holders(keys[at : at + step])
            at, step = at + step, _STEP

    def of_key(self, key: str) -> Decision | None:
        """The decision of a key that holds."""
        self._refresh()
        holder = self._holder(key, {}) if key in self._of_key else None
        return None if holder is None or holder.verdict is Verdict.open else holder

    def keys(self, start: str) -> list[str]:
        """Keys of decisions that hold and that begin so."""
        self._refresh()
        return sorted(k for k in self._of_key if k.startswith(start) and self.of_key(k) is not None)

    def history(self) -> Iterator[Decision]:
        """Every valid decision, in the order in which the ledger took them in."""
        self._refresh()
        sequence_of = {number: sequence for rows in self._of_key.values() for sequence, number in rows}
        for _, decision in self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=sequence_of):
            if isinstance(decision, Decision):
                yield decision

    def invalid(self) -> Iterator[InvalidDecision]:
        """Rows that are no valid decisions, whatever their reports say; those left out that a later valid decision of their key replaces."""
        self._refresh()
        sequence_of = {number: sequence for rows in self._of_key.values() for sequence, number in rows}
        for number, decision in self._read(f"SELECT {_COLUMNS} FROM decision ORDER BY number", sequence_of=sequence_of):
            if not isinstance(decision, Decision):
                holder = self._holder(decision[0], {}) if decision[0] in self._of_key else None
                if holder is None or holder.sequence <= sequence_of.get(number, 0):
                    yield InvalidDecision(number, *decision)

    def contested(self, keys: Iterable[str] | None = None) -> Iterator[tuple[Decision, Decision]]:
        """Decisions that hold, each with another one of the same sequence number that says otherwise. keys: only of these; in order of key."""
        self._refresh()
        for key in sorted(self._of_key if keys is None else {k for k in keys if k in self._of_key}):
            rows = self._of_key[key]
            if len(rows) == len({sequence for sequence, _ in rows}):
                continue
            held = self._holder(key, {})
            if held is None or held.verdict is Verdict.open:
                continue
            for _, decision in self._decisions_of(key):
                if decision.sequence == held.sequence and (decision.verdict, decision.about) != (held.verdict, held.about):
                    yield held, decision

    def fingerprint(self) -> int:
        """A number that is the same for equal decisions that hold, in whatever order they came."""
        self._refresh()
        return self._total

    # -- adding ------------------------------------------------------------------------------------------------------

    def add(
        self, decisions: Iterable[Decision], writing: Callable[[], AbstractContextManager[None]], execute: Callable[..., Any],
        remove: Callable[[int], None], *, made_here: bool = False,
    ) -> int:
        """Put decisions behind the others; gives the number of new ones. All or nothing.

        A decision that is in already is not added again. If the other copy has a higher sequence number, that number is taken over,
        so that all copies of the graph end with the same order. made_here: they have just been made, and none of them is in.
        """
        wanted = list(decisions)
        if not made_here and not self._plan(wanted):
            return 0
        new = 0
        with writing():
            for old, decision in self._plan(wanted, made_here=made_here):
                execute(
                    "INSERT INTO decision (key, verdict, about, who, made, note) VALUES (?,?,?,?,?,?)",
                    (decision.key, decision.verdict.value, canonical(stored(decision)), decision.who, decision.made, decision.note),
                )
                if old is None:
                    new += 1
                else:
                    # After the new row, so that its number is not used again.
                    remove(old)
        return new

    def _plan(self, decisions: list[Decision], *, made_here: bool = False) -> list[tuple[int | None, Decision]]:
        """Rows to write: each decision with its sequence number, and the number of the row that it replaces."""
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

    def _holders(self, keys: list[str]) -> list[Decision]:
        single = [self._of_key[k][0] for k in keys if len(self._of_key[k]) == 1]
        read: dict[int, Decision] = {}
        for at in range(0, len(single), _STEP):
            sequence_of = {number: sequence for sequence, number in single[at : at + _STEP]}
            rows = self._read(f"SELECT {_COLUMNS} FROM decision WHERE number IN ({','.join('?' * len(sequence_of))})", *sequence_of, sequence_of=sequence_of)
            read.update((number, d) for number, d in rows if isinstance(d, Decision))
        holders = (self._holder(k, read) for k in keys)
        return [d for d in holders if d is not None and d.verdict is not Verdict.open]

    def _holder(self, key: str, read: dict[int, Decision]) -> Decision | None:
        """The decision of a key that comes last and is valid; of one number several are compared."""
        rows = self._of_key[key]
        if len(rows) == 1 and rows[0][1] in read:
            return read[rows[0][1]]
        for sequence, group in groupby(sorted(rows, reverse=True), key=itemgetter(0)):
            found = [
                d for _, number in group
                for _, d in self._read(f"SELECT {_COLUMNS} FROM decision WHERE number = ?", number, sequence_of={number: sequence}) if isinstance(d, Decision)
            ]
            if found:
                return max(found, key=order)
        return None

    def _decisions_of(self, key: str) -> list[tuple[int, Decision]]:
        sequence_of = {number: sequence for sequence, number in self._of_key[key]}
        rows = self._read(f"SELECT {_COLUMNS} FROM decision WHERE key = ? ORDER BY number", key, sequence_of=sequence_of)
        return [(number, d) for number, d in rows if isinstance(d, Decision)]

    def _read(self, sql: str, *arguments: object, sequence_of: dict[int, int]) -> Iterator[tuple[int, Decision | tuple[str, str]]]:
        """Number and decision of each row, with its sequence number; the key and a reason instead, where it is none."""
        for number, raw_key, verdict, about, who, made, note in self._rows(sql, tuple, *arguments):
            key = _text(raw_key)
            try:
                record = json.loads(about.decode())
                if not isinstance(record, dict):
                    raise InvalidError("about", "not a JSON object")
                decision = of_row(record, verdict.decode(), who.decode(), made.decode(), note.decode(), sequence_of.get(number, 0))
                if decision.key != key:
                    raise InvalidError("key", "does not fit what the decision is about")
            except InvalidError as error:
                yield int(number), (key, str(error))
            except (ValueError, AttributeError, RecursionError):
                yield int(number), (key, "the row is damaged")
            else:
                yield int(number), decision


def stored(decision: Decision) -> dict[str, Any]:
    """What the column `about` holds: what the decision is about, its sequence number and the digest of the record."""
    return {k: v for k, v in to_record(decision).items() if k not in ("verdict", "who", "made", "note")}


def _content(decision: Decision) -> str:
    return "\x1f".join((decision.verdict, canonical(decision.about), decision.who, decision.made, decision.note))


def _share(key: bytes, verdict: bytes, about: bytes) -> int:
    said = about or b""
    for pattern in _ORDER:
        said = pattern.sub(b"", said)
    return int.from_bytes(hashlib.sha256(b"\x1f".join((key or b"", verdict or b"", said))).digest(), "big")


def _text(raw: object) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
