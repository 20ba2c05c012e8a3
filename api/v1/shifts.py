"""The shifts of a plan."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.problems import Problem
from api.results.write import number_text
from api.store.plans import find_shifts
from api.store.publication_tables import PublishedShiftRow
from api.store.tables import ShiftRow
from api.v1.answers import json_answer
from api.v1.models import BreakModel, ShiftModel, ShiftPage
from api.v1.paging import read_cursor, write_cursor
from api.v1.plan_tables import PlanPath, WindowQuery
from api.v1.service import service
from api.v1.tables import csv_file, wants_csv
from api.v1.times import instant_text
from scheduler.results import ROTA_FILE, TABLE_COLUMNS

__all__ = ["COLUMNS", "shift_cells", "shifts_api"]

shifts_api = APIBlueprint(
    "shifts",
    __name__,
    url_prefix="/v1/plans/<plan_id>",
    abp_tags=[Tag(name="plans")],
    abp_responses={404: Problem, 406: Problem},
)
ALL = 10_000_000
COLUMNS = TABLE_COLUMNS[ROTA_FILE]


class ShiftQuery(WindowQuery):
    """Shifts of one agent or site; the window shows whatever shares some time with it."""

    agent: str | None = None
    site: str | None = None


@shifts_api.get("/shifts", responses={200: ShiftPage})
def get_shifts(path: PlanPath, query: ShiftQuery) -> Response:
    """List the shifts by agent and start."""
    as_csv = wants_csv(query.format)
    filters = query.model_dump(exclude={"cursor", "limit", "format"})
    scope = (path.plan_id, "shifts", sorted(filters.items()))
    position = read_cursor(query.cursor, *scope)
    rows = find_shifts(
        service().store,
        path.plan_id,
        limit=ALL if as_csv else query.limit + 1,
        after=position if isinstance(position, int) else -1,
        agent=query.agent,
        site=query.site,
        window_from=query.window_from,
        window_until=query.window_until,
    )
    if as_csv:
        return csv_file(ROTA_FILE, COLUMNS, map(shift_cells, rows))
    shown = rows[: query.limit]
    return json_answer(
        ShiftPage(
            items=[_model(row) for row in shown],
            next_cursor=write_cursor(shown[-1].number, *scope) if len(rows) > query.limit else None,
        )
    )


def _model(row: ShiftRow) -> ShiftModel:
    return ShiftModel(
        breaks=[BreakModel.model_validate(pause) for pause in row.breaks],
        **{name: getattr(row, name) for name in (*COLUMNS[:-1], "fixed")},
    )


def shift_cells(row: ShiftRow | PublishedShiftRow) -> list[object]:
    """Return the shift's row of ``rota.csv``."""
    cells = {name: getattr(row, name) for name in COLUMNS}
    cells["start"], cells["end"] = instant_text(row.start), instant_text(row.end)
    cells["cost"] = None if row.cost is None else number_text(row.cost)
    cells["breaks"] = ";".join(_break_text(BreakModel.model_validate(pause)) for pause in row.breaks)
    return ["" if cell is None else cell for cell in cells.values()]


def _break_text(pause: BreakModel) -> str:
    kind = "paid" if pause.paid else "unpaid"
    return f"{instant_text(pause.start)}/{instant_text(pause.end)}/{kind}"
