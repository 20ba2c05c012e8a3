"""Averages and overtime of a rule pack as limits that one agent's tour can keep.

An average over all weeks of the plan is a limit of the plan's minutes, just as it is. One over fewer weeks,
the average for whoever works nights, and overtime a month or a year have no counter in the tour search:
where the contract does not keep them anyway they are shared out evenly among the weeks, which leaves out
lawful rotas. The bound never counts such a share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from scheduler.contracts import Contract
from scheduler.rostering.around import Around
from scheduler.rostering.site_clock import DAY
from scheduler.rostering.site_law import SiteLaw
from scheduler.rostering.weekly_rest import monday_of
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.values import Tiers

__all__ = ["Load", "Shares", "share_out"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
WEEK = timedelta(days=7)
DAYS_A_WEEK = 7


@dataclass(frozen=True, eq=False)
class Load:
    """What one agent can and must work on each date.

    Parameters
    ----------
    longest
        Most paid minutes that may be planned, (D,).
    given
        Paid minutes that are fixed, (D,).
    nights
        Whether any night shift may be planned or is fixed.
    days_of
        Number of dates, from one to another inclusive, on which the agent is employed and not away.
    """

    longest: Ints
    given: Ints
    nights: bool
    days_of: Callable[[date, date], int]


@dataclass(frozen=True)
class Shares:
    """The contract as the averages and overtime leave it.

    Parameters
    ----------
    exact
        With what the rules say of the whole plan alone: no lawful rota is left out.
    tight
        With every share.
    longest_day
        Paid minutes of a shift beyond which none may be planned; None: no such limit.
    barred
        Mondays of weeks in which nothing may be planned.
    """

    exact: Contract
    tight: Contract
    longest_day: int | None = None
    barred: frozenset[date] = frozenset()

    @property
    def restricts(self) -> bool:
        """Whether lawful rotas may have been left out."""
        return self.tight != self.exact or self.longest_day is not None or bool(self.barred)


def share_out(law: SiteLaw, contract: Contract, around: Around, load: Load) -> Shares:
    """Turn averages and overtime into limits of weeks and of the plan."""
    weeks = _Weeks(law, contract, around, load)
    shares = Shares(contract, contract)
    for number in range(len(weeks.mondays)):
        rules = weeks.rules[number]
        if rules.average_week_minutes is not None:
            shares = weeks.average(shares, number, rules.average_week_minutes, rules.reference_weeks)
        nights = rules.night_average_week_minutes
        if nights is not None and load.nights and not _implied(rules, nights):
            shares = weeks.average(shares, number, nights, rules.night_weeks, only_nights=True)
    if any(rules.max_overtime_month_minutes is not None for rules in law.distinct):
        shares = weeks.overtime(shares, "max_overtime_month_minutes", lambda day: day.replace(day=1))
    if any(rules.max_overtime_year_minutes is not None for rules in law.distinct):
        shares = weeks.overtime(shares, "max_overtime_year_minutes", lambda day: day.replace(month=1, day=1))
    return shares


def _implied(rules: LabourRules, nights: int) -> bool:
    """Tell whether the average for everyone is as strict as that for nights."""
    average = rules.average_week_minutes
    return average is not None and average <= nights and rules.reference_weeks == rules.night_weeks


class _Weeks:
    """One agent's weeks of the plan."""

    def __init__(self, law: SiteLaw, contract: Contract, around: Around, load: Load) -> None:
        self.law = law
        self.around = around
        self.load = load
        dates = law.dates
        self.mondays = sorted({monday_of(day) for day in dates})
        self.number = np.array([self.mondays.index(monday_of(day)) for day in dates], dtype=np.int64)
        place = {day: at for at, day in enumerate(dates)}
        self.rules = [law.rules[place[max(dates[0], monday)]] for monday in self.mondays]
        known = [self.mondays[0], *([monday_of(around.earliest)] if around.earliest is not None else [])]
        self.earliest = min(known)
        self.most, self.given = [], []
        for number in range(len(self.mondays)):
            here = self.number == number
            best = np.sort(np.maximum(load.longest[here], load.given[here]))[::-1]
            given = int(load.given[here].sum())
            planned = int(best[: contract.max_days_a_week].sum())
            self.most.append(max(min(planned, contract.max_week_minutes), given))
            self.given.append(given)

    def _outside(self, first: date, last: date) -> int:
        """Return minutes worked outside the horizon on dates from one to another, inclusive."""
        works = (*self.around.before, *self.around.after)
        return sum(work.minutes for work in works if first <= work.day <= last)

    def average(
        self, shares: Shares, number: int, average: int, length: int, *, only_nights: bool = False
    ) -> Shares:
        """Keep the average over the weeks that end with one of the plan's."""
        monday = self.mondays[number]
        first = monday - (length - 1) * WEEK
        if first < self.earliest:
            if number < len(self.mondays) - 1:
                return shares
            first = self.earliest
        last = monday + 6 * DAY
        limit = average * self.load.days_of(first, last) / DAYS_A_WEEK - self._outside(first, last)
        inside = [at for at in range(number + 1) if self.mondays[at] >= first]
        if sum(self.most[at] for at in inside) <= limit:
            return shares
        if len(inside) == len(self.mondays):
            most = max(0, int(limit))
            tight = replace(shares.tight, max_plan_minutes=_least(shares.tight.max_plan_minutes, most))
            if only_nights:
                return replace(shares, tight=tight)
            exact = replace(shares.exact, max_plan_minutes=_least(shares.exact.max_plan_minutes, most))
            return replace(shares, exact=exact, tight=tight)
        return self._limit_weeks(
            shares, inside, int((limit - sum(self.given[at] for at in inside)) // len(inside))
        )

    def _limit_weeks(self, shares: Shares, weeks: Sequence[int], most: int) -> Shares:
        """Let each of these weeks have so many minutes: all weeks alike, or none where that is too few."""
        longest = [int(self.load.longest[self.number == at].max(initial=0)) for at in weeks]
        if most < min((minutes for minutes in longest if minutes), default=0):
            return replace(shares, barred=shares.barred | {self.mondays[at] for at in weeks})
        limit = min(shares.tight.max_week_minutes, most)
        return replace(shares, tight=replace(shares.tight, max_week_minutes=limit))

    def overtime(self, shares: Shares, rule: str, begin: Callable[[date], date]) -> Shares:
        """Keep the overtime of months or years: none of a day alone, and an equal share of each week's."""
        for first in sorted({begin(day) for day in self.law.dates}):
            inside = [at for at, day in enumerate(self.law.dates) if begin(day) == first]
            rules = self.law.rules[inside[0]]
            limit: int | None = getattr(rules, rule)
            if limit is None:
                continue
            weeks = sorted({int(self.number[at]) for at in inside})
            day, week = _threshold(rules.overtime_day_premium), _threshold(rules.overtime_week_premium)
            rest = _threshold(rules.rest_day_overtime_premium)
            day = min(day, rest)
            of_days = sum(max(0, int(self.load.longest[at]) - day) for at in inside)
            most = of_days + sum(self._beyond(at, week) for at in weeks)
            used = self._overtime_before(rules, first, begin)
            given = sum(int(self.load.given[at]) for at in inside)
            if most + given + used <= limit:
                continue
            spare = max(0, (limit - used - given) // len(weeks))
            tight = replace(
                shares.tight,
                max_week_minutes=min(shares.tight.max_week_minutes, week + spare),
                max_days_a_week=min(shares.tight.max_days_a_week, DAYS_A_WEEK - 1),
            )
            shares = replace(shares, tight=tight, longest_day=_least(shares.longest_day, day))
        return shares

    def _beyond(self, number: int, threshold: int) -> int:
        """Return most minutes of the plan beyond a week's threshold, to which work around it counts."""
        monday = self.mondays[number]
        outside = self._outside(monday, monday + 6 * DAY)
        return max(0, self.most[number] + outside - max(threshold, outside))

    def _overtime_before(self, rules: LabourRules, first: date, begin: Callable[[date], date]) -> int:
        """Return no less than the overtime of a period before the plan."""
        week = _threshold(rules.overtime_week_premium)
        day = _threshold(rules.overtime_day_premium)
        minutes: dict[date, int] = {}
        total = 0
        for work in self.around.before:
            beyond = max(0, work.minutes - day)
            monday = monday_of(work.day)
            before = max(0, minutes.get(monday, 0) - week)
            minutes[monday] = minutes.get(monday, 0) + work.minutes - beyond
            if begin(work.day) == first:
                total += beyond + max(0, minutes[monday] - week) - before
        return total


def _threshold(tiers: Tiers) -> int:
    return tiers[0].threshold if tiers else DAYS_A_WEEK * 1440


def _least(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)
