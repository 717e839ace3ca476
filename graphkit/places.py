"""The places that users write: a division is given by its code or by its name."""

from __future__ import annotations

from functools import cache

from graphkit.errors import UsageError
from graphkit.recognition import gazetteer
from graphkit.resolution.short_forms import home
from graphkit.wording import did_you_mean

#: Number of digits of the code of a division (GB/T 2260).
_DIGITS = 6


@cache
def _known_codes() -> frozenset[str]:
    """Return the codes of all divisions, including those that no longer exist."""
    return frozenset(d.code for same in gazetteer.divisions().values() for d in same)


def division_code(place: str) -> str:
    """Return the six-digit code of a division.

    place: its code, the first two or four digits of the code of a province or a city, or its name. Raises UsageError for
    an unknown place, and for a name that several divisions have.
    """
    if not (place.isascii() and place.isdigit()):
        division = gazetteer.find(place) or home(place)
        if division is None:
            raise UsageError(_unknown(place))
        return division.code
    code = place.ljust(_DIGITS, "0") if len(place) in (2, 4) else place
    if len(code) != _DIGITS:
        raise UsageError(f"place {place[:20]!r}: the code of a division has six digits, for example 140000")
    if code not in _known_codes():
        raise UsageError(f"place {place[:20]!r}: no division has this code")
    return code


def _unknown(place: str) -> str:
    """Return the message about a place that is not the name of exactly one division."""
    same = gazetteer.divisions().get(place, ())
    if same:
        names = dict.fromkeys(f"{d.province}{d.name} ({d.code})" for d in same if d.name != d.province)
        return f"several divisions are called {place!r}, for example {', '.join([*names][:3])}; give the code of one"
    similar = did_you_mean(place[:80], gazetteer.divisions())
    return f"unknown place {place[:80]!r}: give the full name or the code of a division{similar}"
