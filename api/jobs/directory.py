"""What the company's directory says of agents, put into a workspace before it is planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from api.store.people_tables import PersonRow
from api.workspace.grammar import SKILLS
from forecasting.timegrid import local_date
from scheduler.agents import Agent
from scheduler.sites import Site
from scheduler.workspace import Workspace

__all__ = ["AGENT_SCHEMA", "agents_as_told", "with_people"]

AGENT_SCHEMA = "urn:sunrota:params:scim:schemas:extension:agent:2.0:User"
A_DAY = timedelta(days=1)
PLACE = ("site", "contract", "skills")


def with_people(workspace: Workspace, people: Iterable[PersonRow]) -> Workspace:
    """Return the workspace as the directory has it, with a note on each agent whom that changes."""
    agents, notes = agents_as_told(
        workspace.agents,
        workspace.sites,
        workspace.contracts,
        people,
        last=workspace.settings.dates[-1],
    )
    return replace(workspace, agents=agents, notes=(*workspace.notes, *notes))


def agents_as_told(
    agents: Mapping[str, Agent],
    sites: Mapping[str, Site],
    contracts: Collection[str],
    people: Iterable[PersonRow],
    *,
    last: date = date.max,
) -> tuple[dict[str, Agent], list[str]]:
    """Return the agents by name as the directory has them, and a note on each whom that changes.

    Of agents in the workspace the directory only narrows the dates of employment: who was deactivated may not
    work from that date of their site on. Active people who are not in it, and of whom the directory tells a
    site and a contract of it and skills, are added.

    Parameters
    ----------
    last
        Last date of interest: who leaves after it is not noted.
    """
    told_of, notes = dict(agents), []
    for person in people:
        told: dict[str, Any] = person.document.get(AGENT_SCHEMA) or {}
        known = told_of.get(person.agent)
        if known is None and person.left is None and told.get("site") in sites:
            missing = [name for name in PLACE if not told.get(name)]
            if missing or told["contract"] not in contracts:
                what = " and ".join(missing) or f"contract {told['contract']} in the workspace"
                notes.append(f"The directory has {person.agent} at {told['site']}, but no {what}: left out.")
                continue
            known = _agent(person, told)
            notes.append(f"{person.agent} is planned as the directory has them: not in agents.csv.")
        if known is not None:
            agent = _employed(known, person, told, sites[known.site].time_zone)
            notes.extend(_ends(known, agent, last))
            told_of[agent.name] = agent
    return dict(sorted(told_of.items())), notes


def _agent(person: PersonRow, told: dict[str, Any]) -> Agent:
    return Agent(
        name=person.agent,
        site=told["site"],
        contract=told["contract"],
        skills=SKILLS.read(told["skills"]),
        display_name=person.document.get("displayName"),
        team=told.get("team"),
    )


def _employed(agent: Agent, person: PersonRow, told: dict[str, Any], zone: str) -> Agent:
    gone = None if person.left is None else local_date(person.left, zone) - A_DAY
    firsts = [day for day in (agent.first_date, _date(told.get("firstDate"))) if day is not None]
    lasts = [day for day in (agent.last_date, _date(told.get("lastDate")), gone) if day is not None]
    first, last = max(firsts, default=None), min(lasts, default=None)
    if first is not None and last is not None:
        first = min(first, last + A_DAY)  # who left before they began works on no day
    return replace(agent, first_date=first, last_date=last)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _ends(before: Agent, after: Agent, last: date) -> Iterator[str]:
    """Tell of a last date that is new and that the plan meets."""
    if after.last_date != before.last_date and after.last_date and after.last_date < last:
        yield f"By the directory {after.name} works until {after.last_date} at the latest."
