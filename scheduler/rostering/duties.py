"""Dated shifts that a site's clock allows: template, start and length on every date."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import gcd

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import wall_to_instant
from scheduler.rostering.break_law import lawful_windows
from scheduler.rostering.site_clock import covers, is_night, open_spans, touches_sunday
from scheduler.rostering.site_law import SiteLaw
from scheduler.rules.labour_rules import LabourRules
from scheduler.shifts import ShiftTemplate

__all__ = ["COLUMNS", "DutyTable", "Pattern", "PatternBook", "Patterns", "build_duties", "common_step"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MINUTE = timedelta(minutes=1)

COLUMNS = ("start", "end", "paid", "night", "wall", "template", "fixed", "sunday")
"""Of a duty: minutes from the origin, paid minutes, 0/1, wall-clock minute of the start, number of the
template (−1: none), what is fixed (0 nothing, 1 all of it, 2 other work inside it), and whether any of it is
on a Sunday."""


@dataclass(frozen=True)
class Pattern:
    """A template at one length: where its breaks may lie, in minutes of the shift.

    ``rules`` rows are (minutes, earliest start, latest start), in the order of the template's breaks, and
    ``places`` theirs among all of the template's. A rule pack may have tightened ``rules``: ``wide`` are the
    template's own, and ``exact`` tells whether nothing outside the tightened ones is lawful.
    """

    template: str
    minutes: int
    rules: tuple[tuple[int, int, int], ...]
    wide: tuple[tuple[int, int, int], ...]
    exact: bool
    paid: tuple[bool, ...]
    places: tuple[int, ...]
    least_gap: int
    most_gap: int


@dataclass(frozen=True, eq=False)
class Patterns:
    """All patterns, and the same in slots for the kernels (:mod:`scheduler.rostering.kernels.breaks`)."""

    patterns: tuple[Pattern, ...]
    rule_first: Ints
    rules: Ints
    least_gap: Ints
    most_gap: Ints

    @cached_property
    def apart(self) -> bool:
        """Whether breaks never come near enough to each other for their gaps or order to matter."""
        return all(_lies_apart(pattern) for pattern in self.patterns)

    @property
    def exact(self) -> bool:
        """Whether the tightened windows leave out nothing that is lawful."""
        return all(pattern.exact for pattern in self.patterns)

    def loosened(self, slot: int) -> Patterns:
        """Return the patterns with the templates' own windows."""
        return Patterns.build([replace(pattern, rules=pattern.wide) for pattern in self.patterns], slot)

    @classmethod
    def build(cls, patterns: Sequence[Pattern], slot: int) -> Patterns:
        """Lay the breaks of patterns on slots."""
        rows = [
            (minutes // slot, -(-low // slot), high // slot)
            for pattern in patterns
            for minutes, low, high in pattern.rules
        ]
        return cls(
            tuple(patterns),
            np.cumsum([0] + [len(pattern.rules) for pattern in patterns]).astype(np.int64),
            np.array(rows, dtype=np.int64).reshape(-1, 3),
            np.array([max(1, -(-pattern.least_gap // slot)) for pattern in patterns], dtype=np.int64),
            np.array([pattern.most_gap // slot for pattern in patterns], dtype=np.int64),
        )


def _lies_apart(pattern: Pattern) -> bool:
    ordered = sorted(pattern.rules, key=lambda rule: rule[1])
    return all(
        late >= early_latest + minutes + max(1, pattern.least_gap)
        and late_latest - (early + minutes) <= pattern.most_gap
        for (minutes, early, early_latest), (_, late, late_latest) in itertools.pairwise(ordered)
    )


class PatternBook:
    """Patterns as they are met, each once."""

    def __init__(self, templates: Sequence[ShiftTemplate]) -> None:
        self.patterns: list[Pattern] = []
        self._templates = templates
        self._numbers: dict[tuple[int, int, int], int] = {}

    def number(self, place: int, length: int, rules: LabourRules) -> int:
        """Return the number of a template's (by place) pattern under these rules; −1: none is lawful."""
        key = place, length, id(rules)
        if key not in self._numbers:
            pattern = _pattern(self._templates[place], length, rules)
            if pattern is not None and pattern not in self.patterns:
                self.patterns.append(pattern)
            self._numbers[key] = -1 if pattern is None else self.patterns.index(pattern)
        return self._numbers[key]


def _pattern(template: ShiftTemplate, length: int, law: LabourRules) -> Pattern | None:
    rules = template.breaks_of(length)
    most = template.max_break_gap_minutes
    wide = tuple((rule.minutes, rule.after, rule.latest_start(length)) for rule in rules)
    lawful = lawful_windows(wide, [rule.paid for rule in rules], length, template.paid_minutes(length), law)
    if lawful is None or len(lawful.windows) < len(wide):
        return None
    return Pattern(
        template.name,
        length,
        lawful.windows,
        wide,
        lawful.exact,
        tuple(rule.paid for rule in rules),
        tuple(place for place, rule in enumerate(template.breaks) if rule.applies(length)),
        template.min_break_gap_minutes or 0,
        length if most is None else most,
    )


def common_step(templates: Sequence[ShiftTemplate], interval: int, offsets: Sequence[int]) -> int:
    """Return the longest slot, in minutes, that interval, starts, lengths and breaks are multiples of.

    ``offsets`` are further minutes from the origin that must lie on slots.
    """
    step = interval
    for template in templates:
        step = gcd(step, template.start_every_minutes, template.length_step_minutes, template.min_minutes)
        for rule in template.breaks:
            step = gcd(step, rule.minutes, rule.after, rule.before)
    return gcd(step, *offsets)


@dataclass(frozen=True, eq=False)
class DutyTable:
    """A site's duties, sorted by date, template, start and length.

    ``rows`` are (:data:`COLUMNS`); ``day`` and ``pattern`` their dates' numbers and patterns, and ``premium``
    what a rule pack's premiums add at least, in hours of the hourly cost.
    """

    rows: Ints
    day: Ints
    pattern: Ints
    premium: npt.NDArray[np.float64]


def build_duties(
    law: SiteLaw, templates: Sequence[ShiftTemplate], book: PatternBook, origin: datetime
) -> DutyTable:
    """Return every duty that a site's clock, opening hours and rule pack and the weekdays allow.

    Starts from minute 1440 of a template's window on lie on the next date and belong to it. A start that
    a clock change skips is left out; a repeated one means the first.
    """
    site, dates = law.site, law.dates
    spans = open_spans(site, dates)
    rows, days, patterns = [], [], []
    for number, day in enumerate(dates):
        rules = law.rules[number]
        for place, template in enumerate(templates):
            if day.weekday() not in template.weekdays:
                continue
            numbers = [(length, book.number(place, length, rules)) for length in template.lengths]
            for wall in sorted({minute % 1440 for minute in template.starts}):
                start = wall_to_instant(site.time_zone, day, wall)
                if start is None:
                    continue
                for length, pattern in numbers:
                    end = start + length * MINUTE
                    if pattern < 0 or (spans is not None and not covers(spans, start, end)):
                        continue
                    night = is_night(site.time_zone, day, start, end, rules)
                    paid = template.paid_minutes(length)
                    if not law.plain and not law.allows(number, start, end, paid, night):
                        continue
                    begin = (start - origin) // MINUTE
                    sunday = touches_sunday(site.time_zone, start, end)
                    rows.append((begin, begin + length, paid, night, wall, place, False, sunday))
                    days.append(number)
                    patterns.append(pattern)
    return DutyTable(
        np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS)),
        np.array(days, dtype=np.int64),
        np.array(patterns, dtype=np.int64),
        np.zeros(len(rows)),
    )
