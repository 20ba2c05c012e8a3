"""The payroll export: what everybody worked, as published."""

from __future__ import annotations

import json
from datetime import date

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from api.problems import Problem
from api.store.payroll import PayrollKey, PayrollPeriod, stream_payroll, sum_payroll
from api.v1.answers import json_answer
from api.v1.forms import FORMAT, ROW_CONTENT, Form, wanted_form
from api.v1.models import NEXT_CURSOR
from api.v1.paging import Cursor, read_cursor, write_cursor
from api.v1.service import service
from api.v1.streams import Rows, rows_file
from forecasting.errors import Fault, InvalidInput

__all__ = ["payroll_api"]

payroll_api = APIBlueprint("payroll", __name__, url_prefix="/v1", abp_tags=[Tag(name="shifts")])


class PayrollQuery(BaseModel):
    """Which shifts, how many rows at once, and in which form."""

    model_config = ConfigDict(extra="forbid")

    begin: date = Field(alias="from", description="First local date.")
    until: date = Field(description="Local date after the last one.")
    workspace: str | None = Field(None, description="Name of a workspace.")
    agent: str | None = None
    site: str | None = None
    limit: int = Field(1000, ge=1, le=10_000, description="Most items on the page.")
    cursor: Cursor = None
    format: Form | None = FORMAT


class PayrollItem(BaseModel):
    """What an agent worked at a site, paid in one currency."""

    agent: str
    site: str
    currency: str | None
    shifts: int
    paid_minutes: int
    unpaid_minutes: int
    night_minutes: int = Field(description="Of the paid ones; holiday and overtime minutes too.")
    holiday_minutes: int
    overtime_minutes: int
    cost: float | None = Field(description="With premiums.")


class PayrollPage(BaseModel):
    """Rows by agent, site and currency."""

    model_config = ConfigDict(openapi_extra=ROW_CONTENT)  # type: ignore[typeddict-unknown-key]

    items: list[PayrollItem]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


@payroll_api.get("/payroll", responses={200: PayrollPage, 406: Problem})
def get_payroll(query: PayrollQuery) -> Response:
    """Sum the minutes and cost of published shifts, by agent, site and currency.

    A shift belongs to the local date of its start.
    """
    if query.until <= query.begin:
        rule = "until must be after from"
        raise InvalidInput(Fault(rule, column="until", value=query.until.isoformat(), code="period"))
    form, store = wanted_form(query.format), service().store
    wanted = query.model_dump(include={"begin", "until", "workspace", "agent", "site"})
    scope = ("payroll", sorted(wanted.items()))
    period = PayrollPeriod(**wanted)
    if form is not Form.JSON:
        sums = stream_payroll(store, period)
        return rows_file(form, "payroll", Rows(sums, list(PayrollItem.model_fields), tuple, Row._asdict))
    after = _key(read_cursor(query.cursor, *scope))
    rows = sum_payroll(store, period, limit=query.limit + 1, after=after)
    items = [PayrollItem.model_validate(row, from_attributes=True) for row in rows]
    shown, following = items[: query.limit], None
    if len(items) > query.limit:
        last = shown[-1]
        following = write_cursor(json.dumps([last.agent, last.site, last.currency or ""]), *scope)
    return json_answer(PayrollPage(items=shown, next_cursor=following))


def _key(position: str | int | None) -> PayrollKey | None:
    if not isinstance(position, str):
        return None
    agent, site, currency = json.loads(position)
    return agent, site, currency
