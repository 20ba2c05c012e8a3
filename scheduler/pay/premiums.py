"""What each step of paid time costs beyond the hourly cost, by the rules of one pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.values import Stacking, Tiers

__all__ = ["Marks", "beyond", "clock_shares", "in_night", "stack", "tier_shares"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Marks:
    """What is true of each of m steps, (m,) each.

    Attributes
    ----------
    night
        It lies between ``night_from`` and ``night_until``.
    holiday, sunday
        Its local date is a public holiday, or a Sunday.
    rest_day
        Its shift is the one of the seventh date worked of a week.
    """

    night: Bools
    holiday: Bools
    sunday: Bools
    rest_day: Bools

    def special(self, rules: LabourRules) -> Bools:
        """Tell of each step whether it carries the premium of a holiday or a rest day."""
        none = np.zeros(len(self.night), dtype=bool)
        holiday = none if rules.holiday_premium is None else self.holiday
        return holiday | (none if rules.rest_day_premium is None else self.rest_day)


def in_night(rules: LabourRules, minute: Ints) -> Bools:
    """Tell of each wall-clock minute after midnight whether it lies in the night, (m,)."""
    begin, end = rules.night_window
    if begin <= end:
        return (minute >= begin) & (minute < end)
    return (minute >= begin) | (minute < end)


def tier_shares(tiers: Tiers, before: Floats) -> Floats:
    """Return the share that each step costs more by its tier, (m,).

    Parameters
    ----------
    before
        Minutes that count towards the tiers before each step, (m,). A step that begins at a threshold lies
        beyond it.
    """
    thresholds = [tier.threshold for tier in tiers]
    shares = np.array([0.0, *(tier.value for tier in tiers)])
    return shares[np.searchsorted(thresholds, before, side="right")]


def beyond(tiers: Tiers, before: Floats) -> Bools:
    """Tell of each step whether it lies beyond the first tier's threshold, (m,)."""
    if not tiers:
        return np.zeros(len(before), dtype=bool)
    return before >= tiers[0].threshold


def clock_shares(rules: LabourRules, marks: Marks) -> tuple[Floats, list[Floats]]:
    """Return the shares that depend on the clock and the calendar alone: night, and those of the date.

    The dates' are holiday, Sunday and rest day, in this order; shapes (m,).
    """
    pairs = (
        (rules.holiday_premium, marks.holiday),
        (rules.sunday_premium, marks.sunday),
        (rules.rest_day_premium, marks.rest_day),
    )
    return _share(rules.night_premium, marks.night), [_share(premium, where) for premium, where in pairs]


def _share(premium: float | None, where: Bools) -> Floats:
    return np.where(where, premium or 0.0, 0.0)


def stack(stacking: Stacking, night: Floats, dates: Sequence[Floats], overtime: Floats) -> Floats:
    """Put the premiums that fall on the same step together, as ``premium_stacking`` defines it, (m,).

    Examples
    --------
    A night hour of overtime on a rest day, at 10 %, 30 % and 30 %:

    >>> shares = [np.array([share]) for share in (0.1, 0.3, 0.3)]
    >>> [
    ...     float(stack(how, shares[0], [shares[1]], shares[2]).round(4)[0])
    ...     for how in (Stacking.ADD, Stacking.MULTIPLY, Stacking.HIGHEST)
    ... ]
    [0.7, 0.859, 0.3]
    """
    if stacking is Stacking.MULTIPLY:
        factors = np.stack([night, *dates, overtime]) + 1.0
        return np.asarray(factors.prod(axis=0) - 1.0)
    of_date = np.stack(dates).max(axis=0)
    if stacking is Stacking.HIGHEST:
        return np.asarray(np.stack([night, of_date, overtime]).max(axis=0))
    return np.asarray(night + of_date + overtime)
