"""What a decision may say: the rules of extractor output, and what the text of the report says.

Every way in uses these checks: the command line, the page, Python, and files of decisions. A ledger that an older version wrote
is read through them too: a decision that breaks them is ignored, counted and reported.
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

#: Characters that no value holds: control characters, noncharacters and surrogates without their other half.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
#: Characters that the schema refuses in a name that an extractor gives.
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: A quote is text of a report, line breaks included.
_SURROGATE = re.compile("[\x00\ud800-\udfff]")
#: A name is not a sentence. Phrases and titles of documents are wordings of the report, and may hold such marks.
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
    """A field of a decision and why it is not valid."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def shown(value: object) -> str:
    """A value for a message: short, and safe to print.

    >>> shown("习近平"), shown("a\\ud800")
    ("'习近平'", "'a\\\\ud800'")
    """
    words = repr(value)
    words = words if len(words) <= 60 else words[:57] + "…"
    return words.encode("utf-8", "backslashreplace").decode("utf-8")


# -- single values -----------------------------------------------------------------------------------------------


def check_text(field: str, value: object, longest: int, *, empty: bool = True, bad: re.Pattern[str] = _CONTROL) -> str:
    """The value, when it is a text of at most so many characters without control characters. Raises InvalidError."""
    if not isinstance(value, str):
        raise InvalidError(field, f"{shown(value)} is not a text")
    # Printable text has none of the characters that are refused: most texts end here.
    if value.isprintable() and len(value) <= longest and (empty or value.strip()):
        return value
    if not empty and not value.strip():
        raise InvalidError(field, "is empty")
    found = bad.search(value)
    if found:
        char = found.group()
        raise InvalidError(field, f"character {found.start()} is U+{ord(char):04X} ({unicodedata.name(char, 'a control character or half a character').lower()})")
    if len(value) > longest:
        raise InvalidError(field, f"has {len(value):,} characters; at most {longest:,} are allowed")
    return value


def check_name(field: str, type_: str, value: object) -> str:
    """The value, when it can be the name of an entity of this type. Raises InvalidError."""
    name = check_text(field, value, LONGEST_PERSON if type_ == "Person" else LONGEST_NAME, empty=False)
    if not name[0].isalnum() and not any(unicodedata.category(c)[0] in "LNS" for c in name):
        raise InvalidError(field, f"{shown(name)} is not a name: it has no letter or digit")
    pattern = _SENTENCE if type_ in ("Person", "Post", "Place") else _SENTENCE_END if type_ in _PLAIN_TYPES else None
    found = pattern.search(name) if pattern else None
    if found:
        raise InvalidError(field, f"{shown(name)} is a sentence and not a name: character {found.start()} is {found.group()}")
    return name


def check_date(field: str, value: object, *, ordered: bool = True) -> str:
    """The value, when it is "", a day, a day without a year, or a range of these, ordered or not. Raises InvalidError."""
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
    return not (ordered and len(days) == 2 and (days[0].startswith("--") != days[1].startswith("--") or (days[0] > days[1] and not days[0].startswith("--"))))


def _is_day(words: str) -> bool:
    found, partial = _DAY.fullmatch(words), _PARTIAL.fullmatch(words)
    try:
        if found:
            date(int(found[1]), int(found[2]), int(found[3]))
        elif partial:
            date(2000, int(partial[1]), int(partial[2]))
    except ValueError:
        return False
    return bool(found or partial)


def check_time(field: str, value: object) -> str:
    """The value, when it is a point in time as ISO 8601 in UTC. Raises InvalidError."""
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            datetime.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise InvalidError(field, f"{shown(value)} is not a time in UTC; use YYYY-MM-DDTHH:MM:SS+00:00")


def check_choice(field: str, value: object, allowed: Collection[str], what: str) -> str:
    """The value, when it is one of those allowed. Raises InvalidError, which lists them."""
    if isinstance(value, str) and value in allowed:
        return value
    raise InvalidError(field, f"unknown {what} {shown(value)}; one of {', '.join(n or '(empty)' for n in allowed)}")


def check_relation(field: str, value: object) -> str:
    return check_choice(field, value, load_schema().relations, "relation")


def check_status(field: str, value: object) -> str:
    return check_choice(field, value, _STATUSES, "status")


def check_type(field: str, value: object, relation: str, role: str) -> str:
    """The type, when it may be the subject or object of the relation. Raises InvalidError."""
    allowed: frozenset[str] = getattr(load_schema().relations[relation], role)
    if isinstance(value, str) and value in allowed:
        return value
    raise InvalidError(field, f"{value if isinstance(value, str) and value in load_schema().types else shown(value)} may not be {role} of {relation}; one of {', '.join(sorted(allowed))}")


def _whole(field: str, value: object, first: int = 0, last: int = _LAST_OFFSET) -> int:
    if type(value) is not int or not first <= value <= last:
        raise InvalidError(field, f"{shown(value)} is not a whole number from {first}")
    return value


