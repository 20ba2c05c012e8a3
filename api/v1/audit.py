"""The audit log."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.store.audit import list_audit
from api.v1.answers import json_answer
from api.v1.identity_models import AuditEntry, AuditPage
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service

__all__ = ["audit_api"]

audit_api = APIBlueprint("audit", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")])


class AuditQuery(PageQuery):
    """Entries of one resource, such as ``plans/ID``, or all."""

    resource: str | None = None


@audit_api.get("/audit", responses={200: AuditPage})
def get_audit(query: AuditQuery) -> Response:
    """List who changed what, newest first."""
    scope = ("audit", query.resource)
    position = read_cursor(query.cursor, *scope)
    rows = list_audit(
        service().store,
        limit=query.limit + 1,
        before=position if isinstance(position, int) else None,
        resource=query.resource,
    )
    shown = rows[: query.limit]
    return json_answer(
        AuditPage(
            items=[AuditEntry.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].id, *scope) if len(rows) > query.limit else None,
        )
    )
