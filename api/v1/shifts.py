"""The shifts of a plan."""

from __future__ import annotations

from dataclasses import replace

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.problems import Problem
from api.store.plans import PlanShifts, find_shifts, stream_shifts
from api.v1.answers import rows_answer
from api.v1.forms import Form, wanted_form
from api.v1.models import ShiftPage
from api.v1.paging import read_cursor, write_cursor
from api.v1.plan_tables import PlanPath, WindowQuery
from api.v1.service import service
from api.v1.shift_items import CELLS, shift_cells, shift_item
from api.v1.streams import Rows, rows_file

__all__ = ["shifts_api"]

shifts_api = APIBlueprint(
    "shifts",
    __name__,
    url_prefix="/v1/plans/<plan_id>",
    abp_tags=[Tag(name="plans")],
    abp_responses={404: Problem, 406: Problem},
)


class ShiftQuery(WindowQuery):
    """Shifts of one agent or site; the window shows whatever shares some time with it."""

    agent: str | None = None
    site: str | None = None


@shifts_api.get("/shifts", responses={200: ShiftPage})
def get_shifts(path: PlanPath, query: ShiftQuery) -> Response:
    """List the shifts by agent and start."""
    form, store = wanted_form(query.format), service().store
    filters = query.model_dump(exclude={"cursor", "limit", "format"})
    wanted = PlanShifts(
        path.plan_id,
        agent=query.agent,
        site=query.site,
        window_from=query.window_from,
        window_until=query.window_until,
    )
    if form is not Form.JSON:
        shifts = stream_shifts(store, wanted)
        return rows_file(form, "rota", Rows(shifts, CELLS, shift_cells, shift_item))
    scope = (path.plan_id, "shifts", sorted(filters.items()))
    position = read_cursor(query.cursor, *scope)
    if isinstance(position, int):
        wanted = replace(wanted, after=position)
    rows = find_shifts(store, wanted, limit=query.limit + 1)
    shown = rows[: query.limit]
    following = write_cursor(shown[-1].number, *scope) if len(rows) > query.limit else None
    return rows_answer({"items": [shift_item(row) for row in shown], "next_cursor": following})
