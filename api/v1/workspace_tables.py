"""The tables of a workspace, one by one: read as they are kept, and imported anew."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound
from api.problems import Problem
from api.store.tables import WorkspaceRow
from api.store.workspaces import Changed, edit_workspace, get_workspace, kept_files
from api.uploads import workspace_summary
from api.v1.answers import json_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.models import WorkspaceModel
from api.v1.service import service
from api.v1.workspaces import workspace_model
from api.workspace.editing import csv_of
from api.workspace.packed import pack, replaced
from api.workspace.read import read_workspace
from api.workspace.tables.catalogue import TABLES

__all__ = ["workspace_tables_api"]

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
workspace_tables_api = APIBlueprint(
    "workspace_tables",
    __name__,
    url_prefix="/v1/workspaces/<workspace_id>/tables",
    abp_tags=[Tag(name="workspaces")],
    abp_responses={404: Problem},
)
TEXT = {"schema": {"type": "string"}}


class TablePath(BaseModel):
    """Which table of which workspace."""

    workspace_id: str = Field(description="Id of the workspace.")
    table: str = Field(description="Name of the table, such as time_off.")


class TableRows(BaseModel):
    """The rows of a table: values by column."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    items: list[dict[str, str | bool | int | float | None]]


@workspace_tables_api.get(
    "/<table>",
    responses={200: {"content": {CSV: TEXT, PARQUET: {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_table(path: TablePath) -> Response:
    """Show a table as it is kept: CSV, or Parquet where that was uploaded."""
    store = service().store
    files = kept_files(store, path.workspace_id, [path.table] if path.table in TABLES else [])
    for name, content in files.items():
        kind = PARQUET if name.endswith(".parquet") else CSV
        return Response(
            content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
    raise NotFound(f"workspace {path.workspace_id} has no table {path.table}")


BODY: dict[str, Any] = request_body(json=TableRows)
BODY["requestBody"]["content"][CSV] = TEXT


@workspace_tables_api.put(
    "/<table>",
    responses={200: WorkspaceModel, 409: Problem, 413: Problem, 415: Problem},
    openapi_extensions=BODY,
)
def import_table(path: TablePath) -> Response:
    """Put other rows in the place of a table's, as CSV or JSON: the workspace's next version has them.

    The whole workspace is checked with them: with one fault nothing changes, and all faults are listed. It
    must be the newest version of its name (409 otherwise): what someone else changed meanwhile is not lost.
    """
    kind = body_kind({JSON, CSV})
    if path.table not in TABLES:
        raise NotFound(f"there is no table {path.table}")
    content = _csv(read_json(TableRows)) if kind == JSON else request.get_data()
    files = {f"{path.table}.csv": content}
    store = service().store
    summary = _checked(replaced(kept_files(store, path.workspace_id), files))
    row = get_workspace(store, path.workspace_id)
    after = {"table": path.table, "bytes": len(content)}

    def edit(_session: Session, newest: WorkspaceRow) -> Changed:
        if newest.id != path.workspace_id:
            raise Conflict(
                f"workspace {path.workspace_id} is no longer the newest version: that is {newest.id}"
            )
        return Changed(files, [("table.import", None, after)], summary)

    return json_answer(workspace_model(edit_workspace(store, row.name, edit)))


def _checked(files: dict[str, bytes]) -> dict[str, Any]:
    """Check the files of a workspace; return what lists show of it."""
    scratch = service().config.data_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        archive = Path(folder) / "workspace.zip"
        archive.write_bytes(pack(files))
        return workspace_summary(read_workspace(archive))


def _csv(rows: TableRows) -> bytes:
    columns = list(dict.fromkeys(name for row in rows.items for name in row))
    return csv_of(columns, ({name: _cell(value) for name, value in row.items()} for row in rows.items))


def _cell(value: str | bool | float | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
