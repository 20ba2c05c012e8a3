"""What shifts are paid for: minutes at night, on public holidays and of overtime, and their cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from forecasting.calendars import public_holidays
from scheduler.agents import WorkedDay
from scheduler.pay.premiums import Marks, beyond, clock_shares, in_night, stack, tier_shares
from scheduler.pay.steps import PaidSteps, cut_paid_time
from scheduler.pay.weeks import Weeks
from scheduler.rota import Shift
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook
from scheduler.rules.values import Tiers
from scheduler.settings import PlanSettings
from scheduler.sites import Site
from scheduler.workspace import Workspace

__all__ = ["ShiftPay", "price_shifts"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SUNDAY = 6
BATCH_SHIFTS = 5000


@dataclass(frozen=True)
class ShiftPay:
    """Pay of one shift. Minutes are paid ones; a minute may be of several kinds.

    Parameters
    ----------
    night_minutes
        Between the night's begin and end on the site's clock: those of its rule pack, else 23:00 and 06:00.
    holiday_minutes, sunday_minutes
        On dates that are public holidays at the site, or Sundays.
    rest_day_minutes
        All of them where the shift is that of the seventh date worked of a week.
    overtime_minutes
        As the rule pack defines overtime; 0 without one.
    premium
        What the premiums of the pack add to paid hours × hourly cost.
    cost
        Paid hours × hourly cost and the premium, in ``currency``: the site's, or the plan's where the site
        states none.
    """

    night_minutes: int
    holiday_minutes: int
    sunday_minutes: int
    rest_day_minutes: int
    overtime_minutes: int
    premium: float
    cost: float
    currency: str


def price_shifts(
    shifts: Iterable[Shift], workspace: Workspace, book: RuleBook | None = None
) -> tuple[ShiftPay, ...]:
    """Return the pay of each shift, in their order, under the rule packs of the sites.

    Time is elapsed time: a night over a clock change is paid by the minutes that pass. Weeks are Monday to
    Sunday of local dates; days worked before the plan count in them, as history states them.

    Parameters
    ----------
    shifts
        All shifts of each agent: the week's overtime and the seventh date depend on the others.
    book
        The packs, where they are at hand already.
    """
    shifts = tuple(shifts)
    book = book or RuleBook(workspace.rules)
    worked: dict[str, list[WorkedDay]] = defaultdict(list)
    for row in workspace.worked:
        worked[row.agent].append(row)
    order = sorted(
        range(len(shifts)), key=lambda place: (shifts[place].site, shifts[place].agent, shifts[place].start)
    )
    pays: dict[int, ShiftPay] = {}
    for places in _batches(order, shifts):
        batch = [shifts[place] for place in places]
        priced = _price_site(batch, workspace.sites[batch[0].site], workspace, book, worked)
        pays.update(zip(places, priced, strict=True))
    return tuple(pays[place] for place in range(len(shifts)))


def _batches(order: Sequence[int], shifts: Sequence[Shift]) -> Iterator[list[int]]:
    """Cut places, sorted by site and agent, into batches of one site's whole agents: memory stays small."""
    batch: list[int] = []
    for (site, _), group in groupby(order, key=lambda place: (shifts[place].site, shifts[place].agent)):
        if batch and (len(batch) >= BATCH_SHIFTS or shifts[batch[-1]].site != site):
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch


def _price_site(
    shifts: Sequence[Shift],
    site: Site,
    workspace: Workspace,
    book: RuleBook,
    worked: Mapping[str, Sequence[WorkedDay]],
) -> list[ShiftPay]:
    """Price one site's shifts, sorted by agent and start."""
    weeks = Weeks(shifts, worked)
    steps = _mark(shifts, site, book, weeks)
    _add_week_overtime(steps, site, book, workspace.settings, weeks)
    premium = np.zeros(len(steps.paid.shift))
    for rules, where in steps.by_rules():
        night, dates = clock_shares(rules, steps.marks(where))
        premium[where] = stack(rules.stacking, night, dates, steps.share[where])
    minutes = {
        f"{kind}_minutes": np.rint(steps.paid.sum_by_shift(kinds * steps.paid.minutes, len(shifts)))
        for kind, kinds in steps.kinds.items()
    }
    rates = np.array([workspace.agents[shift.agent].hourly_cost for shift in shifts])
    paid_hours = np.array([shift.paid_minutes for shift in shifts]) / 60
    premiums = steps.paid.sum_by_shift(premium * steps.paid.minutes, len(shifts)) / 60 * rates
    costs = paid_hours * rates + premiums
    currency = site.currency or workspace.settings.currency
    return [
        ShiftPay(
            **{kind: int(counts[place]) for kind, counts in minutes.items()},
            premium=float(premiums[place]),
            cost=float(costs[place]),
            currency=currency,
        )
        for place in range(len(shifts))
    ]


