"""The people of a workspace as they stand: what its newest version and the company's directory say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from api.errors import NotFound
from api.jobs.directory import agents_as_told
from api.store.database import Store
from api.store.people import people_of_rotas
from api.store.published import Sight
from api.store.tables import WorkspaceRow
from api.store.workspaces import newest_version, workspace_files
from api.workspace.editing import kept_tables
from api.workspace.parse import ParsedTable
from api.workspace.tables.catalogue import TABLES
from api.workspace.tables.people import build_agents
from api.workspace.tables.supply import build_contracts, build_sites
from forecasting.timegrid import local_date
from scheduler.agents import Agent
from scheduler.contracts import Contract
from scheduler.sites import Site

__all__ = ["Team", "read_team", "tables_of", "team_of", "workspace_in_sight"]

TABLES_OF_PEOPLE = ("sites", "contracts", "shifts", "agents", "time_off", "leave_balances", "wishes")


@dataclass(frozen=True, eq=False)
class Team:
    """Sites and people, as far as someone may see them.

    Parameters
    ----------
    workspace
        Name of the workspace.
    tables
        Those that are about people, by name; not limited to what may be seen.
    agents
        Those in sight by id, as the directory has them.
    """

    workspace: str
    tables: Mapping[str, ParsedTable]
    sites: Mapping[str, Site]
    contracts: Mapping[str, Contract]
    agents: Mapping[str, Agent]

    def is_employed(self, agent: Agent, now: datetime) -> bool:
        """Whether it is one of the agent's days of employment, where they work."""
        today = local_date(now, self.sites[agent.site].time_zone)
        return (agent.first_date is None or agent.first_date <= today) and (
            agent.last_date is None or today <= agent.last_date
        )


def read_team(store: Store, name: str | None, sight: Sight) -> Team:
    """Return the people of a workspace whom someone may see.

    Parameters
    ----------
    name
        Of the workspace; None: the one that they are limited to, else the one uploaded last.

    Raises
    ------
    NotFound
    """
    wanted = workspace_in_sight(name, sight)
    with store.reading() as session:
        row = newest_version(session, wanted)
        tables = tables_of(session, row)
    team = team_of(row.name, tables)
    told, _ = agents_as_told(team.agents, team.sites, team.contracts, people_of_rotas(store))
    seen = {agent.name: agent for agent in told.values() if sight.shows_person(agent.name, agent.site)}
    return replace(team, sites=dict(_in_sight(team.sites, seen, sight)), agents=seen)


def team_of(workspace: str, tables: Mapping[str, ParsedTable]) -> Team:
    """Return all people of a workspace's tables, whatever the directory says."""
    sites, contracts = build_sites(tables["sites"]), build_contracts(tables["contracts"])
    return Team(workspace, tables, sites, contracts, build_agents(tables["agents"]))


def _in_sight(
    sites: Mapping[str, Site], agents: Mapping[str, Agent], sight: Sight
) -> Iterator[tuple[str, Site]]:
    own = {agent.site for agent in agents.values()}
    for name, site in sites.items():
        if (sight.agent is None and (not sight.sites or name in sight.sites)) or name in own:
            yield name, site


def workspace_in_sight(name: str | None, sight: Sight) -> str | None:
    """Return which workspace is asked for.

    Raises
    ------
    NotFound
        If it is out of sight.
    """
    if name is not None and sight.workspace not in (None, name):
        raise NotFound(f"there is no workspace {name}")
    return name or sight.workspace


def tables_of(session: Session, row: WorkspaceRow) -> dict[str, ParsedTable]:
    """Return the tables about people of a workspace, those that it does not have without rows."""
    tables = kept_tables(workspace_files(session, row, TABLES_OF_PEOPLE))
    return {name: tables.get(name) or ParsedTable.empty(TABLES[name]) for name in TABLES_OF_PEOPLE}
