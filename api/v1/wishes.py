"""Wishes: an agent puts in and withdraws their own, planners and leads see them."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.entries import Entry, PeopleTable, Tables, entries_of
from api.errors import Conflict, NotFound
from api.problems import Problem
from api.team import Team, team_of
from api.v1.answers import json_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.paging import cut_page
from api.v1.people import OneQuery, WorkspaceQuery, seen_team
from api.v1.people_models import WishList, WishModel, WishRequest
from api.v1.service import service
from api.v1.sight import own_sight, own_workspace
from api.workspace.editing import Cells
from forecasting.errors import Fault, InvalidInput
from forecasting.hours import WEEKDAYS

__all__ = ["MOST_OWN_WISHES", "put_in_wish", "seen_wishes", "wishes_api", "withdraw_wish"]

NAME = "wishes"
MOST_OWN_WISHES = 100
A_DAY, DAYS_A_WEEK = timedelta(days=1), 7
wishes_api = APIBlueprint(
    "wishes", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")], abp_responses={404: Problem}
)


class WishesQuery(WorkspaceQuery):
    """Which wishes; the window shows those for a date in it, or for a weekday that it has."""

    begin: date | None = Field(None, alias="from", description="First local date.")
    until: date | None = Field(None, description="Local date after the last one.")
    agent: str | None = None
    site: str | None = None


class WishPath(BaseModel):
    """Which wish."""

    wish_id: str = Field(description="Id of the wish.")


@wishes_api.get("/wishes", responses={200: WishList})
def get_wishes(query: WishesQuery) -> Response:
    """List wishes by agent: a lead's of their sites, an agent's own."""
    team = seen_team(query.workspace)
    shown, following = cut_page(
        (item for item in seen_wishes(team) if _is_wanted(item, query)),
        lambda item: f"{item.agent}\n{item.id}",
        query,
        NAME,
        team.workspace,
    )
    return json_answer(WishList(items=shown, next_cursor=following))


@wishes_api.post(
    "/wishes", responses={201: WishModel, 415: Problem}, openapi_extensions=request_body(json=WishRequest)
)
def add_wish(query: OneQuery) -> Response:
    """Put in a wish, an agent their own: the workspace's next version has it.

    It is checked as the rows of `wishes.csv` are. A wish weighs on the plan; a plan may refuse it.
    """
    body_kind({JSON})
    wish = put_in_wish(read_json(WishRequest), query.workspace)
    return json_answer(wish, 201, location=f"/v1/wishes/{wish.id}")


@wishes_api.get("/wishes/<wish_id>", responses={200: WishModel})
def get_one_wish(path: WishPath, query: OneQuery) -> Response:
    """Show a wish."""
    for wish in seen_wishes(seen_team(query.workspace)):
        if wish.id == path.wish_id:
            return json_answer(wish)
    raise NotFound(f"there is no wish {path.wish_id}")


@wishes_api.delete("/wishes/<wish_id>", responses={204: None})
def forget_wish(path: WishPath, query: OneQuery) -> Response:
    """Withdraw a wish, an agent their own."""
    withdraw_wish(path.wish_id, query.workspace)
    return Response(status=204)


def seen_wishes(team: Team) -> list[WishModel]:
    """Return the wishes of people in sight."""
    entries = entries_of(team.tables, NAME)
    return [_item(team, entry) for entry in entries if entry.row["agent"] in team.agents]


def put_in_wish(asked: WishRequest, workspace: str | None = None) -> WishModel:
    """Keep a wish of whom the one who asks may speak for.

    Raises
    ------
    InvalidInput
    Conflict
        If an agent has too many.
    """
    own = own_sight().agent
    agent = asked.agent or own
    if agent is None or own not in (None, agent):
        rule = "agent must be named" if agent is None else "agent must be your own name in the rota"
        raise InvalidInput(Fault(rule, column="agent", value=agent, code="agent"))
    if own is not None and asked.weight not in (None, 1):
        rule = "weight is for planners to say: your own wishes weigh 1"
        raise InvalidInput(Fault(rule, column="weight", value=str(asked.weight), code="weight"))
    cells: Cells = {
        "agent": agent,
        "date": "" if asked.date is None else asked.date.isoformat(),
        "weekday": ";".join(asked.weekdays or ()),
        "wish": asked.wish,
        "weight": "" if asked.weight is None else repr(asked.weight),
    }

    def look(tables: Tables) -> None:
        theirs = sum(entry.row["agent"] == own for entry in entries_of(tables, NAME))
        if own is not None and theirs >= MOST_OWN_WISHES:
            raise Conflict(f"you have {theirs} wishes: withdraw some first")

    tables, entry = _table(workspace).add(cells, look)
    return _item(team_of("", tables), entry)


def withdraw_wish(wish_id: str, workspace: str | None = None) -> None:
    """Take out a wish of whom the one who asks may speak for.

    Raises
    ------
    NotFound
    """

    def look(_tables: Tables, entry: Entry) -> None:
        if own_sight().agent not in (None, entry.row["agent"]):
            raise NotFound(f"there is no wish {wish_id}")

    _table(workspace).delete(wish_id, look)


def _table(workspace: str | None) -> PeopleTable:
    return PeopleTable(service().store, own_workspace(workspace), NAME)


def _is_wanted(item: WishModel, query: WishesQuery) -> bool:
    return (
        query.agent in (None, item.agent)
        and query.site in (None, item.site)
        and _is_within(item, query.begin, query.until)
    )


def _is_within(item: WishModel, begin: date | None, until: date | None) -> bool:
    if item.date is not None:
        return (begin is None or begin <= item.date) and (until is None or item.date < until)
    if begin is None or until is None:
        return True
    days = (begin + A_DAY * step for step in range(min(DAYS_A_WEEK, (until - begin).days)))
    return any(WEEKDAYS[day.weekday()] in (item.weekdays or ()) for day in days)


def _item(team: Team, entry: Entry) -> WishModel:
    weekdays = entry.row["weekday"]
    return WishModel(
        id=entry.id,
        agent=entry.row["agent"],
        site=team.agents[entry.row["agent"]].site,
        date=entry.row["date"],
        weekdays=None if weekdays is None else [WEEKDAYS[number] for number in sorted(weekdays)],  # type: ignore[misc]
        wish=entry.cells["wish"],
        weight=entry.row["weight"],
    )
