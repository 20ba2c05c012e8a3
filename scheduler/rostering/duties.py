"""Dated shifts that a site's clock allows: template, start and length on every date."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import gcd

import numpy as np
import numpy.typing as npt

from forecasting.timegrid import wall_to_instant
from scheduler.rostering.site_clock import covers, is_night, open_spans
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site

__all__ = ["COLUMNS", "DutyTable", "Pattern", "Patterns", "build_duties", "common_step"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MINUTE = timedelta(minutes=1)

COLUMNS = ("start", "end", "paid", "night", "wall", "template", "fixed")
"""Of a duty: minutes from the origin, paid minutes, 0/1, wall-clock minute of the start, number of the
template (−1: none), 0/1."""


@dataclass(frozen=True)
class Pattern:
    """A template at one length: where its breaks may lie, in minutes of the shift.

    ``rules`` rows are (minutes, earliest start, latest start), in the order of the template's breaks, and
    ``places`` theirs among all of the template's.
    """

    template: str
    minutes: int
    rules: tuple[tuple[int, int, int], ...]
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

    @classmethod
    def build(cls, templates: Sequence[ShiftTemplate], slot: int) -> Patterns:
        """Lay the breaks of every template and length on slots."""
        patterns = [_pattern(template, length) for template in templates for length in template.lengths]
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


def _pattern(template: ShiftTemplate, length: int) -> Pattern:
    rules = template.breaks_of(length)
    most = template.max_break_gap_minutes
    return Pattern(
        template.name,
        length,
        tuple((rule.minutes, rule.after, rule.latest_start(length)) for rule in rules),
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

    ``rows`` are (:data:`COLUMNS`); ``day`` and ``pattern`` their dates' numbers and patterns.
    """

    rows: Ints
    day: Ints
    pattern: Ints


def build_duties(
    site: Site, templates: Sequence[ShiftTemplate], dates: Sequence[date], origin: datetime
) -> DutyTable:
    """Return every duty that the site's clock, weekdays and opening hours allow.

    Starts from minute 1440 of a template's window on lie on the next date and belong to it. A start that
    a clock change skips is left out; a repeated one means the first.
    """
    spans = open_spans(site, dates)
    first_pattern = np.cumsum([0] + [len(template.lengths) for template in templates])
    rows, days, patterns = [], [], []
    for number, day in enumerate(dates):
        for place, template in enumerate(templates):
            if day.weekday() not in template.weekdays:
                continue
            for wall in sorted({minute % 1440 for minute in template.starts}):
                start = wall_to_instant(site.time_zone, day, wall)
                if start is None:
                    continue
                for at, length in enumerate(template.lengths):
                    end = start + length * MINUTE
                    if spans is not None and not covers(spans, start, end):
                        continue
                    night = is_night(site.time_zone, day, start, end)
                    begin = (start - origin) // MINUTE
                    rows.append(
                        (begin, begin + length, template.paid_minutes(length), night, wall, place, False)
                    )
                    days.append(number)
                    patterns.append(first_pattern[place] + at)
    return DutyTable(
        np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS)),
        np.array(days, dtype=np.int64),
        np.array(patterns, dtype=np.int64),
    )
