"""Validation of decisions: the rules for extracted statements, and agreement with the text of the report.

The command line, the explorer, the Python interface and the import of decision files use these checks. Decisions in a
ledger that an older version wrote are checked as well: invalid ones are ignored, counted and listed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from graphkit.errors import SchemaError
from graphkit.model import Mention, Report, Statement, Status
from graphkit.schema import load_schema

#: Characters that no value may contain: control characters, noncharacters and unpaired surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
#: Characters that the schema rejects in names from an extractor.
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: Characters that a quote may not contain; line breaks are allowed.
_SURROGATE = re.compile("[\x00\ud800-\udfff]")
#: Punctuation that a name may not contain. Phrases and titles of documents are quoted text and may contain it.
_SENTENCE = re.compile(r"[。！？；!?;，,\n]")
_SENTENCE_END = re.compile(r"[。！？；!;]")
_PLAIN_TYPES = frozenset({"Person", "Post", "Place", "Park", "Organization", "Site"})
_BLANKS = re.compile(r"\s+")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PARTIAL = re.compile(r"--(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(\+00:00|Z)", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME, LONGEST_PERSON, LONGEST_NOTE, LONGEST_ID, LONGEST_QUOTE = 500, 100, 4_000, 1_000, 1_000_000
_LAST_OFFSET, _LAST_SEQUENCE = 1 << 40, 1_000_000_000
DATES = "YYYY-MM-DD, --MM-DD when the year is not known, or FIRST/LAST for a range"
#: Fields of a statement that can be corrected.
CORRECTABLE = ("relation", "kind", "status", "date", "speaker", "start", "end", "subject", "object")
_STATEMENT_FIELDS = ("report", "sha256", "quote", *CORRECTABLE)
_MENTION_FIELDS = ("type", "name", "start", "end", "aliases", "antecedent")
_NAME_FIELDS = ("type", "name", "report")
_NEEDED_OF_MENTION = _MENTION_FIELDS[:4]
_NEEDED_SET = frozenset(_NEEDED_OF_MENTION)
_STATUSES = tuple(s.value for s in Status)


_DECISION_FIELDS = (*_STATEMENT_FIELDS, "instead")


class InvalidError(Exception):
    """An invalid field of a decision, with the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def shown(value: object) -> str:
    """Return a value for an error message, shortened to 60 characters and safe to print.

    >>> shown("习近平"), shown("a\\ud800")
    ("'习近平'", "'a\\\\ud800'")
    """
    text = repr(value)
    text = text if len(text) <= 60 else text[:57] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# -- single values -----------------------------------------------------------------------------------------------


def check_text(field: str, value: object, longest: int, *, empty: bool = True, bad: re.Pattern[str] = _CONTROL) -> str:
    """Return the value if it is a text of at most `longest` characters without forbidden ones. Raises InvalidError.

    empty: whether "" is allowed. bad: pattern of forbidden characters.
    """
    if not isinstance(value, str):
        raise InvalidError(field, f"{shown(value)} is not a text")
    # Printable text contains no forbidden characters; this is the most frequent case.
    if value.isprintable() and len(value) <= longest and (empty or value.strip()):
        return value
    if not empty and not value.strip():
        raise InvalidError(field, "is empty")
    found = bad.search(value)
    if found:
        char = found.group()
        name = unicodedata.name(char, "a control character or an unpaired surrogate").lower()
        raise InvalidError(field, f"character {found.start()} is U+{ord(char):04X} ({name})")
    if len(value) > longest:
        raise InvalidError(field, f"has {len(value):,} characters; at most {longest:,} are allowed")
    return value


def check_name(field: str, type_: str, value: object) -> str:
    """Return the value if it can be the name of an entity of this type. Raises InvalidError."""
    name = check_text(field, value, LONGEST_PERSON if type_ == "Person" else LONGEST_NAME, empty=False)
    if not name[0].isalnum() and not any(unicodedata.category(c)[0] in "LNS" for c in name):
        raise InvalidError(field, f"{shown(name)} is not a name: it contains no letter or digit")
    pattern = _SENTENCE if type_ in ("Person", "Post", "Place") else _SENTENCE_END if type_ in _PLAIN_TYPES else None
    found = pattern.search(name) if pattern else None
    if found:
        raise InvalidError(
            field, f"{shown(name)} is a sentence and not a name: character {found.start()} is {found.group()}"
        )
    return name