def _check_span(field: str, start: object, end: object) -> None:
    if type(start) is int and type(end) is int and 0 <= start < end <= _LAST_OFFSET:
        return
    first, last = _whole(f"{field}start", start), _whole(f"{field}end", end)
    if first >= last:
        raise InvalidError(f"{field}end", f"{last} is not behind the start {first}")


# -- the record of a decision --------------------------------------------------------------------------------------


def check_notes(who: object, made: object, note: object) -> None:
    """Who decided, when and why. Raises InvalidError."""
    check_text("who", who, LONGEST_PERSON, empty=False)
    check_time("made", made)
    check_text("note", note, LONGEST_NOTE)


def check_sequence(value: object) -> int:
    return _whole("sequence", value, 1, _LAST_SEQUENCE)


def check_about(about: dict[str, Any], *, asserted: bool, corrected: bool) -> None:
    """What a decision is about: a statement or two names, each field by its own rule. Raises InvalidError.

    asserted: the decision puts the statement into the graph, so its names must be names. corrected: `instead` is wanted.
    """
    if "names" in about:
        _check_fields("", about, ("names",), ("names",))
        names = about["names"]
        if not isinstance(names, list) or len(names) != 2:
            raise InvalidError("names", "two names are needed")
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
        raise InvalidError("quote", f"has {len(about['quote'])} characters, but the span {about['start']}-{about['end']} has {about['end'] - about['start']}")
    if corrected:
        instead = about.get("instead")
        if not isinstance(instead, dict) or not instead:
            raise InvalidError("instead", f"nothing to correct; fields are {', '.join(CORRECTABLE)}")
        for field in instead:
            if field not in CORRECTABLE:
                raise InvalidError("instead", f"{shown(field)} cannot be corrected; one of {', '.join(CORRECTABLE)}")
        _check_statement("instead.", {**about, **instead}, named=True)
    elif "instead" in about:
        raise InvalidError("instead", "only a correction has it (verdict mend)")


def check_entity_name(field: str, name: object) -> None:
    """A name with its type and its report. Raises InvalidError."""
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
    back = mention.get("antecedent")
    if back is not None:
        if not isinstance(back, list) or len(back) != 2:
            raise InvalidError(f"{field}.antecedent", f"{shown(back)} is not a pair of whole numbers")
        _check_span(f"{field}.antecedent.", back[0], back[1])


@lru_cache(100)
def _as_sets(needed: tuple[str, ...], known: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(needed), frozenset(known)


def _check_fields(prefix: str, record: dict[str, Any], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    least, most = _as_sets(needed, known)
    if least <= record.keys() <= most:
        return
    for field in needed:
        if field not in record:
            raise InvalidError(f"{prefix}{field}", "is missing")
    for field in record:
        if field not in known:
            raise InvalidError(f"{prefix}{shown(field)[1:-1]}", "is not a field of a decision")


# -- a decision against the text ------------------------------------------------------------------------------------


def check_quote(statement: Statement, quote: str, report: Report) -> None:
    """The quote that was kept is the text of its span. Raises InvalidError."""
    if report.text[statement.start : statement.end] != quote:
        raise InvalidError("quote", f"{shown(quote)} is not the text of {report.id} at {statement.start}-{statement.end}")


def check_in_text(statement: Statement, report: Report, before: Statement | None = None, prefix: str = "") -> None:
    """A statement that a decision puts into the graph: the schema allows it, and its names are words of the report.

    before: the statement that was corrected; what is unchanged needs no proof. Raises InvalidError.
    """
    try:
        load_schema().check(statement, report)
    except SchemaError as error:
        raise InvalidError(f"{prefix}statement", str(error)) from None
    for role in ("subject", "object"):
        _check_mention_in_text(f"{prefix}{role}", getattr(statement, role), report, getattr(before, role) if before else None)
    if before is not None and statement.speaker not in ("", before.speaker) and _plain(statement.speaker) not in _plain(report.text):
        raise InvalidError(f"{prefix}speaker", f"{shown(statement.speaker)} does not occur in the report")


def _check_mention_in_text(field: str, m: Mention, report: Report, before: Mention | None) -> None:
    here = report.text[m.start : m.end]
    kept = before is not None and m.name == before.name and (m.start, m.end) == (before.start, before.end)
    reading = m.antecedent is not None and _plain(report.text[slice(*m.antecedent)]) == _plain(m.name)
    named = _plain(here) == _plain(m.name) or reading
    if before is None:
        # As an extractor gave it: the place may be a short form, and the name may be told from another place.
        named = named or here in m.aliases or _plain(m.name) in _plain(report.text)
    if not (kept or named):
        raise InvalidError(f"{field}.name", f"{shown(m.name)} is not the text at {m.start}-{m.end}, which is {shown(here)}")
    for n, alias in enumerate(m.aliases, 1):
        if before is not None and alias not in before.aliases and _plain(alias) not in _plain(report.text):
            raise InvalidError(f"{field}.aliases[{n}]", f"{shown(alias)} does not occur in the report")


def _plain(words: str) -> str:
    return _BLANKS.sub("", words)


def canonical(record: dict[str, Any]) -> str:
    """A record as one line of JSON, keys in order."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True)
