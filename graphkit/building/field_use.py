"""Which fields of the records were used, which options had an effect, and to how many pages site rules applied."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphkit.model import Failure, Ignored, NoReport, Origin, Report
from graphkit.reading import ReadingOptions, printable
from graphkit.reading.formats import kind_of
from graphkit.wording import advice, did_you_mean

#: Maximum number of different names of fields that are remembered for each kind of file.
MOST_NAMES = 1000
#: Maximum number of names in a message.
SHOWN_NAMES = 12


@dataclass(slots=True)
class RuleUse:
    """Number of pages to which a site rule was applied, and of those without the body that the rule states."""

    pages: int = 0
    without_body: int = 0
    first_without_body: str = ""


@dataclass(slots=True)
class FieldUse:
    """Collects the origins of reports, and of failed records.

    names: whether a value was used, by kind of file and name of the field in its records. other_names: of records
    without a report. options: the options `--field` whose path a record has. rules: use of site rules by name.
    """

    names: dict[str, dict[str, bool]] = field(default_factory=dict)
    other_names: dict[str, None] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    rules: dict[str, RuleUse] = field(default_factory=dict)

    def add(self, source: str, origin: Origin | None, *, is_report: bool) -> None:
        """Add the origin of a report, or of an input without one. source: its file."""
        if origin is None:
            return
        if origin.rule:
            self._add_rule(source, origin)
        if not origin.names:
            return
        self.options.update(origin.options)
        if not is_report:
            for name in origin.names:
                if len(self.other_names) < MOST_NAMES:
                    self.other_names.setdefault(name)
            return
        known = self.names.setdefault(kind_of(source), {})
        unused = set(origin.unused)
        for name in origin.names:
            if name in known or len(known) < MOST_NAMES:
                known[name] = known.get(name, False) or name not in unused

    def add_item(self, item: Report | Failure | NoReport | Ignored) -> None:
        """Add the origin of what was read."""
        if not isinstance(item, Ignored):
            self.add(item.source, item.origin, is_report=isinstance(item, Report))

    def _add_rule(self, source: str, origin: Origin) -> None:
        use = self.rules.setdefault(origin.rule, RuleUse())
        use.pages += 1
        if not origin.has_body:
            use.first_without_body = use.first_without_body or source
            use.without_body += 1

    def unused(self) -> dict[str, list[str]]:
        """Return the names of the fields from which no report has a value, by kind of file."""
        found = {kind: [name for name, used in names.items() if not used] for kind, names in self.names.items()}
        return {kind: names for kind, names in found.items() if names}

    def unused_lines(self) -> list[str]:
        """Return a line for each kind of file with unused fields."""
        return [
            f"{kind}: {len(names)} field{' was' if len(names) == 1 else 's were'} not used: {_listed(names)}; "
            + advice("Report.origin states what was read", "`graphkit inspect` shows what was read from which field")
            for kind, names in self.unused().items()
        ]

    def warnings(self, options: ReadingOptions | None) -> list[str]:
        """Return a warning for each option `--field` whose path no record has, and for site rules without effect."""
        options = options or ReadingOptions()
        lines = [self._missing_path(str(path), path.path) for path in options.fields if str(path) not in self.options]
        file = options.rules.file
        idle = [f"[{printable(rule.name)}]" for rule in options.rules.rules if rule.name not in self.rules]
        if idle:
            lines.append(f"{file}: no page belongs to the rule{'' if len(idle) == 1 else 's'} {_listed(idle)}")
        lines += [f"{file}: {_bodiless(name, use)}" for name, use in self.rules.items() if use.without_body]
        return lines

    def _missing_path(self, option: str, path: str) -> str:
        known = list(dict.fromkeys([name for names in self.names.values() for name in names] + list(self.other_names)))
        if not known:
            return f"{_field(option)} had no effect: no record (JSON, CSV or workbook) was read"
        return (
            f"{_field(option)} had no effect: no record has this field{did_you_mean(path, known)}; "
            f"the fields are {_listed(known)}"
        )


def _field(option: str) -> str:
    """Return the option for the path of a field, as it was given."""
    name, _, path = option.partition("=")
    return advice(f"fields={{{name!r}: {printable(path)!r}}}", f"--field {printable(option)}")


def _bodiless(name: str, use: RuleUse) -> str:
    """Return a message about the pages without the body that a rule states."""
    one = use.without_body == 1
    return (
        f"the rule [{printable(name)}] found no body in {use.without_body} of {use.pages} "
        f"page{'' if use.pages == 1 else 's'}, which {'was' if one else 'were'} read without it; "
        f"{'it is' if one else 'the first is'} {use.first_without_body}"
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more
