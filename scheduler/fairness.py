"""Who bears what: nights, weekends, paid hours and refused wishes per agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from forecasting.calendars import weekend_days
from scheduler.checking.amounts import is_night
from scheduler.checking.record import Record, build_records
from scheduler.checking.wishes import refused_weight, refused_wishes
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["AgentShare", "Fairness", "Spread", "measure_fairness"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class AgentShare:
    """What one agent bears.

    Parameters
    ----------
    nights
        Night shifts.
    weekends
        Weekends of the site's country, or parts of them, on which a shift starts.
    paid_hours
        Of all shifts.
    refused_wishes, refused_weight
        How many (a wish for a weekday once per date), and their weight × the agent's wish factor.
    """

    agent: str
    nights: int
    weekends: int
    paid_hours: float
    refused_wishes: int
    refused_weight: float


@dataclass(frozen=True)
class Spread:
    """Least, mean and most over all agents."""

    least: float
    mean: float
    most: float


@dataclass(frozen=True)
class Fairness:
    """Shares by agent, and how far apart they lie."""

    shares: tuple[AgentShare, ...]

    def spread(self, name: str) -> Spread:
        """Return the spread of one quantity, named as in :class:`AgentShare`; zeros without agents."""
        values = [float(getattr(share, name)) for share in self.shares] or [0.0]
        return Spread(min(values), sum(values) / len(values), max(values))


def measure_fairness(workspace: Workspace, rota: Rota) -> Fairness:
    """Return what each agent of the workspace bears, by name; who does not work has zeros."""
    return Fairness(tuple(_share(record) for record in build_records(workspace, rota)))


def _share(record: Record) -> AgentShare:
    duties = [duty for duty, _ in record.plan]
    return AgentShare(
        agent=record.agent.name,
        nights=sum(is_night(record, duty) for duty in duties),
        weekends=_weekends_worked(record),
        paid_hours=sum(duty.minutes for duty in duties) / 60,
        refused_wishes=sum(1 for _ in refused_wishes(record)),
        refused_weight=refused_weight(record),
    )


def _weekends_worked(record: Record) -> int:
    """Count weekends by their first day, which may lie before the plan."""
    weekdays = weekend_days(record.site.country)
    firsts = set()
    for duty, _ in record.plan:
        day = duty.day
        if day.weekday() not in weekdays:
            continue
        while (day - DAY).weekday() in weekdays and len(weekdays) < 7:
            day -= DAY
        firsts.add(day)
    return len(firsts)
