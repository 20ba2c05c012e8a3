"""Time off: listed, put in, changed and deleted, entry by entry."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.entries import Entry, PeopleTable, Tables, entries_of
from api.errors import NotFound
from api.problems import Problem
from api.team import Team, team_of
from api.v1.answers import json_answer, require_match
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.paging import cut_page
from api.v1.people import OneQuery, WorkspaceQuery, seen_team
from api.v1.people_models import ChangedTimeOff, TimeOffList, TimeOffModel, TimeOffRequest
from api.v1.service import service
from api.v1.sight import own_workspace
from api.v1.times import Instant, instant_text
from api.workspace.editing import Cells
from api.workspace.leave import leave_notes, leave_use
from api.workspace.tables.leave import build_balances
from api.workspace.tables.people import build_absence

__all__ = ["seen_time_off", "time_off_api"]

NAME = "time_off"
time_off_api = APIBlueprint(
    "time_off", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")], abp_responses={404: Problem}
)


class TimeOffQuery(WorkspaceQuery):
    """Which time off; the window shows whatever shares some time with it."""

    window_from: Instant | None = Field(None, alias="from", description="Begin of the half-open window.")
    window_until: Instant | None = Field(None, alias="until", description="End of the half-open window.")
    agent: str | None = None
    site: str | None = None
    kind: str | None = None


class TimeOffPath(BaseModel):
    """Which time off."""

    time_off_id: str = Field(description="Id of the time off.")


@time_off_api.get("/time-off", responses={200: TimeOffList})
def get_time_off(query: TimeOffQuery) -> Response:
    """List time off by start: a lead's of their sites, an agent's own."""
    team = seen_team(query.workspace)
    shown, following = cut_page(
        (item for item in seen_time_off(team) if _is_wanted(item, query)),
        lambda item: f"{instant_text(item.starts_at)} {item.id}",
        query,
        NAME,
        team.workspace,
    )
    return json_answer(TimeOffList(items=shown, next_cursor=following))


@time_off_api.post(
    "/time-off",
    responses={201: ChangedTimeOff, 415: Problem},
    openapi_extensions=request_body(json=TimeOffRequest),
)
def add_time_off(query: OneQuery) -> Response:
    """Put in time off: the workspace's next version has it.

    It is checked as the rows of `time_off.csv` are. What goes beyond a leave balance is kept, with a warning.
    """
    body_kind({JSON})
    asked = read_json(TimeOffRequest)
    tables, entry = _table(query).add(_cells(asked))
    return json_answer(_changed(tables, entry), 201, location=f"/v1/time-off/{entry.id}")


@time_off_api.get("/time-off/<time_off_id>", responses={200: TimeOffModel})
def get_one_time_off(path: TimeOffPath, query: OneQuery) -> Response:
    """Show time off."""
    for item in seen_time_off(seen_team(query.workspace)):
        if item.id == path.time_off_id:
            return json_answer(item)
    raise NotFound(f"there is no time off {path.time_off_id}")


@time_off_api.put(
    "/time-off/<time_off_id>",
    responses={200: ChangedTimeOff, 412: Problem, 415: Problem},
    openapi_extensions=request_body(json=TimeOffRequest),
)
def change_time_off(path: TimeOffPath, query: OneQuery) -> Response:
    """Put other time off in the place of this one; its id is another where agent, start or end are."""
    body_kind({JSON})
    cells = _cells(read_json(TimeOffRequest))
    tables, entry = _table(query).replace(path.time_off_id, cells, _look)
    return json_answer(_changed(tables, entry))


@time_off_api.delete("/time-off/<time_off_id>", responses={204: None, 412: Problem})
def delete_time_off(path: TimeOffPath, query: OneQuery) -> Response:
    """Delete time off."""
    _table(query).delete(path.time_off_id, _look)
    return Response(status=204)


def seen_time_off(team: Team) -> list[TimeOffModel]:
    """Return time off of people in sight, in file order."""
    entries = entries_of(team.tables, NAME)
    return [_item(team, entry) for entry in entries if entry.row["agent"] in team.agents]


def _table(query: OneQuery) -> PeopleTable:
    return PeopleTable(service().store, own_workspace(query.workspace), NAME)


def _look(tables: Tables, entry: Entry) -> None:
    require_match(_item(team_of("", tables), entry))


def _cells(asked: TimeOffRequest) -> Cells:
    paid = {None: "", True: "true", False: "false"}[asked.paid]
    return {
        "agent": asked.agent,
        "start": asked.start,
        "end": asked.end,
        "kind": asked.kind or "",
        "paid": paid,
    }


def _is_wanted(item: TimeOffModel, query: TimeOffQuery) -> bool:
    return (
        query.agent in (None, item.agent)
        and query.site in (None, item.site)
        and query.kind in (None, item.kind)
        and (query.window_from is None or item.ends_at > query.window_from)
        and (query.window_until is None or item.starts_at < query.window_until)
    )


def _item(team: Team, entry: Entry) -> TimeOffModel:
    absence = build_absence(entry.row, team.agents, team.sites)
    site = team.sites[team.agents[absence.agent].site]
    days = absence.whole_days
    return TimeOffModel(
        id=entry.id,
        agent=absence.agent,
        site=site.name,
        time_zone=site.time_zone,
        start=entry.row["start"].isoformat() if days else instant_text(absence.start),
        end=entry.row["end"].isoformat() if days else instant_text(absence.end),
        starts_at=absence.start,
        ends_at=absence.end,
        kind=absence.kind,
        paid=absence.paid,
    )


def _changed(tables: Tables, entry: Entry) -> ChangedTimeOff:
    team = team_of("", tables)
    absences = [
        build_absence(row, team.agents, team.sites)
        for _, row in tables[NAME].places()
        if row["agent"] == entry.row["agent"]
    ]
    balances = [
        balance for balance in build_balances(tables["leave_balances"]) if balance.agent == entry.row["agent"]
    ]
    warnings = list(leave_notes(balances, leave_use(absences, team.agents, team.sites, team.contracts)))
    return ChangedTimeOff(**_item(team, entry).model_dump(), warnings=warnings)