def check_date(field: str, value: object, *, ordered: bool = True) -> str:
    """Return the value if it is "", a day, a day without a year, or a range of days. Raises InvalidError.

    ordered: whether the first day of a range must come before the last.
    """
    if isinstance(value, str) and _is_date(value, ordered):
        return value
    days = value.split("/") if isinstance(value, str) else []
    if not isinstance(value, str) or len(days) > 2 or (value and not all(map(_is_day, days))):
        raise InvalidError(field, f"{shown(value)} is not a date; use {DATES}")
    raise InvalidError(field, f"{shown(value)} is not a range: the first day comes before the last")


@lru_cache(10_000)
def _is_date(value: str, ordered: bool) -> bool:
    days = value.split("/")
    if len(days) > 2 or (value and not all(map(_is_day, days))):
        return False
    if not ordered or len(days) < 2:
        return True
    first, last = days
    return first.startswith("--") == last.startswith("--") and (first <= last or first.startswith("--"))


def _is_day(value: str) -> bool:
    found, partial = _DAY.fullmatch(value), _PARTIAL.fullmatch(value)
    try:
        if found:
            date(int(found[1]), int(found[2]), int(found[3]))
        elif partial:
            date(2000, int(partial[1]), int(partial[2]))
    except ValueError:
        return False
    return bool(found or partial)


def check_time(field: str, value: object) -> str:
    """Return the value if it is a time in UTC in ISO 8601 format. Raises InvalidError."""
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            datetime.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise InvalidError(field, f"{shown(value)} is not a time in UTC; use YYYY-MM-DDTHH:MM:SS+00:00")


def check_choice(field: str, value: object, allowed: Collection[str], what: str) -> str:
    """Return the value if it is allowed.

    Raises InvalidError, which lists the allowed values. what: name of the value.
    """
    if isinstance(value, str) and value in allowed:
        return value
    raise InvalidError(field, f"unknown {what} {shown(value)}; one of {', '.join(n or '(empty)' for n in allowed)}")


def check_relation(field: str, value: object) -> str:
    return check_choice(field, value, load_schema().relations, "relation")


def check_status(field: str, value: object) -> str:
    return check_choice(field, value, _STATUSES, "status")


def check_type(field: str, value: object, relation: str, role: str) -> str:
    """Return the type if the schema allows it as subject or object of the relation. Raises InvalidError."""
    allowed: frozenset[str] = getattr(load_schema().relations[relation], role)
    if isinstance(value, str) and value in allowed:
        return value
    name = value if isinstance(value, str) and value in load_schema().types else shown(value)
    raise InvalidError(field, f"{name} is not allowed as {role} of {relation}; one of {', '.join(sorted(allowed))}")


def _whole_number(field: str, value: object, first: int = 0, last: int = _LAST_OFFSET) -> int:
    if type(value) is not int or not first <= value <= last:
        raise InvalidError(field, f"{shown(value)} is not a whole number from {first}")
    return value


def _check_span(field: str, start: object, end: object) -> None:
    if type(start) is int and type(end) is int and 0 <= start < end <= _LAST_OFFSET:
        return
    first, last = _whole_number(f"{field}start", start), _whole_number(f"{field}end", end)
    if first >= last:
        raise InvalidError(f"{field}end", f"{last} is not after the start {first}")


# -- the record of a decision --------------------------------------------------------------------------------------


def check_notes(who: object, made: object, note: object) -> None:
    """Check reviewer, time and note of a decision. Raises InvalidError."""
    check_text("who", who, LONGEST_PERSON, empty=False)
    check_time("made", made)
    check_text("note", note, LONGEST_NOTE)


def check_sequence(value: object) -> int:
    return _whole_number("sequence", value, 1, _LAST_SEQUENCE)


