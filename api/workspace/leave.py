"""Days of leave: what people have, and what their time off uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from forecasting.timegrid import day_bounds, local_date
from scheduler.agents import Agent, TimeOff
from scheduler.contracts import Contract
from scheduler.sites import Site

__all__ = ["Balance", "LeaveUse", "leave_notes", "leave_use"]

A_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)
DECIMALS = 2

LeaveUse = Mapping[tuple[str, str], Mapping[date, float]]
"""By agent and kind: the days used, a share of one on each local date."""


@dataclass(frozen=True)
class Balance:
    """Days of one kind that an agent has for a year, with what was carried over."""

    agent: str
    year: int
    days: float
    kind: str = "leave"


def leave_use(
    time_off: Iterable[TimeOff],
    agents: Mapping[str, Agent],
    sites: Mapping[str, Site],
    contracts: Mapping[str, Contract],
) -> LeaveUse:
    """Return what time off uses of balances.

    A local date away uses a day; a part of one, given in instants, the minutes over those of a working day
    (``max_week_minutes / max_days_a_week`` of the contract), a day at most. A week from Monday to Sunday uses
    ``max_days_a_week`` days at most, its first ones.
    """
    used: dict[tuple[str, str], dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for absence in time_off:
        agent = agents[absence.agent]
        contract = contracts[agent.contract]
        # Of a contract without minutes any part of a day is a day.
        working_day = timedelta(minutes=max(1.0, contract.max_week_minutes / contract.max_days_a_week))
        days = used[absence.agent, absence.kind]
        for day, share in _shares(absence, sites[agent.site].time_zone, working_day):
            days[day] = min(1.0, days[day] + share)
    return {
        key: dict(_capped(days, contracts[agents[key[0]].contract].max_days_a_week))
        for key, days in used.items()
    }


def _shares(absence: TimeOff, zone: str, working_day: timedelta) -> Iterator[tuple[date, float]]:
    if absence.whole_days:
        yield from ((day, 1.0) for day in absence.whole_days)
        return
    day, last = local_date(absence.start, zone), local_date(absence.end - A_MOMENT, zone)
    while day <= last:
        begin, end = day_bounds(zone, day)
        yield day, min(1.0, (min(end, absence.end) - max(begin, absence.start)) / working_day)
        day += A_DAY


def _capped(days: Mapping[date, float], most: int) -> Iterator[tuple[date, float]]:
    of_week: dict[date, float] = defaultdict(float)
    for day in sorted(days):
        monday = day - timedelta(days=day.weekday())
        share = min(days[day], most - of_week[monday])
        of_week[monday] += share
        yield day, share


def leave_notes(balances: Iterable[Balance], use: LeaveUse) -> Iterator[str]:
    """Yield a note on each balance that time off goes beyond."""
    for balance in balances:
        days = use.get((balance.agent, balance.kind), {})
        away = round(sum(share for day, share in days.items() if day.year == balance.year), DECIMALS)
        if away > balance.days:
            over = round(away - balance.days, DECIMALS)
            yield (
                f"{balance.agent} is away for {away:g} days of {balance.kind} in {balance.year}, "
                f"{over:g} more than their balance of {balance.days:g}."
            )
