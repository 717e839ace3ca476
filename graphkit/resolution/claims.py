"""Claims: statements with the same entities, relation, kind, date and status, with all their evidence."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from graphkit.model import Claim, Entity, Evidence, Statement
from graphkit.resolution.resolver import Resolution


def make_claims(statements: Iterable[Statement], resolution: Resolution, texts: Mapping[str, str]) -> list[Claim]:
    """Claims in order of id.

    texts: report id → text. Raises KeyError when the text of a statement's report is missing.
    """
    groups: dict[tuple[str, str, str, str, str, str], list[tuple[Statement, Entity, Entity]]] = defaultdict(list)
    for s in statements:
        subject = resolution.entity(s, s.subject)
        obj = (
            Entity(f"Value:{s.object.name}", "Value", s.object.name)
            if s.object.type == "Value"
            else resolution.entity(s, s.object)
        )
        groups[(subject.id, s.relation, s.kind, obj.id, s.date, s.status.value)].append((s, subject, obj))
    claims = []
    for key, found in groups.items():
        evidence = tuple(
            Evidence(s.report, s.start, s.end, texts[s.report][s.start : s.end], s.id, s.rule, s.confidence)
            for s, _, _ in sorted(found, key=lambda f: (f[0].report, f[0].start, f[0].id))
        )
        first, subject, obj = found[0]
        claims.append(
            Claim(
                id=hashlib.sha256("\x1f".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:24],
                subject=subject, relation=first.relation, object=obj, kind=first.kind, status=first.status,
                date=first.date, confidence=max(e.confidence for e in evidence), evidence=evidence,
            )
        )
    return sorted(claims, key=lambda c: c.id)