def check_about(about: dict[str, Any], *, asserted: bool, corrected: bool) -> None:
    """Check the statement or the two names that a decision is about. Raises InvalidError.

    asserted: the decision adds the statement to the graph, so its names must be valid. corrected: `instead` is
    required.
    """
    if "names" in about:
        _check_fields("", about, ("names",), ("names",))
        names = about["names"]
        if not isinstance(names, list) or len(names) != 2:
            raise InvalidError("names", "two names are required")
        for n, name in enumerate(names, 1):
            check_entity_name(f"names[{n}].", name)
        return
    _check_fields("", about, _STATEMENT_FIELDS, _DECISION_FIELDS)
    check_text("report", about["report"], LONGEST_ID, empty=False, bad=_SURROGATE)
    if not isinstance(about["sha256"], str) or not _SHA256.fullmatch(about["sha256"]):
        raise InvalidError("sha256", f"{shown(about['sha256'])} is not 64 hexadecimal digits")
    check_text("quote", about["quote"], LONGEST_QUOTE, bad=_SURROGATE)
    _check_statement("", about, named=asserted and not corrected)
    if len(about["quote"]) != about["end"] - about["start"]:
        start, end = about["start"], about["end"]
        raise InvalidError(
            "quote", f"has {len(about['quote'])} characters, but the span {start}-{end} has {end - start}"
        )
    if corrected:
        instead = about.get("instead")
        if not isinstance(instead, dict) or not instead:
            raise InvalidError("instead", f"nothing to correct; fields are {', '.join(CORRECTABLE)}")
        for field in instead:
            if field not in CORRECTABLE:
                raise InvalidError("instead", f"{shown(field)} cannot be corrected; one of {', '.join(CORRECTABLE)}")
        _check_statement("instead.", {**about, **instead}, named=True)
    elif "instead" in about:
        raise InvalidError("instead", "is allowed for corrections only")


def check_entity_name(field: str, name: object) -> None:
    """Check a name with its type and report. Raises InvalidError."""
    if not isinstance(name, dict):
        raise InvalidError(field.rstrip("."), f"{shown(name)} is not a name with type, name and report")
    _check_fields(field, name, _NAME_FIELDS, _NAME_FIELDS)
    check_choice(f"{field}type", name["type"], load_schema().types, "type")
    check_name(f"{field}name", "", name["name"])
    check_text(f"{field}report", name["report"], LONGEST_ID, empty=False, bad=_SURROGATE)


def _check_statement(prefix: str, about: dict[str, Any], *, named: bool) -> None:
    relation = check_choice(f"{prefix}relation", about["relation"], load_schema().relations, "relation")
    kinds = load_schema().attributes if relation == "has_attribute" else ("",)
    check_choice(f"{prefix}kind", about["kind"], kinds, f"kind of {relation}")
    check_status(f"{prefix}status", about["status"])
    check_date(f"{prefix}date", about["date"], ordered=named)
    if about["speaker"] != "":
        check_text(f"{prefix}speaker", about["speaker"], LONGEST_NAME, bad=_CONTROL if named else _UNWRITABLE)
    if named and about["speaker"]:
        check_name(f"{prefix}speaker", "Organization", about["speaker"])
    _check_span(prefix, about["start"], about["end"])
    for role in ("subject", "object"):
        _check_mention(f"{prefix}{role}", about[role], relation, role, named=named)


