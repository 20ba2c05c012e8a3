"""How sites hand the work over to each other through the 24 hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from scheduler.rota import WORK, Rota
from scheduler.workspace import Workspace

__all__ = ["HandOver", "Hour", "measure_handover"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Hour:
    """An hour of the UTC day, over all days of the plan.

    Parameters
    ----------
    serving
        Mean number of agents that serve contacts, by site, those with most first; sites that do not serve are
        left out.
    """

    hour: int
    serving: Mapping[str, float]

    @property
    def leader(self) -> str | None:
        """The site that serves most; None where nobody serves."""
        return next(iter(self.serving), None)

    @property
    def share(self) -> float:
        """The part of the work that the leader does, 0–1."""
        total = sum(self.serving.values())
        return max(self.serving.values()) / total if total else 0.0


@dataclass(frozen=True)
class HandOver:
    """The lead goes from one site to another.

    Parameters
    ----------
    hour
        From whose beginning on the other leads.
    before, after
        The sites.
    overlap
        Agents of both at work together: the lesser number of the two, in the better of both hours.
    """

    hour: int
    before: str
    after: str
    overlap: float


def measure_handover(workspace: Workspace, rota: Rota) -> tuple[tuple[Hour, ...], tuple[HandOver, ...]]:
    """Return the 24 hours of the UTC day, and where the lead goes from one site to another."""
    minutes: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for stretch in rota.stretches:
        agent = workspace.agents.get(stretch.agent)
        if stretch.activity != WORK or agent is None:
            continue
        at, end = stretch.start.astimezone(UTC), stretch.end.astimezone(UTC)
        while at < end:
            then = min(end, at.replace(minute=0, second=0, microsecond=0) + HOUR)
            minutes[at.hour][agent.site] += (then - at) / timedelta(minutes=1)
            at = then
    days = workspace.settings.days
    hours = []
    for hour in range(24):
        mean = {site: total / 60 / days for site, total in minutes[hour].items()}
        hours.append(Hour(hour, dict(sorted(mean.items(), key=lambda item: (-item[1], item[0])))))
    return tuple(hours), tuple(_handovers(hours))


def _handovers(hours: Sequence[Hour]) -> list[HandOver]:
    found = []
    for number, after in enumerate(hours):
        before = hours[number - 1]
        if before.leader is None or after.leader is None or before.leader == after.leader:
            continue
        both = before.leader, after.leader
        overlap = max(min(hour.serving.get(site, 0.0) for site in both) for hour in (before, after))
        found.append(HandOver(number, *both, overlap))
    return found
