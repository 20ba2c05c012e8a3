"""Putting a plan into effect from its page, taking it back, and comparing it with another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from api.errors import Conflict
from api.pages.names import plan_line, workspace_label
from api.pages.words import short_number
from api.store.beginnings import has_rota
from api.store.differences import ShiftDifference, compare_plans
from api.store.plans import list_plans
from api.store.publishing import get_publication, list_publications, publish_plan, revert_publication
from api.store.shift_changes import Shift
from api.store.tables import PlanRow, PlanState
from api.store.workspaces import get_workspace
from api.v1.service import service
from forecasting.timegrid import to_local

__all__ = ["difference_page", "publish", "publishing_parts", "revert", "shift_times"]

SHOWN_DIFFERENCES = 500
OFFERED_PLANS = 50
STATE_WORDS = {
    PlanState.DRAFT: "Draft: not in effect",
    PlanState.PUBLISHED: "Published: in effect",
    PlanState.SUPERSEDED: "Superseded: a later plan is in effect",
}
KIND_WORDS = {"added": "Added", "changed": "Changed", "cancelled": "Cancelled"}
FIGURE_WORDS = {
    "objective": "Objective",
    "required_hours": "Hours required",
    "short_hours": "Hours short",
    "violations": "Rules broken",
    "shifts": "Shifts",
}


def publishing_parts(plan: PlanRow) -> dict[str, Any]:
    """Return what a plan's page says of its publication, and what may be done about it."""
    store = service().store
    standing = next(
        (one for one in list_publications(store, limit=20, plan_id=plan.id) if one.reverted is None), None
    )
    others = [other for other in list_plans(store, limit=OFFERED_PLANS) if other.id != plan.id]
    names: dict[str, str] = {}
    for other in others:
        if other.workspace_id not in names:
            names[other.workspace_id] = workspace_label(get_workspace(store, other.workspace_id))
    return {
        "id": plan.id,
        "state": STATE_WORDS[PlanState(plan.state)],
        "is_published": plan.state == PlanState.PUBLISHED,
        "may_publish": plan.state != PlanState.PUBLISHED and has_rota(plan),
        "violations": plan.summary.get("violations") or 0,
        "standing": standing,
        "is_draft": plan.state == PlanState.DRAFT,
        "has_rota": has_rota(plan),
        "others": [{"id": other.id, "label": _choice(other, names[other.workspace_id])} for other in others],
    }


def _choice(plan: PlanRow, name: str) -> str:
    line = plan_line(plan, name)
    return f"{name}, {line['span']}, made {plan.created:%Y-%m-%d %H:%M} UTC"


def publish(plan_id: str) -> Response:
    """Put a plan into effect."""
    reason = request.form.get("reason", "").strip()
    publish_plan(service().store, plan_id, reason=reason[:1000] or None)
    return redirect(url_for("pages.plan", plan_id=plan_id), code=303)


def revert(publication_id: str) -> Response:
    """Take a publication back."""
    store = service().store
    revert_publication(store, publication_id)
    return redirect(url_for("pages.plan", plan_id=get_publication(store, publication_id).plan_id), code=303)


def difference_page(plan_id: str) -> str:
    """Show what leads from another plan to this one."""
    before_id = request.args.get("before", "")
    if not before_id:
        raise Conflict("choose the plan to compare with")
    store = service().store
    found = compare_plans(store, before_id, plan_id)
    names = [workspace_label(get_workspace(store, row.workspace_id)) for row in (found.before, found.after)]
    before, after = (
        plan_line(row, name) for row, name in zip((found.before, found.after), names, strict=True)
    )
    return render_template(
        "pages/difference.html",
        before=before,
        after=after,
        counts=found.counts,
        figures=[
            (words, _figure(found.before, name), _figure(found.after, name))
            for name, words in FIGURE_WORDS.items()
        ],
        rows=[_row(one) for one in found.shifts[:SHOWN_DIFFERENCES]],
        more=max(0, len(found.shifts) - SHOWN_DIFFERENCES),
    )


def _figure(plan: PlanRow, name: str) -> str:
    value = plan.summary.get(name)
    return "–" if value is None else short_number(float(value), 2)


def _row(one: ShiftDifference) -> dict[str, Any]:
    return {
        "kind": KIND_WORDS[one.kind],
        "agent": one.place[1],
        "date": one.place[0].isoformat(),
        "before": _times(one.before),
        "after": _times(one.after),
        "changed": ", ".join(name.replace("_", " ") for name in one.changed),
    }


def _times(shift: Mapping[str, Any] | Shift | None) -> str:
    """Return a shift's place and times on the clock of its site."""
    if shift is None:
        return "–"
    return shift_times(shift["site"], shift["time_zone"], shift["start"], shift["end"])


def shift_times(site: str, zone: str, start: datetime, end: datetime) -> str:
    """Return a shift's site, and its times on the clock there."""
    begin, until = to_local(start, zone), to_local(end, zone)
    later = " next day" if until.date() > begin.date() else ""
    return f"{site}, {begin:%H:%M}–{until:%H:%M}{later}"