def _check_mention(field: str, mention: object, relation: str, role: str, *, named: bool) -> None:
    if not isinstance(mention, dict):
        raise InvalidError(field, f"{shown(mention)} is not a mention with type, name, start and end")
    if mention.keys() != _NEEDED_SET:
        _check_fields(f"{field}.", mention, _NEEDED_OF_MENTION, _MENTION_FIELDS)
    type_ = check_type(f"{field}.type", mention["type"], relation, role)
    if named:
        check_name(f"{field}.name", type_, mention["name"])
    else:
        check_text(f"{field}.name", mention["name"], LONGEST_NAME, empty=False, bad=_UNWRITABLE)
    _check_span(f"{field}.", mention["start"], mention["end"])
    if len(mention) == len(_NEEDED_OF_MENTION):
        return
    aliases = mention.get("aliases", [])
    if not isinstance(aliases, list) or len(aliases) > 1_000:
        raise InvalidError(f"{field}.aliases", f"{shown(aliases)} is not a list of names")
    for number, alias in enumerate(aliases, 1):
        if named:
            check_name(f"{field}.aliases[{number}]", type_, alias)
        else:
            check_text(f"{field}.aliases[{number}]", alias, LONGEST_NAME, empty=False, bad=_UNWRITABLE)
    antecedent = mention.get("antecedent")
    if antecedent is not None:
        if not isinstance(antecedent, list) or len(antecedent) != 2:
            raise InvalidError(f"{field}.antecedent", f"{shown(antecedent)} is not a pair of whole numbers")
        _check_span(f"{field}.antecedent.", antecedent[0], antecedent[1])


@lru_cache(100)
def _as_sets(needed: tuple[str, ...], known: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(needed), frozenset(known)


def _check_fields(prefix: str, record: dict[str, Any], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Check that a record has all `needed` fields and no field that is not `known`. Raises InvalidError."""
    required, allowed = _as_sets(needed, known)
    if required <= record.keys() <= allowed:
        return
    for field in needed:
        if field not in record:
            raise InvalidError(f"{prefix}{field}", "is missing")
    for field in record:
        if field not in known:
            raise InvalidError(f"{prefix}{shown(field)[1:-1]}", "is not a field of a decision")


# -- agreement with the text ----------------------------------------------------------------------------------------


def check_quote(statement: Statement, quote: str, report: Report) -> None:
    """Check that the stored quote is the text of its span. Raises InvalidError."""
    if report.text[statement.start : statement.end] != quote:
        raise InvalidError(
            "quote", f"{shown(quote)} is not the text of {report.id} at {statement.start}-{statement.end}"
        )


def check_in_text(statement: Statement, report: Report, before: Statement | None = None, prefix: str = "") -> None:
    """Check that the schema allows a statement and that its names occur in the report. Raises InvalidError.

    before: the statement before the correction; unchanged fields are not checked. prefix: prefix of the field names.
    """
    try:
        load_schema().check(statement, report)
    except SchemaError as error:
        raise InvalidError(f"{prefix}statement", str(error)) from None
    for role in ("subject", "object"):
        _check_mention_in_text(
            f"{prefix}{role}", getattr(statement, role), report, getattr(before, role) if before else None
        )
    if before is None or statement.speaker in ("", before.speaker):
        return
    if _without_blanks(statement.speaker) not in _without_blanks(report.text):
        raise InvalidError(f"{prefix}speaker", f"{shown(statement.speaker)} does not occur in the report")


def _check_mention_in_text(field: str, m: Mention, report: Report, before: Mention | None) -> None:
    here = report.text[m.start : m.end]
    name = _without_blanks(m.name)
    is_unchanged = before is not None and m.name == before.name and (m.start, m.end) == (before.start, before.end)
    is_named = _without_blanks(here) == name
    is_named = is_named or (m.antecedent is not None and _without_blanks(report.text[slice(*m.antecedent)]) == name)
    if before is None:
        # In an extracted statement the span may be a short form of a name that occurs elsewhere in the report.
        is_named = is_named or here in m.aliases or name in _without_blanks(report.text)
    if not (is_unchanged or is_named):
        raise InvalidError(
            f"{field}.name", f"{shown(m.name)} is not the text at {m.start}-{m.end}, which is {shown(here)}"
        )
    for n, alias in enumerate(m.aliases, 1):
        if before is None or alias in before.aliases:
            continue
        if _without_blanks(alias) not in _without_blanks(report.text):
            raise InvalidError(f"{field}.aliases[{n}]", f"{shown(alias)} does not occur in the report")


def _without_blanks(text: str) -> str:
    return _BLANKS.sub("", text)


def canonical(record: dict[str, Any]) -> str:
    """Return a record as one line of JSON with sorted keys."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True)
