"""What a rota changes of an earlier one, shift by shift, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import pandas as pd

from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.check import Severity, check
from scheduler.coverage import Coverage, measure_coverage
from scheduler.earlier import Earlier
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota, Shift
from scheduler.workspace import Workspace

__all__ = ["Change", "ChangeKind", "list_changes"]

NOTICEABLE_HOURS = 0.05
NEAR = timedelta(days=7)
LEFT = "the agent is no longer in agents.csv"
Short = Mapping[tuple[QueueKey, datetime], float]


class ChangeKind(StrEnum):
    """What became of a shift."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """An agent's date on which the shift is not the earlier rota's.

    Parameters
    ----------
    before, after
        The shift then and now; None: none.
    reason
        In a planner's words.
    """

    agent: str
    day: date
    before: Shift | None
    after: Shift | None
    reason: str = ""

    @property
    def kind(self) -> ChangeKind:
        """Whether the shift was added, dropped or moved."""
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.DROPPED if self.after is None else ChangeKind.MOVED


def list_changes(
    workspace: Workspace, requirement: StaffingRequirement, rota: Rota, coverage: Coverage
) -> tuple[Change, ...]:
    """Return the changes against the workspace's earlier rota, by agent and date; none without one.

    A shift is left where the agent may no longer work it, as the checker says of the earlier rota, or is no
    longer among the workspace's agents. Any other change has its reason in coverage, measured against what
    the earlier rota still can cover, or in another change of the agent.

    Parameters
    ----------
    coverage
        Of the rota.
    """
    earlier = workspace.earlier
    if earlier is None:
        return ()
    changes = [*_changes(workspace, earlier, rota)]
    if not changes:
        return ()
    people = {each.agent for each in changes} & workspace.agents.keys()
    impossible = _impossible(workspace, requirement, earlier, people)
    impossible |= {_key(each): LEFT for each in changes if each.agent not in people}
    gone = {(each.agent, each.before.start) for each in changes if each.before and _key(each) in impossible}
    ends = {(shift.agent, shift.start): shift.end for shift in earlier.rota.shifts}
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for agent, start in gone:
        spans[agent].append((start, ends[agent, start]))
    kept = [
        stretch
        for stretch in earlier.rota.stretches
        if not any(start <= stretch.start < end for start, end in spans.get(stretch.agent, ()))
    ]
    before = _short(measure_coverage(workspace, requirement, kept))
    why = _Reasons(workspace, impossible, before, _short(coverage), changes)
    return tuple(replace(each, reason=why.of(each)) for each in changes)


def _key(change: Change) -> tuple[str, date]:
    return change.agent, change.day


def _changes(workspace: Workspace, earlier: Earlier, rota: Rota) -> Iterator[Change]:
    now: dict[tuple[str, date], list[Shift]] = defaultdict(list)
    for shift in rota.shifts:
        now[shift.agent, shift.local_date].append(shift)
    for agent in sorted({*workspace.agents, *earlier.by_agent}):
        own = earlier.by_agent.get(agent, {})
        for day in workspace.settings.dates:
            before, after = own.get(day, ()), now.get((agent, day), [])
            if earlier.counts(day) and _works(before) != _works(after):
                yield Change(agent, day, before[0] if before else None, after[0] if after else None)


def _works(shifts: Sequence[Shift]) -> set[tuple[datetime, datetime, str | None]]:
    return {(shift.start, shift.end, shift.template) for shift in shifts}


def _impossible(
    workspace: Workspace, requirement: StaffingRequirement, earlier: Earlier, agents: set[str]
) -> dict[tuple[str, date], str]:
    """Return what the checker says of the earlier shifts of some agents, by agent and date."""
    alone = replace(
        workspace,
        agents={name: each for name, each in workspace.agents.items() if name in agents},
        fixed=tuple(work for work in workspace.fixed if work.agent in agents),
        presence=(),
        activities=(),
    )
    rota = Rota(
        tuple(shift for shift in earlier.rota.shifts if shift.agent in agents),
        tuple(stretch for stretch in earlier.rota.stretches if stretch.agent in agents),
    )
    nothing = StaffingRequirement(requirement.frame.iloc[:0], requirement.interval_minutes)
    said: dict[tuple[str, date], str] = {}
    for found in check(alone, nothing, rota).violations:
        if found.day is not None and found.severity is Severity.VIOLATION and found.rule not in _OF_GIVEN:
            text = found.message.partition(": ")[2]
            if found.rule in _ABSOLUTE:
                said[found.agent, found.day] = text
            else:
                said.setdefault((found.agent, found.day), text)
    return said


_OF_GIVEN = ("fixed", "keep_before")
_ABSOLUTE = ("time_off", "employment", "availability", "site_hours")
"""Rules that say of a shift by itself that it cannot be worked: the clearest reasons."""


def _short(coverage: Coverage) -> Short:
    frame = coverage.frame
    frame = frame[(frame["short"] > 0) & ~frame["edge"]]
    keys = zip(*(frame[name] for name in QUEUE_COLUMNS), strict=True)
    starts = frame["interval_start"].dt.to_pydatetime()
    hours = coverage.interval_minutes / 60
    return {
        (QueueKey(*key), start): short * hours
        for key, start, short in zip(keys, starts, frame["short"].tolist(), strict=True)
    }


class _Reasons:
    """What is known of all changes, to say why each was made."""

    def __init__(
        self,
        workspace: Workspace,
        impossible: Mapping[tuple[str, date], str],
        before: Short,
        after: Short,
        changes: Sequence[Change],
    ) -> None:
        self.workspace = workspace
        self.impossible = impossible
        self.before, self.after = before, after
        self.worked: dict[str, list[date]] = defaultdict(list)
        for each in changes:
            if each.after is not None:
                self.worked[each.agent].append(each.day)

    def of(self, change: Change) -> str:
        """Return the reason of a change."""
        if change.after is not None and change.after.fixed:
            return "it is fixed"
        gone = self.impossible.get(_key(change)) if change.before is not None else None
        if gone is not None:
            return gone
        if change.after is not None:
            helped = self._helped(change.after)
            if helped is not None:
                return helped
        elsewhere = [
            day for day in self.worked[change.agent] if day != change.day and abs(day - change.day) < NEAR
        ]
        if elsewhere:
            return f"the agent works on {min(elsewhere, key=lambda day: abs(day - change.day))} instead"
        return (
            "cost, nights, wishes, hours or rules that bind agents together gain more than the change weighs"
        )

    def _helped(self, shift: Shift) -> str | None:
        """Say how much less is short while a shift runs, in queues that its agent serves."""
        agent = self.workspace.agents[shift.agent]
        step = self.workspace.settings.interval_minutes
        at = pd.Timestamp(shift.start).floor(f"{step}min").to_pydatetime()
        gains: dict[QueueKey, float] = defaultdict(float)
        while at < shift.end:
            for key in self.workspace.queues:
                if agent.speed(*key) > 0:
                    gains[key] += self.before.get((key, at), 0.0) - self.after.get((key, at), 0.0)
            at += timedelta(minutes=step)
        total = sum(gains.values())
        if total < NOTICEABLE_HOURS:
            return None
        most = max(gains, key=lambda key: gains[key])
        return f"{total:,.1f} agent-hours less are short while it runs, most of them of {most}"
