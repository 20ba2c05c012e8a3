"""What is kept for how long."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from api.errors import NotFound
from api.store.audit import forget_audit, list_audit
from api.store.claims import claim_run, forget_ended_runs
from api.store.database import Store
from api.store.plan_deletion import forget_drafts
from api.store.plans import FinishedPlan, PlanShifts, find_shifts, get_plan, save_plan
from api.store.publishing import publish_plan, revert_publication
from api.store.runs import ask_to_stop, create_run
from api.store.tables import PlanFileRow, RunStatus, ShiftRow
from api.store.workspaces import (
    Changed,
    add_workspace,
    edit_workspace,
    forget_workspaces,
    list_workspaces,
)
from api.workspace.packed import pack
from tests.api.conftest import Clock
from tests.api.plans import finished_plan

A_DAY = 86_400


def kept(store: Store, workspace: str, plan: FinishedPlan) -> str:
    create_run(store, workspace_id=workspace, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    return save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)


def test_drafts_are_forgotten_and_what_was_ever_published_is_not(store: Store, clock: Clock) -> None:
    workspace = add_workspace(store, name="support", summary={}, content=b"zip").id
    draft, reverted, superseded, published = (kept(store, workspace, finished_plan()) for _ in range(4))
    revert_publication(store, publish_plan(store, reverted).id)
    publish_plan(store, superseded)
    publish_plan(store, published)
    clock.turn(10 * A_DAY)
    young = kept(store, workspace, finished_plan())
    forget_drafts(store, older_than_days=11)
    assert get_plan(store, draft).state == "draft"
    forget_drafts(store, older_than_days=9)
    with pytest.raises(NotFound):
        get_plan(store, draft)
    for plan in (reverted, superseded, published, young):
        assert len(find_shifts(store, PlanShifts(plan), limit=9)) == 3
    with store.reading() as session:
        for table in (ShiftRow, PlanFileRow):
            assert session.scalar(select(func.count()).where(table.plan_id == draft)) == 0


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_old_entries_of_the_audit_log_are_forgotten(store: Store, clock: Clock) -> None:
    add_workspace(store, name="old", summary={}, content=b"zip")
    clock.turn(3 * A_DAY)
    add_workspace(store, name="new", summary={}, content=b"zip")
    forget_audit(store, older_than_days=2)
    assert [(entry.after or {})["name"] for entry in list_audit(store, limit=9)] == ["new"]


def test_versions_that_nothing_refers_to_are_forgotten(store: Store, clock: Clock) -> None:
    def upload() -> str:
        clock.turn(1)
        return add_workspace(store, name="team", summary={}, content=pack({"plan.toml": b""})).id

    def edit() -> str:
        clock.turn(1)
        files = {"wishes.csv": clock().isoformat().encode()}
        return edit_workspace(store, "team", lambda _session, _row: Changed(files, [])).id

    unused, planned, worked_on = upload(), upload(), upload()
    plan = kept(store, planned, finished_plan())
    create_run(store, workspace_id=worked_on, options={})
    base = upload()
    passed, used, newest = edit(), edit(), edit()
    run = create_run(store, workspace_id=used, options={}).id
    other = add_workspace(store, name="other", summary={}, content=b"zip").id
    clock.turn(10 * A_DAY)
    everything = {unused, planned, worked_on, base, passed, used, newest, other}

    def left() -> set[str]:
        return {row.id for row in list_workspaces(store, limit=99)}

    forget_workspaces(store, older_than_days=11)
    assert left() == everything
    forget_workspaces(store, older_than_days=9)
    assert left() == everything - {unused, passed}
    assert get_plan(store, plan).workspace_id == planned

    ask_to_stop(store, run)
    forget_ended_runs(store, older_than_days=-1)
    recent = upload()
    forget_workspaces(store, older_than_days=9)
    assert left() == {planned, worked_on, other, recent}
