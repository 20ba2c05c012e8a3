"""The contract's rules as constraints: one method a rule.

A rule that only fixed work breaks is widened to what fixed work takes, so that nothing may be added to it.
Three rules may be impossible to keep because of leave or the days before (shortest runs of work and of days
off, longest run of days off): breaking them costs more than any coverage can gain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from ortools.sat.python import cp_model

from scheduler.rostering.exact.rests import Linear, RestRules
from scheduler.rostering.kernels.labels import COUNTERS, FIXED, LIMITS, NO_END
from scheduler.rostering.problem import Person, Problem

__all__ = ["Linear", "TourRules"]


class TourRules(RestRules):
    """Variables and rules of one person's tour.

    Attributes
    ----------
    work
        Per date, whether something is worked: an expression that is 0 or 1.
    pick
        Per row of the person's options, whether it is worked: a variable, or 0 or 1 where it is settled.
    away
        Dates without employment, (D,).
    broken
        Variables that say a rule is broken which could not be kept.
    """

    def __init__(
        self, model: cp_model.CpModel, problem: Problem, person: Person, settled: dict[int, int]
    ) -> None:
        """Build them; ``settled`` gives the row (−1 off) of dates that are not free."""
        self.model = model
        self.problem = problem
        self.person = person
        self.limit = dict(zip(LIMITS, person.tour.limits.tolist(), strict=True))
        self.past = dict(zip(COUNTERS, person.tour.start.tolist(), strict=True))
        self.broken: list[cp_model.IntVar] = []
        options = person.options
        self.rows = [
            range(int(low), int(high))
            for low, high in zip(options.first[:-1], options.first[1:], strict=True)
        ]
        self.pick = [0] * len(options.rows)
        self.away = person.tour.away
        self.fixed_day = [bool(options.off[day] < -1e299) for day in range(len(self.rows))]
        for day, rows in enumerate(self.rows):
            for row in rows:
                if day in settled:
                    self.pick[row] = int(settled[day] == row)
                else:
                    self.pick[row] = model.new_bool_var("")
        self.work: list[Linear] = [sum(self.pick[row] for row in rows) for rows in self.rows]
        for rule in (
            self.one_option_a_day, self.rest, self.forbidden_next, self.longest_run, self.shortest_run,
            self.shortest_off, self.longest_off, self.week_limits, self.plan_limits, self.weekends,
            self.start_tolerance, self.sundays, self.weekly_rest,
        ):  # fmt: skip
            rule()

    def _at_most(self, picks: Iterable[Linear], most: int, *, taken: int = 0) -> None:
        """Σ picks ≤ most, or ≤ what is settled among them where that is more."""
        terms = list(picks)
        settled = sum(term for term in terms if isinstance(term, int)) + taken
        self.add(sum(terms) + taken <= max(most, settled))

    def _given(self, row: int) -> bool:
        return bool(self.person.options.rows[row, 6] == FIXED)

    def one_option_a_day(self) -> None:
        """Σ options of a date ≤ 1, and = 1 where work is fixed."""
        for day, work in enumerate(self.work):
            self.add(work == 1 if self.fixed_day[day] else work <= 1)

    def rest(self) -> None:
        """start − end before ≥ min_rest, for each pair of dates that can be too near."""
        rows = self.person.options.rows
        least = self.limit["min_rest"]
        if self.past["end"] > NO_END:
            for row in range(len(rows)):
                if rows[row, 0] - self.past["end"] < least and not self._given(row):
                    self.add(self.pick[row] == 0)
        for day, early in enumerate(self.rows):
            latest = max((int(rows[row, 1]) for row in early), default=NO_END)
            for late in self.rows[day + 1 :]:
                if late and min(int(rows[row, 0]) for row in late) - latest >= least:
                    break
                for end in sorted({int(rows[row, 1]) for row in early}):
                    before = [row for row in early if rows[row, 1] >= end]
                    after = [row for row in late if rows[row, 0] < end + least]
                    self._not_both(before, after)

    def _not_both(self, before: Sequence[int], after: Sequence[int]) -> None:
        """Forbid a row of each, unless both are given."""
        given = [row for row in after if self._given(row)]
        free = [row for row in after if not self._given(row)]
        if free:
            self._at_most([self.pick[row] for row in (*before, *free)], 1)
        planned = [row for row in before if not self._given(row)]
        if given and planned:
            self._at_most([self.pick[row] for row in (*planned, *given)], 1)

    def forbidden_next(self) -> None:
        """No pair of templates of forbidden_next on consecutive dates."""
        template = self.person.options.rows[:, 5]
        for first, second in zip(*np.nonzero(self.person.forbidden), strict=True):
            if self.past["run"] > 0 and self.past["template"] == first and self.rows:
                for row in self.rows[0]:
                    if template[row] == second and not self._given(row):
                        self.add(self.pick[row] == 0)
            for day in range(len(self.rows) - 1):
                before = [row for row in self.rows[day] if template[row] == first]
                after = [row for row in self.rows[day + 1] if template[row] == second]
                if before and after:
                    self._not_both(before, after)

    def longest_run(self) -> None:
        """In any max_running + 1 consecutive dates at least one is off, days before included."""
        most = self.limit["max_running"]
        if most < 0:
            return
        worked_before = max(0, self.past["run"])
        for start in range(-worked_before, len(self.work) - most):
            days = range(max(0, start), start + most + 1)
            if not all(self.fixed_day[day] for day in days):
                self.add(sum(self.work[day] for day in days) + max(0, -start) <= most)
        # A run that goes on with given work after the horizon may not be longer, or than that work alone.
        later = int(self.person.tour.ahead[1])
        window = max(0, most - later) + 1
        days = range(max(0, len(self.work) - window), len(self.work))
        reaches = window - len(days) <= worked_before
        if later and reaches and not all(self.fixed_day[day] for day in days):
            self.add(sum(self.work[day] for day in days) <= len(days) - 1)

    def _state(self, day: int) -> Linear | None:
        """Whether a date is worked; None before the horizon where it is not known or may be long enough."""
        if day >= 0:
            return self.work[day]
        return None if self.past["run"] == 0 else int(self.past["run"] > 0)

    def _workable(self, day: int) -> bool:
        """Tell whether a date of the horizon has anything that could be worked."""
        return 0 <= day < len(self.rows) and len(self.rows[day]) > 0

    def _unless_broken(self, left: Linear, right: Linear) -> None:
        """Left ≤ right, unless the rule is broken at a price."""
        broken = self.model.new_bool_var("")
        self.broken.append(broken)
        self.model.add(left <= right + broken)

    def shortest_run(self) -> None:
        """A run that begins goes on for min_running dates, up to the horizon's end."""

        def given(first: int, end: int) -> bool:
            alone = not self._workable(first - 1) and not self._workable(end)
            return end > 0 and alone and all(self.fixed_day[day] for day in range(max(0, first), end))

        self._shortest(self.limit["min_running"], self.work, int(self.past["run"]), given)

    def shortest_off(self) -> None:
        """Days off that begin go on for days_off_running dates, up to the horizon's end."""
        off = [1 - work for work in self.work]
        cut = bool(self.person.tour.ahead[1])

        def given(first: int, end: int) -> bool:
            between = (first <= 0 or self.fixed_day[first - 1]) and (end == len(off) or self.fixed_day[end])
            return between and not any(self._workable(day) for day in range(first, end))

        self._shortest(self.limit["least_off"], off, -int(self.past["run"]), given, cut=cut)

    def _shortest(
        self,
        least: int,
        on: Sequence[Linear],
        before: int,
        given: Callable[[int, int], bool],
        *,
        cut: bool = False,
    ) -> None:
        """``on`` holds in runs of ``least`` or more.

        Parameters
        ----------
        before
            Run of it before the horizon; < 0: it did not hold.
        given
            Whether a run of certain dates, half-open, is made by given work alone, and nothing that could be
            worked changes that: the plan breaks no rule then.
        cut
            Whether it is known not to hold right after the horizon.
        """
        if least <= 1:
            return
        days = len(on)
        if before > 0 and not self.past["free"]:
            known = self._known_until(0)
            for day in range(min(known, least - before)):
                if not given(-before, day):
                    self._unless_broken(1, on[day])
            if cut and known == days and least - before > days and not given(-before, days):
                self._unless_broken(sum(on), days - 1)
        for day in range(days):
            if (day == 0 and before >= 0) or self.away[day] or (day and self.away[day - 1]):
                continue
            known = self._known_until(day)
            previous = on[day - 1] if day else 0
            for later in range(day + 1, min(known, day + least)):
                if not given(day, later):
                    self._unless_broken(on[day] - previous, on[later])
            if cut and known == days and day + least > days and not given(day, days):
                self._unless_broken(on[day] - previous, 0)

    def _known_until(self, day: int) -> int:
        """Return the first date from one on without employment: of what follows nothing is known."""
        ends = np.flatnonzero(self.away[day:])
        return day + int(ends[0]) if len(ends) else len(self.away)

    def longest_off(self) -> None:
        """In any max_days_off + 1 consecutive dates at least one is worked, days before included."""
        most = self.limit["most_off"]
        if most < 0:
            return
        off_before = max(0, -self.past["run"])
        for start in range(-off_before, len(self.work) - most):
            days = range(max(0, start), start + most + 1)
            if not self.away[days.start : days.stop].any():
                self._unless_broken(1, sum(self.work[day] for day in days))

    def _paid(self, days: Iterable[int]) -> list[tuple[Linear, int, bool]]:
        paid = self.person.options.rows[:, 2]
        return [(self.pick[row], int(paid[row]), self._given(row)) for day in days for row in self.rows[day]]

    def _minutes_at_most(self, days: Iterable[int], most: int, taken: int) -> None:
        terms = self._paid(days)
        given = sum(minutes for _, minutes, is_given in terms if is_given)
        self.add(sum(pick * minutes for pick, minutes, _ in terms) + taken <= max(most, given + taken))

    def week_limits(self) -> None:
        """Paid minutes and days of each week ≤ the contract's, days before included."""
        week = self.problem.week
        for number in range(int(week[-1]) + 1):
            days = np.flatnonzero(week == number).tolist()
            minutes, count = self.given_of(number)
            self._minutes_at_most(days, self.limit["max_week"], minutes)
            given = sum(self.fixed_day[day] for day in days)
            most = max(self.limit["max_days_week"], given + count)
            self.add(sum(self.work[day] for day in days) + count <= most)

    def given_of(self, number: int) -> tuple[int, int]:
        """Return the paid minutes and dates of a week that lie outside the horizon."""
        if number == 0:
            # Where the horizon lies in one week this counts what follows it too.
            return self.past["week"], self.past["days"]
        return self.span(number, "minutes"), self.span(number, "days")

    def plan_limits(self) -> None:
        """Paid minutes and night shifts of the plan ≤ the contract's."""
        days = range(len(self.rows))
        if self.limit["max_plan"] >= 0:
            self._minutes_at_most(days, self.limit["max_plan"], 0)
        if self.limit["max_nights"] >= 0:
            most = self.limit["max_nights"]
            nights = np.flatnonzero(self.person.options.rows[:, 3]).tolist()
            planned = [self.pick[row] for row in nights if not self._given(row)]
            given = len(nights) - len(planned)
            self.add(sum(planned) <= 0 if given > most else sum(self.pick[row] for row in nights) <= most)

    def weekends(self) -> None:
        """Weekends with work ≤ weekends of the plan − weekends_off."""
        most = self.limit["max_weekends"]
        if most < 0:
            return
        used, given = [], 0
        for number in range(int(self.person.weekend.max(initial=-1)) + 1):
            days = np.flatnonzero(self.person.weekend == number).tolist()
            worked = self.model.new_bool_var("")
            for day in days:
                self.add(self.work[day] <= worked)
            used.append(worked)
            given += any(self.fixed_day[day] for day in days)
        self.add(sum(used) <= max(most, given))

    def start_tolerance(self) -> None:
        """Latest less earliest wall-clock start of each week ≤ start_tolerance, or given work's alone."""
        most = self.limit["tolerance"]
        if most < 0:
            return
        wall = self.person.options.rows[:, 4].tolist()
        for number in self._weeks():
            given: list[tuple[int, Linear]] = []
            if number == 0 and self.past["low"] <= self.past["high"]:
                given += [(self.past["low"], 1), (self.past["high"], 1)]
            if self.span(number, "low") <= self.span(number, "high"):
                given += [(self.span(number, "low"), 1), (self.span(number, "high"), 1)]
            rows = [row for day in self._days(number) for row in self.rows[day]]
            given += [(wall[row], self.pick[row]) for row in rows if self._given(row)]
            planned = [(wall[row], self.pick[row]) for row in rows if not self._given(row)]
            low = self.model.new_int_var(-most, 1440, "")
            uneven = self.model.new_bool_var("") if len(given) > 1 else 0
            for at, works in (*given, *planned):
                # low ≤ wall ≤ low + tolerance where it is worked, unless given work alone is uneven.
                self.add(low <= at + 1440 * (1 - works) + 1440 * uneven)
                self.add(low + most >= at - (1440 + most) * (1 - works) - (1440 + most) * uneven)
            for at, works in planned if len(given) > 1 else ():
                # Nothing may start earlier, or later, than all given work of an uneven week.
                self.add(sum(pick for before, pick in given if before <= at) >= works + uneven - 1)
                self.add(sum(pick for after, pick in given if after >= at) >= works + uneven - 1)
