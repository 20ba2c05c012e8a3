"""What is done with a plan from its page: another one from it, and away with it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from api.store.beginnings import beginning_options
from api.store.plan_deletion import delete_plan
from api.store.runs import create_run
from api.v1.service import service
from api.v1.times import instant_text

__all__ = ["change_rows", "delete_draft", "plan_again"]

SHOWN_CHANGES = 500
CHANGE_WORDS = {"added": "Added", "dropped": "Dropped", "moved": "Moved"}


def plan_again(plan_id: str) -> Response:
    """Ask for a plan that begins from this one."""
    parts = service()
    workspace_id, options = beginning_options(parts.store, plan_id)
    if request.form.get("keep"):
        options["keep_before"] = instant_text(parts.store.clock())
    run = create_run(parts.store, workspace_id=workspace_id, options=options)
    parts.wake_workers()
    return redirect(url_for("pages.run", run_id=run.id), code=303)


def delete_draft(plan_id: str) -> Response:
    """Delete a draft."""
    delete_plan(service().store, plan_id)
    return redirect(url_for("pages.index"), code=303)


def change_rows(report: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a plan changes of the one that it begins from, a row an agent's date."""
    changes = (report.get("changes") or {}).get("shifts") or []
    return [
        {
            "agent": each["agent"],
            "date": each["date"],
            "kind": CHANGE_WORDS[each["change"]],
            "before": _times(each["before"]),
            "after": _times(each["after"]),
            "reason": each["reason"],
        }
        for each in changes[:SHOWN_CHANGES]
    ]


def _times(shift: dict[str, Any] | None) -> str:
    if shift is None:
        return "–"
    return f"{shift['shift'] or 'fixed'}, {shift['start'][11:16]}–{shift['end'][11:16]} UTC"
