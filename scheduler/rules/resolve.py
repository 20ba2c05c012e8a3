"""From dated rows to the rules in force at a site on a date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from forecasting.errors import Fault, InvalidInput
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.shipped import NO_RULES, shipped_packs, shipped_rows, split_source
from scheduler.rules.vocabulary import EXTENDS, VOCABULARY
from scheduler.team import RuleRow

__all__ = ["NO_VALUE", "RuleBook", "resolve_rules"]

NO_VALUE = "none"
"""A value that takes a rule away which the pack would have otherwise."""

RULES_FILE = "rules.csv"


@dataclass(frozen=True)
class _Entry:
    """A row whose value is read; None takes the rule away."""

    row: RuleRow
    value: object

    def in_force(self, day: date) -> bool:
        first, last = self.row.first_date, self.row.last_date
        return (first is None or first <= day) and (last is None or day <= last)


class RuleBook:
    """Shipped packs and a company's own rows, ready to be asked for a pack's rules on any date.

    A company's row adds to the shipped pack of the same name, or overrides its rule while the row is in
    force; with a name of its own it makes a new pack. A pack that ``extends`` another has that one's rules
    wherever it states none itself.

    Parameters
    ----------
    rows
        The workspace's ``rules.csv``.

    Raises
    ------
    InvalidInput
        With one fault a row that cannot be used: an unknown rule, a value that cannot be read, two rows for
        the same rule and date, a pack that extends an unknown one or, by way of others, itself.
    """

    def __init__(self, rows: Iterable[RuleRow] = ()) -> None:
        own = tuple(rows)
        self._shipped = _shipped_entries()
        self._names = {NO_RULES, *shipped_packs(), *(row.pack for row in own)}
        faults = list(self._find_faults(own))
        if faults:
            raise InvalidInput(faults)
        self._own = _group(_Entry(row, _read(row)) for row in own)
        circular = [row for row in own if row.rule == EXTENDS and self._reaches(row.value.strip(), row.pack)]
        if circular:
            raise InvalidInput(_fault(row, "value", "a pack must not extend itself") for row in circular)
        self._dates: dict[tuple[str, date], LabourRules] = {}
        self._rules: dict[tuple[str, tuple[RuleRow, ...]], LabourRules] = {}

    @property
    def packs(self) -> tuple[str, ...]:
        """Names of all packs that there are, sorted."""
        return tuple(sorted(self._names))

    def on(self, pack: str, day: date) -> LabourRules:
        """Return a pack's rules on a date: the same object on all dates that have the same rows in force.

        Raises
        ------
        InvalidInput
            If there is no such pack.
        """
        key = pack, day
        if key not in self._dates:
            entries = self._in_force(pack, day)
            rows = pack, tuple(entry.row for entry in entries)
            if rows not in self._rules:
                self._rules[rows] = _compose(pack, entries)
            self._dates[key] = self._rules[rows]
        return self._dates[key]

    def _in_force(self, pack: str, day: date) -> list[_Entry]:
        """Return the entries of a pack's line, the ones that override others behind them."""
        if pack not in self._names:
            rule = f"the rule pack must be one of {', '.join(self.packs)}, or a pack of {RULES_FILE}"
            raise InvalidInput(Fault(rule, file="sites.csv", column="rules", value=pack, code="unknown_pack"))
        return [entry for name in reversed(self._line(pack, day)) for entry in self._layers(name, day)]

    def _layers(self, pack: str, day: date) -> Iterator[_Entry]:
        """Yield the entries of one pack that are in force: the shipped ones, then the company's."""
        for layer in (self._shipped, self._own):
            yield from (entry for entry in layer.get(pack, ()) if entry.in_force(day))

    def _line(self, pack: str, day: date) -> list[str]:
        """Return the pack, the one that it extends on that date, and so on."""
        line = [pack]
        while True:
            named = [entry.value for entry in self._layers(line[-1], day) if entry.row.rule == EXTENDS]
            if not named or named[-1] is None:
                return line
            line.append(str(named[-1]))

    def _reaches(self, pack: str, goal: str) -> bool:
        """Tell whether a pack is the goal or extends it on some date, by way of others or not."""
        seen: set[str] = set()
        open_packs = [pack]
        while open_packs:
            name = open_packs.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                entries = (*self._shipped.get(name, ()), *self._own.get(name, ()))
                open_packs += [
                    str(entry.value) for entry in entries if entry.row.rule == EXTENDS and entry.value
                ]
        return False

    def _find_faults(self, rows: Sequence[RuleRow]) -> Iterator[Fault]:
        kept: dict[tuple[str, str], list[RuleRow]] = defaultdict(list)
        for row in rows:
            if row.pack == NO_RULES:
                yield _fault(
                    row, "pack", f"the pack {NO_RULES!r} has no rules; give the pack a name of its own"
                )
                continue
            if row.rule not in VOCABULARY:
                near = get_close_matches(row.rule[:100], list(VOCABULARY), n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield _fault(
                    row, "rule", f"rule must be one that docs/labour-rules.md defines{hint}", "unknown_rule"
                )
                continue
            try:
                value = _read(row)
            except ValueError:
                yield _fault(
                    row, "value", f"{row.rule} must be {VOCABULARY[row.rule].kind.rule}, or {NO_VALUE}"
                )
                continue
            if row.rule == EXTENDS and value is not None and value not in self._names:
                yield _fault(row, "value", f"the pack must be one of {', '.join(self.packs)}", "unknown_pack")
            others = kept[row.pack, row.rule]
            if any(_overlap(row, other) for other in others):
                rule = f"{row.pack} has another {row.rule} for some of these dates"
                yield _fault(row, "from", rule, "duplicate", value=str(row.first_date or "always"))
            others.append(row)


def resolve_rules(pack: str, on: date, workspace_rules: Sequence[RuleRow] = ()) -> LabourRules:
    """Return a pack's rules on a date, with a company's own rows added to it.

    Ask a :class:`RuleBook` where more than one date or pack is wanted.

    Raises
    ------
    InvalidInput
        If there is no such pack, or a row cannot be used.

    Examples
    --------
    >>> rules = resolve_rules("DE", date(2026, 3, 23))
    >>> rules.min_rest_minutes, rules.average_reference_weeks, rules.max_week_minutes
    (660, 24, None)
    """
    return RuleBook(workspace_rules).on(pack, on)


def _compose(pack: str, entries: Iterable[_Entry]) -> LabourRules:
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for entry in entries:
        rule = entry.row.rule
        values.pop(rule, None)
        sources.pop(rule, None)
        if entry.value is not None and rule != EXTENDS:
            values[rule] = entry.value
            citation, _ = split_source(entry.row.source or "")
            sources[rule] = f"pack {entry.row.pack}" + (f": {citation}" if citation else "")
    # The values are read by the kinds of the vocabulary, whose names and types are those of the fields.
    return LabourRules(pack, sources, **values)  # type: ignore[arg-type]


def _read(row: RuleRow) -> object:
    text = row.value.strip()
    return None if text == NO_VALUE else VOCABULARY[row.rule].kind.read(text)


@cache
def _shipped_entries() -> Mapping[str, list[_Entry]]:
    return _group(_Entry(row, _read(row)) for row in shipped_rows())


def _group(entries: Iterable[_Entry]) -> dict[str, list[_Entry]]:
    groups: dict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.row.pack].append(entry)
    return dict(groups)


def _overlap(row: RuleRow, other: RuleRow) -> bool:
    return (row.first_date or date.min) <= (other.last_date or date.max) and (
        other.first_date or date.min
    ) <= (row.last_date or date.max)


def _fault(row: RuleRow, column: str, rule: str, code: str = "invalid", value: str | None = None) -> Fault:
    if value is None:
        value = str(getattr(row, column))
    return Fault(rule, file=RULES_FILE, row=row.row, column=column, value=value, code=code)
