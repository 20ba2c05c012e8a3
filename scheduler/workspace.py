"""A workspace: everything that one plan is made from, already valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from forecasting.events import Event
from forecasting.overrides import Override
from forecasting.queues import Queue, QueueKey, Region
from forecasting.tables import ContactHistory
from scheduler.agents import Agent, Availability, FixedWork, TimeOff, Wish, WorkedDay
from scheduler.contracts import Contract
from scheduler.earlier import Earlier
from scheduler.requirement import StaffingRequirement
from scheduler.settings import PlanSettings
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.team import Activity, Presence, RuleRow

__all__ = ["Workspace"]


@dataclass(frozen=True, eq=False)
class Workspace:
    """The tables of a workspace as domain objects, keyed by name where they have one.

    ``history`` holds contacts as recorded (or counted from tickets) at the history's own interval;
    ``tickets`` the ticket rows themselves, where given; ``notes`` what a planner should know of how it was
    read; ``earlier`` the rota that the new one begins from. Cross references (an agent's site, a contract's
    shifts …) are known to hold: the reader refuses a workspace in which they do not.
    """

    settings: PlanSettings
    regions: Mapping[str, Region]
    queues: Mapping[QueueKey, Queue]
    history: ContactHistory | None = None
    tickets: pd.DataFrame | None = None
    events: tuple[Event, ...] = ()
    overrides: tuple[Override, ...] = ()
    requirement: StaffingRequirement | None = None
    sites: Mapping[str, Site] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    shifts: Mapping[str, ShiftTemplate] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    availability: tuple[Availability, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    wishes: tuple[Wish, ...] = ()
    fixed: tuple[FixedWork, ...] = ()
    activities: tuple[Activity, ...] = ()
    presence: tuple[Presence, ...] = ()
    worked: tuple[WorkedDay, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    notes: tuple[str, ...] = ()
    earlier: Earlier | None = None
