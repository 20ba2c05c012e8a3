"""Small valid workspaces, requirements and rotas for tests, built in memory.

Defaults: one site ``riga`` (Europe/Riga), one region ``lv``, one phone queue ``lv/lv/phone``, one
contract ``full`` (40 h, five days, 11 h rest) with one template ``day`` (08:00–10:00 in half hours, 8.5 h,
one unpaid half hour), agents ``a1`` … that serve ``lv:*``, and one week from Monday 2026-03-23, at whose
end clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.timegrid import local_date, wall_to_instant
from scheduler.agents import ANY_CHANNEL, Agent, Skill
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Break, Rota, Shift, Stretch
from scheduler.settings import PlanSettings
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace

MONDAY = date(2026, 3, 23)
PHONE = QueueKey("lv", "lv", "phone")
EMAIL = QueueKey("lv", "lv", "email")
DAY = ShiftTemplate(
    "day", earliest_start=480, latest_start=600, min_minutes=510, max_minutes=510,
    breaks=(BreakRule(30, paid=False, after=180, before=330),),
)  # fmt: skip
RIGA = Site("riga", "Europe/Riga", country="LV")


def make_contract(**changes: Any) -> Contract:
    """Return the contract ``full`` with changes."""
    return replace(Contract("full", shifts=("day",), max_week_minutes=2400), **changes)


def make_agent(name: str = "a1", **changes: Any) -> Agent:
    """Return an agent of ``riga`` under ``full`` who serves Latvian on every channel, with changes."""
    skills = (Skill("lv", ANY_CHANNEL),)
    return replace(Agent(name, site="riga", contract="full", skills=skills), **changes)


def make_queue(key: QueueKey = PHONE, **changes: Any) -> Queue:
    """Return a queue of the kind that its channel has (phone, chat: live), with changes."""
    kind = ChannelKind.LIVE if key.channel in ("phone", "chat") else ChannelKind.DEFERRED
    return replace(Queue(key, kind), **changes)


def make_workspace(
    *,
    agents: Iterable[Agent] | int = 1,
    queues: Iterable[Queue] = (make_queue(),),
    templates: Iterable[ShiftTemplate] = (DAY,),
    contracts: Iterable[Contract] = (make_contract(),),
    sites: Iterable[Site] = (RIGA,),
    regions: Iterable[Region] = (Region("lv", "Europe/Riga", country="LV"),),
    settings: Mapping[str, Any] | None = None,
    **tables: Any,
) -> Workspace:
    """Return a workspace; ``agents`` may be a number, ``settings`` changes the horizon or the weights."""
    if isinstance(agents, int):
        agents = [make_agent(f"a{number}") for number in range(1, agents + 1)]
    return Workspace(
        settings=PlanSettings(**{"start": MONDAY, "days": 7, **(settings or {})}),
        regions={region.name: region for region in regions},
        queues={queue.key: queue for queue in queues},
        sites={site.name: site for site in sites},
        contracts={contract.name: contract for contract in contracts},
        shifts={template.name: template for template in templates},
        agents={agent.name: agent for agent in agents},
        **tables,
    )


def make_requirement(
    rows: Iterable[tuple[QueueKey, datetime, float]], *, interval_minutes: int = 15, weight: float = 1.0
) -> StaffingRequirement:
    """Return a requirement of rows (queue, interval start, agents)."""
    data = [
        (*key, pd.Timestamp(start), float(agents), float("nan"), float("nan"), weight)
        for key, start, agents in rows
    ]
    names = ["region", "language", "channel", "interval_start", "agents", "load_erlangs", "service_level"]
    frame = pd.DataFrame(data, columns=[*names, "weight"])
    frame["interval_start"] = pd.to_datetime(frame["interval_start"], utc=True)
    return StaffingRequirement(frame, interval_minutes)


def instant(day: date, minute: int, zone_name: str = "Europe/Riga") -> datetime:
    """Return the instant of a wall-clock time that exists."""
    moment = wall_to_instant(zone_name, day, minute)
    assert moment is not None
    return moment


def make_shift(
    workspace: Workspace,
    agent: str = "a1",
    day: date = MONDAY,
    minute: int = 480,
    *,
    template: str = "day",
    length: int | None = None,
    break_starts: Iterable[int] | None = None,
) -> Shift:
    """Return a shift of a template at a wall-clock start, its breaks as early as each may be.

    ``break_starts`` places the breaks (minutes of the shift) instead, in the order of the template.
    """
    pattern = workspace.shifts[template]
    site = workspace.sites[workspace.agents[agent].site]
    start = instant(day, minute, site.time_zone)
    length = pattern.min_minutes if length is None else length
    rules = pattern.breaks_of(length)
    places = [rule.after for rule in rules] if break_starts is None else list(break_starts)
    breaks = [
        Break(start + timedelta(minutes=place), start + timedelta(minutes=place + rule.minutes), rule.paid)
        for rule, place in zip(rules, places, strict=True)
    ]
    return Shift(
        agent=agent,
        site=site.name,
        template=template,
        start=start,
        end=start + timedelta(minutes=length),
        local_date=local_date(start, site.time_zone),
        time_zone=site.time_zone,
        paid_minutes=pattern.paid_minutes(length),
        breaks=tuple(sorted(breaks, key=lambda pause: pause.start)),
    )


def fill(shift: Shift, queue: QueueKey | None = PHONE) -> tuple[Stretch, ...]:
    """Return the stretches of a shift that serves one queue (None: idle) outside its breaks."""
    stretches = []
    clock = shift.start
    for pause in shift.breaks:
        stretches.append(_work(shift.agent, clock, pause.start, queue))
        stretches.append(Stretch(shift.agent, pause.start, pause.end, "break"))
        clock = pause.end
    stretches.append(_work(shift.agent, clock, shift.end, queue))
    return tuple(stretch for stretch in stretches if stretch.end > stretch.start)


def _work(agent: str, start: datetime, end: datetime, queue: QueueKey | None) -> Stretch:
    return Stretch(agent, start, end, "work" if queue else "idle", queue)


def make_rota(shifts: Iterable[Shift], queue: QueueKey | None = PHONE) -> Rota:
    """Return a rota of shifts that serve one queue throughout."""
    ordered = sorted(shifts, key=lambda shift: (shift.agent, shift.start))
    stretches = [stretch for shift in ordered for stretch in fill(shift, queue)]
    return Rota(tuple(ordered), tuple(stretches))