@dataclass(eq=False)
class _Steps:
    """Paid time with what is known of each of its m steps.

    Attributes
    ----------
    rules
        Those in force on each shift's date.
    kinds
        Which steps are night, holiday, sunday, rest_day and overtime, (m,) each.
    special
        Which carry the premium of a holiday or a rest day, (m,).
    share
        What overtime adds to the hourly cost, (m,).
    """

    paid: PaidSteps
    rules: list[LabourRules]
    kinds: dict[str, Bools]
    special: Bools
    share: Floats

    def by_rules(self) -> list[tuple[LabourRules, Bools]]:
        return _by_rules(self.rules, self.paid.shift)

    def marks(self, where: Bools) -> Marks:
        names = ("night", "holiday", "sunday", "rest_day")
        return Marks(*(self.kinds[name][where] for name in names))


def _mark(shifts: Sequence[Shift], site: Site, book: RuleBook, weeks: Weeks) -> _Steps:
    """Read the steps off clock and calendar, and find each shift's own overtime."""
    paid = cut_paid_time(shifts, site.time_zone)
    count = len(paid.shift)
    kinds = {
        "night": np.zeros(count, dtype=bool),
        "holiday": _on_holiday(site, paid.clock.day),
        "sunday": paid.clock.weekday == SUNDAY,
        "rest_day": weeks.rest_day[paid.shift],
        "overtime": np.zeros(count, dtype=bool),
    }
    rules_of = [book.on(site.rules, shift.local_date) for shift in shifts]
    steps = _Steps(paid, rules_of, kinds, np.zeros(count, dtype=bool), np.zeros(count))
    for rules, where in steps.by_rules():
        kinds["night"][where] = in_night(rules, paid.clock.minute[where])
        special = steps.marks(where).special(rules)
        steps.special[where] = special
        tiers = (rules.overtime_day_premium, rules.rest_day_overtime_premium or rules.overtime_day_premium)
        before = paid.before[where]
        kinds["overtime"][where] = np.choose(special, [beyond(each, before) for each in tiers])
        steps.share[where] = np.choose(special, [tier_shares(each, before) for each in tiers])
    return steps


def _on_holiday(site: Site, days: npt.NDArray[np.datetime64]) -> Bools:
    if not len(days):
        return np.zeros(0, dtype=bool)
    known = public_holidays(site.country, site.subdivision, days.min().item(), days.max().item())
    return np.isin(days, np.array(sorted(known), dtype="datetime64[D]"))


def _add_week_overtime(
    steps: _Steps, site: Site, book: RuleBook, settings: PlanSettings, weeks: Weeks
) -> None:
    """Find the week's overtime among the minutes that are not overtime of their day nor special."""
    rules_of = [book.on(site.rules, max(settings.start, monday)) for monday in weeks.mondays]
    earlier = [_week_minutes(rows, rules) for rows, rules in zip(weeks.earlier, rules_of, strict=True)]
    counts = ~steps.special & ~steps.kinds["overtime"]
    before = _running(steps.paid, weeks.number, np.array(earlier, dtype=np.float64), counts)
    for rules, where in _by_rules(rules_of, weeks.number[steps.paid.shift]):
        tiers = rules.overtime_week_premium
        steps.kinds["overtime"][where] |= counts[where] & beyond(tiers, before[where])
        steps.share[where] += counts[where] * tier_shares(tiers, before[where])


def _by_rules(rules: Sequence[LabourRules], place: Ints) -> list[tuple[LabourRules, Bools]]:
    """Return the distinct rules and, of each, the steps that follow them; ``place`` points into the rules."""
    distinct = {id(entry): entry for entry in rules}
    number = {key: at for at, key in enumerate(distinct)}
    of_step = np.array([number[id(entry)] for entry in rules], dtype=np.int64)[place]
    return [(entry, of_step == at) for at, entry in enumerate(distinct.values())]


def _week_minutes(rows: Sequence[WorkedDay], rules: LabourRules) -> float:
    """Return the minutes of earlier days of a week that count towards its overtime."""
    return sum(_ordinary(row.worked_minutes, rules.overtime_day_premium) for row in rows)


def _ordinary(minutes: int, tiers: Tiers) -> int:
    return min(minutes, tiers[0].threshold) if tiers else minutes


def _running(steps: PaidSteps, week: Ints, earlier: Floats, counts: Bools) -> Floats:
    """Return the counting minutes of each step's week before it, (m,)."""
    amounts = steps.minutes * counts
    total = np.cumsum(amounts) - amounts
    of_step = week[steps.shift]
    first = np.searchsorted(of_step, np.arange(len(earlier)))
    start = np.append(total, 0.0)[first]
    running: Floats = total - start[of_step] + earlier[of_step]
    return running
