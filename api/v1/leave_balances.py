"""Leave balances: what people have, what time off uses of it, and the company's HR system that tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.entries import PeopleTable, Tables, entries_of
from api.problems import Problem
from api.store.workspaces import AuditLine
from api.team import Team
from api.v1.answers import json_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.paging import cut_page
from api.v1.people import OneQuery, WorkspaceQuery, seen_team
from api.v1.people_models import (
    LeaveBalanceList,
    LeaveBalanceModel,
    LeaveBalanceRequest,
    LeaveBalancesRequest,
)
from api.v1.service import service
from api.v1.sight import own_workspace
from api.workspace.cells import FIRST_YEAR, LAST_YEAR
from api.workspace.editing import Cells
from api.workspace.leave import DECIMALS, leave_use
from api.workspace.tables.people import build_absence
from forecasting.errors import Fault, InvalidInput
from forecasting.timegrid import local_date

__all__ = ["leave_balances_api", "seen_balances"]

NAME, LEAVE = "leave_balances", "leave"
KEY = ("agent", "year", "kind")
leave_balances_api = APIBlueprint(
    "leave_balances", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")], abp_responses={404: Problem}
)


class BalancesQuery(WorkspaceQuery):
    """Which balances."""

    agent: str | None = None
    site: str | None = None
    year: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR)
    kind: str | None = None


@leave_balances_api.get("/leave-balances", responses={200: LeaveBalanceList})
def get_leave_balances(query: BalancesQuery) -> Response:
    """List leave balances by agent, year and kind: a lead's of their sites, an agent's own."""
    team = seen_team(query.workspace)
    filters = query.model_dump(include={"agent", "site", "year", "kind"})
    wanted = (
        item
        for item in seen_balances(team)
        if all(value in (None, getattr(item, name)) for name, value in filters.items())
    )
    shown, following = cut_page(
        wanted,
        lambda item: f"{item.agent}\n{item.year}\n{item.id}",
        query,
        NAME,
        team.workspace,
    )
    return json_answer(LeaveBalanceList(items=shown, next_cursor=following))


@leave_balances_api.put(
    "/leave-balances",
    responses={200: LeaveBalanceList, 415: Problem},
    openapi_extensions=request_body(json=LeaveBalancesRequest),
)
def set_leave_balances(query: OneQuery) -> Response:
    """Set leave balances, all that are told or none; those not told stay. Answers those that were set.

    They are checked as the rows of `leave_balances.csv` are, and are in the workspace's next version.
    """
    body_kind({JSON})
    items = read_json(LeaveBalancesRequest).items
    asked = {_key(item): item for item in items}
    if len(asked) < len(items):
        rule = "agent, year and kind must occur once"
        raise InvalidInput(Fault(rule, column="items", code="duplicate"))

    def change(tables: Tables) -> tuple[Sequence[Cells], Sequence[AuditLine]]:
        entries = entries_of(tables, NAME)
        rows = {tuple(entry.row[name] for name in KEY): entry.cells for entry in entries}
        before = {key: rows.get(key) for key in asked}
        for key, item in asked.items():
            if item.days is None:
                rows.pop(key, None)
            else:
                rows[key] = _cells(item)
        lines = [(f"{NAME}.set", old, rows.get(key)) for key, old in before.items() if old != rows.get(key)]
        return list(rows.values()), lines

    PeopleTable(service().store, own_workspace(query.workspace), NAME).edit(change)
    team = seen_team(query.workspace)
    set_now = [item for item in seen_balances(team) if (item.agent, item.year, item.kind) in asked]
    return json_answer(LeaveBalanceList(items=set_now, next_cursor=None))


def seen_balances(team: Team) -> Iterator[LeaveBalanceModel]:
    """Yield the balances of people in sight, in file order."""
    absences = (
        build_absence(row, team.agents, team.sites)
        for _, row in team.tables["time_off"].places()
        if row["agent"] in team.agents
    )
    use = leave_use(absences, team.agents, team.sites, team.contracts)
    now = service().store.clock()
    for entry in entries_of(team.tables, NAME):
        row = entry.row
        if row["agent"] not in team.agents:
            continue
        site = team.sites[team.agents[row["agent"]].site]
        today = local_date(now, site.time_zone)
        days = use.get((row["agent"], row["kind"]), {})
        of_year = [(day, share) for day, share in days.items() if day.year == row["year"]]
        taken = sum(share for day, share in of_year if day < today)
        planned = sum(share for day, share in of_year if day >= today)
        yield LeaveBalanceModel(
            id=entry.id,
            agent=row["agent"],
            site=site.name,
            year=row["year"],
            kind=row["kind"],
            days=row["days"],
            taken=round(taken, DECIMALS),
            planned=round(planned, DECIMALS),
            left=round(row["days"] - taken - planned, DECIMALS),
        )


def _key(item: LeaveBalanceRequest) -> tuple[str, int, str]:
    return item.agent.strip(), item.year, item.kind.strip() or LEAVE


def _cells(item: LeaveBalanceRequest) -> Cells:
    agent, year, kind = _key(item)
    return {"agent": agent, "year": str(year), "days": repr(item.days), "kind": kind}
