"""The least that a rule pack's premiums can make of each shift, wherever its breaks lie.

Overtime of weeks and rest days depend on other shifts; searches leave them out, and the rota's true cost is
reckoned when it is written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.calendars import public_holidays
from forecasting.timegrid import wall_clock
from scheduler.pay.premiums import Marks, clock_shares, in_night, stack
from scheduler.rostering.duties import MINUTE, DutyTable, Pattern
from scheduler.rostering.site_law import SiteLaw
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.values import STEP_MINUTES, Stacking, Tiers
from scheduler.sites import Site

__all__ = ["least_premiums"]

Floats = npt.NDArray[np.float64]
DAY = timedelta(days=1)
SUNDAY = 6


def least_premiums(law: SiteLaw, table: DutyTable, patterns: Sequence[Pattern], origin: datetime) -> Floats:
    """Return what premiums add to each duty at least, in hours of the hourly cost."""
    premiums = np.zeros(len(table.rows))
    if not any(_has_premiums(rules) for rules in law.distinct) or not len(table.rows):
        return premiums
    first = int(table.rows[:, 0].min()) // STEP_MINUTES * STEP_MINUTES
    steps = -(-(int(table.rows[:, 1].max()) - first) // STEP_MINUTES)
    number = {id(rules): at for at, rules in enumerate(law.distinct)}
    of_day = np.array([number[id(rules)] for rules in law.rules], dtype=np.int64)
    for at, rules in enumerate(law.distinct):
        if not _has_premiums(rules):
            continue
        total = np.zeros(steps + 1)
        np.cumsum(_clock(rules, law.site, origin + first * MINUTE, steps), out=total[1:])
        total *= STEP_MINUTES / 60
        for pattern in np.unique(table.pattern).tolist():
            here = (of_day[table.day] == at) & (table.pattern == pattern)
            low, high = ((table.rows[here, column] - first) // STEP_MINUTES for column in (0, 1))
            least = total[high] - total[low] - _breaks(patterns[pattern], total, low)
            premiums[here] = np.maximum(0.0, least) + _overtime(rules, table.rows[here, 2])
    return premiums


def _has_premiums(rules: LabourRules) -> bool:
    clock = (rules.night_premium, rules.holiday_premium, rules.sunday_premium)
    return any(clock) or bool(rules.overtime_day_premium)


def _clock(rules: LabourRules, site: Site, start: datetime, steps: int) -> Floats:
    """Return the share that clock and calendar add in each step."""
    index = pd.date_range(pd.Timestamp(start), periods=steps, freq=f"{STEP_MINUTES}min")
    clock = wall_clock(index, site.time_zone)
    days = clock.day
    known = public_holidays(site.country, site.subdivision, days.min().item(), days.max().item())
    none = np.zeros(steps, dtype=bool)
    holiday = np.isin(days, np.array(sorted(known), dtype="datetime64[D]"))
    marks = Marks(in_night(rules, clock.minute), holiday, clock.weekday == SUNDAY, none)
    night, dates = clock_shares(rules, marks)
    return np.asarray(stack(rules.stacking, night, dates, np.zeros(steps)), dtype=np.float64)


def _breaks(pattern: Pattern, total: Floats, low: npt.NDArray[np.int64]) -> Floats:
    """Return the most that unpaid breaks can take away."""
    taken = np.zeros(len(low))
    for (minutes, earliest, latest), paid in zip(pattern.wide, pattern.paid, strict=True):
        if not paid:
            length = minutes // STEP_MINUTES
            places = low[:, None] + np.arange(earliest // STEP_MINUTES, latest // STEP_MINUTES + 1)
            taken += (total[places + length] - total[places]).max(axis=1)
    return taken


def _overtime(rules: LabourRules, paid: npt.NDArray[np.int64]) -> Floats:
    """Return the least that a day's own overtime can be."""
    if rules.stacking is Stacking.HIGHEST:
        return np.zeros(len(paid))
    choices = [rules.overtime_day_premium]
    if rules.rest_day_overtime_premium:
        choices.append(rules.rest_day_overtime_premium)
    least: Floats = np.stack([_of_tiers(tiers, paid) for tiers in choices]).min(axis=0)
    return least


def _of_tiers(tiers: Tiers, paid: npt.NDArray[np.int64]) -> Floats:
    total = np.zeros(len(paid))
    share = 0.0
    for tier in tiers:
        # From one threshold on until the next a minute costs the tier's share: count what each adds.
        total += np.maximum(0, paid - tier.threshold) / 60 * (tier.value - share)
        share = tier.value
    return total
