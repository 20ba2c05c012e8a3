"""Published shifts: what is in effect, what changed, and copies kept up to date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.store.feed import list_changes
from api.store.published import (
    ShiftFilter,
    SyncPosition,
    find_published,
    get_published,
    pull_shifts,
    stream_published,
)
from api.v1.answers import json_answer, rows_answer
from api.v1.forms import Form, wanted_form
from api.v1.paging import Cursor, PageQuery, read_cursor, write_cursor
from api.v1.plan_tables import WindowQuery
from api.v1.publication_models import (
    ChangeModel,
    ChangePage,
    PublishedPage,
    PublishedShiftModel,
    SyncPage,
)
from api.v1.service import service
from api.v1.shift_items import CELLS, published_item, shift_cells
from api.v1.sight import QueueQuery, own_sight, queue_of
from api.v1.streams import Rows, rows_file
from api.v1.times import Instant, instant_text

__all__ = ["own_filter", "published_api"]

published_api = APIBlueprint(
    "published", __name__, url_prefix="/v1", abp_tags=[Tag(name="shifts")], abp_responses={404: Problem}
)
SYNC = "sync"


class PublishedQuery(WindowQuery, QueueQuery):
    """Which published shifts; the window shows whatever shares some time with it."""

    workspace: str | None = Field(None, description="Name of a workspace.")
    agent: str | None = None
    site: str | None = None
    updated_since: Instant | None = Field(
        None, description="Only what changed at or after it, cancelled shifts included."
    )


class SyncQuery(BaseModel):
    """From where to pull."""

    model_config = ConfigDict(extra="forbid")

    sync_token: Cursor = Field(None, description="Of the pull before; without it everything in effect.")
    workspace: str | None = Field(None, description="Name of a workspace; the token belongs to it.")
    limit: int = Field(1000, ge=1, le=10_000, description="Most shifts at once.")


class ShiftPath(BaseModel):
    """Which published shift."""

    shift_id: str = Field(description="Id of the shift.")


class ChangesQuery(PageQuery):
    """Changes of one shift or workspace, or all."""

    shift_id: str | None = None
    workspace: str | None = None


@published_api.get("/shifts", responses={200: PublishedPage, 406: Problem})
def get_published_shifts(query: PublishedQuery) -> Response:
    """List the shifts in effect, by start."""
    form = wanted_form(query.format)
    if form is not Form.JSON:
        shifts = stream_published(service().store, _filter(query))
        return rows_file(form, "rota", Rows(shifts, CELLS, shift_cells, published_item))
    filters = query.model_dump(exclude={"cursor", "limit", "format"})
    scope = ("published", sorted(filters.items()))
    rows = find_published(
        service().store,
        _filter(query),
        limit=query.limit + 1,
        after=_position(read_cursor(query.cursor, *scope)),
    )
    shown = rows[: query.limit]
    following = None
    if len(rows) > query.limit:
        following = write_cursor(f"{instant_text(shown[-1].start)} {shown[-1].id}", *scope)
    return rows_answer({"items": [published_item(row) for row in shown], "next_cursor": following})


@published_api.get("/shifts/sync", responses={200: SyncPage, 410: Problem})
def sync_shifts(query: SyncQuery) -> Response:
    """Pull what changed since the last pull.

    First without a token: everything in effect, in parts while `more` is true. Then with the newest token:
    what was added or changed, and what was cancelled, to be deleted from the copy. 410: the token is too old;
    drop the copy and begin anew.
    """
    scope = (SYNC, query.workspace)
    text = read_cursor(query.sync_token, *scope)
    position = None
    if isinstance(text, str):
        epoch, sequence, begun = text.split()
        position = SyncPosition(epoch, int(sequence), int(begun))
    pulled = pull_shifts(service().store, position, limit=query.limit, workspace=query.workspace)
    reached = pulled.position
    token = write_cursor(f"{reached.epoch} {reached.sequence} {reached.begun}", *scope)
    items = [published_item(row) for row in pulled.rows]
    return rows_answer({"items": items, "sync_token": token, "more": pulled.more})


@published_api.get("/shifts/<shift_id>", responses={200: PublishedShiftModel})
def get_published_shift(path: ShiftPath) -> Response:
    """Show a published shift, also one that was cancelled lately."""
    return rows_answer(published_item(get_published(service().store, path.shift_id, own_sight())))


@published_api.get("/changes", responses={200: ChangePage})
def get_changes(query: ChangesQuery) -> Response:
    """List the changes of published shifts, oldest first."""
    scope = ("changes", query.shift_id, query.workspace)
    position = read_cursor(query.cursor, *scope)
    rows = list_changes(
        service().store,
        limit=query.limit + 1,
        after=position if isinstance(position, int) else 0,
        shift_id=query.shift_id,
        workspace=query.workspace,
    )
    shown = rows[: query.limit]
    return json_answer(
        ChangePage(
            items=[ChangeModel.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].sequence, *scope) if len(rows) > query.limit else None,
        )
    )


def _filter(query: PublishedQuery) -> ShiftFilter:
    return own_filter(
        workspace=query.workspace,
        agent=query.agent,
        site=query.site,
        queue=queue_of(query),
        window_from=query.window_from,
        window_until=query.window_until,
        updated_since=query.updated_since,
    )


def own_filter(**wanted: Any) -> ShiftFilter:
    """Return a filter of what is wanted and the one who asks may see."""
    return ShiftFilter(**wanted, sight=own_sight())


def _position(text: str | int | None) -> tuple[datetime, str] | None:
    if not isinstance(text, str):
        return None
    start, _, shift_id = text.partition(" ")
    return datetime.fromisoformat(start), shift_id
