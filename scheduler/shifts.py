"""Shift templates: reusable patterns of work, on a wall clock."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["EVERY_DAY", "BreakRule", "ShiftTemplate", "parse_breaks"]

EVERY_DAY = frozenset(range(7))

_BREAK = re.compile(r"(paid|unpaid)\s+(\d+)\s+after\s+(\d+)\s+before\s+(\d+)\Z")


@dataclass(frozen=True)
class BreakRule:
    """A break of this length inside [after, min(before, shift length)] minutes of the shift."""

    minutes: int
    paid: bool
    after: int
    before: int

    def applies(self, shift_minutes: int) -> bool:
        """Tell whether a shift of this length has the break: it is left out where it cannot fit."""
        return self.after + self.minutes <= shift_minutes

    def latest_start(self, shift_minutes: int) -> int:
        """Return the last minute of the shift at which the break may start."""
        return min(self.before, shift_minutes) - self.minutes


def parse_breaks(text: str) -> tuple[BreakRule, ...]:
    """Read ``unpaid 30 after 180 before 330; paid 15 after 60 before 150``.

    Raises
    ------
    ValueError
        Naming the break that cannot be read, is not on whole 5 minutes, or does not fit its window.
    """
    rules = []
    for part in filter(None, (piece.strip() for piece in text.lower().split(";"))):
        match = _BREAK.match(part)
        if not match:
            raise ValueError(f"{part!r} is not 'paid|unpaid MINUTES after MINUTE before MINUTE'")
        rule = BreakRule(int(match[2]), match[1] == "paid", int(match[3]), int(match[4]))
        if rule.minutes <= 0 or rule.minutes % 5 or rule.after % 5 or rule.before % 5:
            raise ValueError(f"{part!r} must lie on whole 5 minutes")
        if rule.after + rule.minutes > rule.before:
            raise ValueError(f"{part!r} does not fit between its after and before")
        rules.append(rule)
    return tuple(rules)


@dataclass(frozen=True)
class ShiftTemplate:
    """A pattern that dated shifts follow.

    Parameters
    ----------
    earliest_start, latest_start
        Wall-clock minutes after the local date's 00:00; the latest is 1440 and more where the window
        crosses midnight. A shift belongs to the local date of its start.
    start_every_minutes
        Step of starts from the earliest one.
    min_minutes, max_minutes, length_step_minutes
        Elapsed lengths, breaks included.
    breaks
        In the order written. They neither overlap nor touch.
    min_break_gap_minutes, max_break_gap_minutes
        Work between two consecutive breaks. None: no limit.
    weekdays
        Local weekdays of the start, Monday is 0.
    """

    name: str
    earliest_start: int
    latest_start: int
    min_minutes: int
    max_minutes: int
    start_every_minutes: int = 30
    length_step_minutes: int = 30
    breaks: tuple[BreakRule, ...] = ()
    min_break_gap_minutes: int | None = None
    max_break_gap_minutes: int | None = None
    weekdays: frozenset[int] = EVERY_DAY

    @property
    def lengths(self) -> range:
        """Elapsed lengths that a shift may have."""
        return range(self.min_minutes, self.max_minutes + 1, self.length_step_minutes)

    @property
    def starts(self) -> range:
        """Wall-clock starts in minutes after midnight; from 1440 on they lie on the next date."""
        return range(self.earliest_start, self.latest_start + 1, self.start_every_minutes)

    def breaks_of(self, shift_minutes: int) -> tuple[BreakRule, ...]:
        """Return the breaks that a shift of this length has."""
        return tuple(rule for rule in self.breaks if rule.applies(shift_minutes))

    def paid_minutes(self, shift_minutes: int) -> int:
        """Return elapsed minutes less unpaid breaks."""
        return shift_minutes - sum(rule.minutes for rule in self.breaks_of(shift_minutes) if not rule.paid)
