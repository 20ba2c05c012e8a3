"""People and sites: who works where, as far as the one who asks may see."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.errors import NotFound
from api.problems import Problem
from api.team import Team, read_team
from api.v1.answers import json_answer
from api.v1.paging import PageQuery, cut_page
from api.v1.people_models import PersonList, PersonModel, SiteList, SiteModel, SkillModel
from api.v1.service import service
from api.v1.sight import QueueQuery, own_sight, queue_of
from api.workspace.editing import row_id
from scheduler.agents import Agent

__all__ = ["WorkspaceQuery", "people_api", "person_id_of", "seen_team"]

people_api = APIBlueprint(
    "people", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")], abp_responses={404: Problem}
)


class OneQuery(BaseModel):
    """Of which workspace. A name that is misspelt is not to be another workspace's change."""

    model_config = ConfigDict(extra="forbid")

    workspace: str | None = Field(
        None, description="Name of a workspace, its newest version; left out: the one uploaded last."
    )


class WorkspaceQuery(PageQuery, OneQuery):
    """Of which workspace, and which page."""


class PeopleQuery(WorkspaceQuery, QueueQuery):
    """Which people."""

    agent: str | None = None
    site: str | None = None
    active: bool | None = Field(None, description="Whether they are employed today.")


class PersonPath(BaseModel):
    """Which person."""

    person_id: str = Field(description="Id of the person.")


def seen_team(workspace: str | None) -> Team:
    """Return the people whom the one who asks may see."""
    return read_team(service().store, workspace, own_sight())


@people_api.get("/people", responses={200: PersonList})
def get_people(query: PeopleQuery) -> Response:
    """List agents: a lead's those of their sites, an agent's only themselves.

    They are those of the newest version of the workspace, as the company's directory has them.
    """
    team = seen_team(query.workspace)
    people = (_person(team, agent) for agent in _wanted(team, query))
    if query.active is not None:
        people = (person for person in people if person.active is query.active)
    shown, following = cut_page(people, lambda person: person.agent, query, "people", team.workspace)
    return json_answer(PersonList(items=shown, next_cursor=following))


def _wanted(team: Team, query: PeopleQuery) -> Iterator[Agent]:
    queue = queue_of(query)
    for agent in team.agents.values():
        if query.agent not in (None, agent.name) or query.site not in (None, agent.site):
            continue
        if queue is None or agent.speed(*queue) > 0:
            yield agent


@people_api.get("/people/<person_id>", responses={200: PersonModel})
def get_person(path: PersonPath, query: OneQuery) -> Response:
    """Show an agent."""
    team = seen_team(query.workspace)
    for agent in team.agents.values():
        if person_id_of(agent.name) == path.person_id:
            return json_answer(_person(team, agent))
    raise NotFound(f"there is no person {path.person_id}")


@people_api.get("/sites", responses={200: SiteList})
def get_sites(query: WorkspaceQuery) -> Response:
    """List sites: a lead's own, an agent's own."""
    team = seen_team(query.workspace)
    sites = (
        SiteModel(
            site=site.name,
            time_zone=site.time_zone,
            country=site.country,
            subdivision=site.subdivision,
            rules=site.rules,
            currency=site.currency,
            seats=site.seats,
        )
        for site in team.sites.values()
    )
    shown, following = cut_page(sites, lambda site: site.site, query, "sites", team.workspace)
    return json_answer(SiteList(items=shown, next_cursor=following))


def person_id_of(agent: str) -> str:
    """Return the id of an agent's person."""
    return row_id("agents", {"agent": agent})


def _person(team: Team, agent: Agent) -> PersonModel:
    contract = team.contracts[agent.contract]
    return PersonModel(
        id=person_id_of(agent.name),
        agent=agent.name,
        name=agent.display_name or agent.name,
        email=agent.email,
        site=agent.site,
        time_zone=team.sites[agent.site].time_zone,
        contract=agent.contract,
        min_week_minutes=contract.min_week_minutes,
        max_week_minutes=contract.max_week_minutes,
        team=agent.team,
        skills=[
            SkillModel(language=skill.language, channel=skill.channel, speed=skill.speed)
            for skill in agent.skills
        ],
        regions=None if agent.regions is None else sorted(agent.regions),
        first_date=agent.first_date,
        last_date=agent.last_date,
        active=team.is_employed(agent, service().store.clock()),
    )
