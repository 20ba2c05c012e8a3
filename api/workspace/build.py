"""Domain objects from tables that are known to be sound; nothing here can fail."""

from __future__ import annotations

from collections.abc import Mapping

from api.workspace.crosschecks import zones_of
from api.workspace.intervals import history_interval
from api.workspace.leave import leave_notes, leave_use
from api.workspace.parse import ParsedTable
from api.workspace.tables.catalogue import TABLES
from api.workspace.tables.demand import build_events, build_queues, build_regions, calendar_notes
from api.workspace.tables.demand_history import (
    build_contacts,
    build_requirement,
    build_tickets,
    count_tickets,
)
from api.workspace.tables.leave import build_balances
from api.workspace.tables.overrides import build_overrides
from api.workspace.tables.people import (
    build_agents,
    build_availability,
    build_fixed,
    build_time_off,
    build_wishes,
    build_worked,
)
from api.workspace.tables.supply import build_contracts, build_shifts, build_sites
from api.workspace.tables.team import build_activities, build_presence, build_rules
from scheduler.settings import PlanSettings
from scheduler.workspace import Workspace

__all__ = ["build_workspace"]


def build_workspace(tables: Mapping[str, ParsedTable], settings: PlanSettings) -> Workspace:
    """Return the workspace that the tables describe; those not given have no rows."""
    every = {name: tables.get(name) or ParsedTable.empty(declaration) for name, declaration in TABLES.items()}
    regions = build_regions(every["regions"])
    queues = build_queues(every["queues"])
    sites = build_sites(every["sites"])
    agents = build_agents(every["agents"])
    interval = settings.interval_minutes
    tickets = build_tickets(tables["tickets"]) if "tickets" in tables else None
    history = None if tickets is None else count_tickets(tickets, interval)
    if "contacts" in tables:
        history = build_contacts(
            tables["contacts"], history_interval(tables["contacts"], zones_of(tables), interval)
        )
    requirement = None
    if "requirement" in tables:
        requirement = build_requirement(tables["requirement"], queues, interval)
    contracts = build_contracts(every["contracts"])
    time_off = build_time_off(every["time_off"], agents, sites)
    use = leave_use(time_off, agents, sites, contracts)
    notes = (
        *calendar_notes(every["regions"]),
        *calendar_notes(every["sites"]),
        *leave_notes(build_balances(every["leave_balances"]), use),
    )
    return Workspace(
        settings=settings,
        regions=regions,
        queues=queues,
        history=history,
        tickets=tickets,
        events=build_events(every["events"], regions),
        overrides=build_overrides(every["overrides"], regions),
        requirement=requirement,
        sites=sites,
        contracts=contracts,
        shifts=build_shifts(every["shifts"]),
        agents=agents,
        availability=build_availability(every["availability"]),
        time_off=time_off,
        wishes=build_wishes(every["wishes"]),
        fixed=build_fixed(every["fixed"]),
        activities=build_activities(every["activities"]),
        presence=build_presence(every["presence"], sites, regions),
        worked=build_worked(every["history"]),
        rules=build_rules(every["rules"]),
        notes=notes,
    )
