"""Plans again from others, and drafts deleted, over HTTP and from their pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import save_plan
from api.store.publishing import publish_plan, revert_publication
from api.store.runs import create_run, get_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.pages.made import keep_plan
from tests.api.plans import finished_plan
from tests.api.sign_in import sign_in
from tests.api.v1.conftest import SUMMARY

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_a_plan_is_asked_for_from_another(client: Client, store: Store, plan_id: str) -> None:
    newer = add_workspace(store, name="support", summary=SUMMARY, content=b"zip")
    asked = client.post(
        "/v1/plans", json={"from_plan": plan_id, "keep_before": "2026-03-29T02:30:00+01:00", "days": 2}
    )
    assert asked.status_code == 202, asked.text
    assert asked.json["workspace_id"] == newer.id
    assert get_run(store, asked.json["id"]).options == {
        "from_plan": plan_id,
        "start": "2026-03-28",
        "days": 2,
        "keep_before": "2026-03-29T01:30:00Z",
    }
    chosen = client.post(
        "/v1/plans", json={"from_plan": plan_id, "workspace_id": newer.id, "start": "2026-03-29"}
    )
    assert (chosen.json["options"]["start"], chosen.json["options"]["days"]) == ("2026-03-29", 3)
    assert client.post("/v1/plans", json={"from_plan": "none"}).status_code == 404
    alone = client.post("/v1/plans", json={"keep_before": "2026-03-29T01:30:00Z"})
    assert (alone.status_code, alone.json["faults"][0]["column"]) == (422, "keep_before")


@pytest.mark.parametrize(("has_rota", "status"), [(True, 202), (False, 409)])
def test_plans_begin_from_any_rota(
    client: Client, store: Store, workspace_id: str, has_rota: bool, status: int
) -> None:
    """One that breaks rules is a rota too: it is planned again once what stands in the way is gone."""
    run = create_run(store, workspace_id=workspace_id, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    made = finished_plan("infeasible")
    if not has_rota:
        made = replace(made, summary={**made.summary, "violations": None})
    plan = save_plan(store, run_id=run.id, lease=claim.lease, plan=made, run_status=RunStatus.DONE)
    assert client.post("/v1/plans", json={"from_plan": plan}).status_code == status


def test_a_draft_is_deleted_and_no_other_plan(client: Client, store: Store, plan_id: str) -> None:
    path = f"/v1/plans/{plan_id}"
    run = client.post("/v1/plans", json={"from_plan": plan_id}).json
    waiting = client.delete(path)
    assert (waiting.status_code, "begins from plan" in waiting.json["detail"]) == (409, True)
    client.delete(f"/v1/runs/{run['id']}")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/shifts").status_code == 404
    assert client.delete(path).status_code == 404
    entry = client.get("/v1/audit", query_string={"resource": f"plans/{plan_id}"}).json["items"][0]
    assert (entry["actor"], entry["action"], entry["after"]) == ("the admin", "plan.delete", None)


def test_what_was_published_is_kept(client: Client, store: Store, plan_id: str) -> None:
    publication = publish_plan(store, plan_id)
    assert client.delete(f"/v1/plans/{plan_id}").status_code == 409
    revert_publication(store, publication.id)
    assert client.get(f"/v1/plans/{plan_id}").json["state"] == "draft"
    assert client.delete(f"/v1/plans/{plan_id}").status_code == 409


def test_a_plans_page_offers_both(app: Flask, store: Store, clock: Clock) -> None:
    plan_id = keep_plan(store)
    planner = sign_in(app.test_client(), store)
    page = planner.get(f"/plans/{plan_id}").text
    assert "Plan again from this" in page
    assert "Delete this draft" in page
    begun = planner.post(f"/plans/{plan_id}/again", data={"keep": "yes"})
    options = get_run(store, begun.location.rpartition("/")[2]).options
    assert (options["from_plan"], options["keep_before"]) == (plan_id, "2026-03-01T12:00:00Z")
    assert "begins from plan" in planner.post(f"/plans/{plan_id}/delete").text
    planner.post(f"{begun.location}/stop")
    assert planner.post(f"/plans/{plan_id}/delete").location == "/"
    assert planner.get(f"/plans/{plan_id}").status_code == 404
