"""Workspaces: upload, list, show, forget."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.problems import Problem
from api.store.tables import WorkspaceRow
from api.store.workspaces import add_workspace, delete_workspace, get_workspace, list_workspaces
from api.uploads import read_upload
from api.v1.answers import json_answer
from api.v1.bodies import FORM, body_kind, form_files, read_form, request_body
from api.v1.models import WorkspaceForm, WorkspaceList, WorkspaceModel
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service

__all__ = ["workspace_model", "workspaces_api"]

workspaces_api = APIBlueprint(
    "workspaces", __name__, url_prefix="/v1", abp_tags=[Tag(name="workspaces")], abp_responses={404: Problem}
)


class WorkspacePath(BaseModel):
    """Which workspace."""

    workspace_id: str = Field(description="Id of the workspace.")


def workspace_model(row: WorkspaceRow) -> WorkspaceModel:
    """Return the workspace as the API shows it."""
    return WorkspaceModel(
        id=row.id,
        name=row.name,
        version=row.version,
        created=row.created,
        digest=row.digest,
        size_bytes=row.size_bytes,
        base_id=row.base_id,
        **row.summary,
    )


@workspaces_api.get("/workspaces", responses={200: WorkspaceList})
def get_workspaces(query: PageQuery) -> Response:
    """List workspaces, newest first."""
    position = read_cursor(query.cursor, "workspaces")
    before = None if position is None else str(position)
    rows = list_workspaces(service().store, limit=query.limit + 1, before=before)
    shown = rows[: query.limit]
    return json_answer(
        WorkspaceList(
            items=[workspace_model(row) for row in shown],
            next_cursor=write_cursor(shown[-1].id, "workspaces") if len(rows) > query.limit else None,
        )
    )


@workspaces_api.post(
    "/workspaces",
    responses={201: WorkspaceModel, 413: Problem, 415: Problem},
    openapi_extensions=request_body(form=WorkspaceForm),
)
def upload_workspace() -> Response:
    """Upload a workspace as one .zip or as its files.

    Everything is checked first: with one fault nothing is kept, and all faults are listed.
    """
    body_kind({FORM})
    form = read_form(WorkspaceForm)
    upload = read_upload(service().config, form_files(), form.name)
    row = add_workspace(service().store, name=upload.name, summary=upload.summary, content=upload.content)
    return json_answer(workspace_model(row), 201, location=f"/v1/workspaces/{row.id}")


@workspaces_api.get("/workspaces/<workspace_id>", responses={200: WorkspaceModel})
def get_one_workspace(path: WorkspacePath) -> Response:
    """Show a workspace in short."""
    return json_answer(workspace_model(get_workspace(service().store, path.workspace_id)))


@workspaces_api.delete("/workspaces/<workspace_id>", responses={204: None, 409: Problem})
def forget_workspace(path: WorkspacePath) -> Response:
    """Delete a workspace that no plan was made from."""
    delete_workspace(service().store, path.workspace_id)
    return Response(status=204)
