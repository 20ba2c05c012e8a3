"""Publishing over HTTP: state, preconditions, repeats, differences, and copies kept by sync tokens."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.store.claims import claim_run
from api.store.database import Store
from api.store.feed import forget_changes
from api.store.idempotency import IdempotencyKeyRow
from api.store.plans import save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.plans import FIRST, finished_plan
from tests.api.v1.conftest import zipped

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def second_id(store: Store, workspace_id: str, plan_id: str) -> str:
    """A plan of the same dates: one shift moved, one given to another, one more rule broken."""
    create_run(store, workspace_id=workspace_id, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    plan = finished_plan()
    moved, other, last = (dict(one) for one in plan.shifts)
    moved["start"] += timedelta(hours=1)
    other["agent"] = "cyd"
    plan = replace(plan, shifts=[moved, last, other], summary={**plan.summary, "violations": 1})
    return save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)


def publish(client: Client, plan_id: str, **options: Any) -> Any:
    return client.post(f"/v1/plans/{plan_id}/publish", **({"json": {}} | options))


def test_a_plan_is_published_and_taken_back(client: Client, plan_id: str) -> None:
    assert client.get(f"/v1/plans/{plan_id}").json["state"] == "draft"
    answer = publish(client, plan_id)
    assert answer.status_code == 201, answer.text
    publication = answer.json
    assert publication["counts"] == {"added": 3, "changed": 0, "cancelled": 0, "same": 0}
    assert client.get(answer.headers["Location"]).json == publication
    assert client.get("/v1/publications", query_string={"plan_id": plan_id}).json["items"] == [publication]
    assert client.get("/v1/publications", query_string={"plan_id": "other"}).json["items"] == []
    assert client.get(f"/v1/plans/{plan_id}").json["state"] == "published"
    shifts = client.get("/v1/shifts").json["items"]
    first = next(one for one in shifts if one["queues"])
    assert first["queues"] == [{"region": "EU", "language": "de", "channel": "phone"}]
    assert (first["revision"], first["state"]) == (1, "published")
    assert client.get(f"/v1/shifts/{first['id']}").json == first
    again = publish(client, plan_id)
    assert (again.status_code, again.json["code"]) == (409, "conflict")
    reverted = client.post(f"/v1/publications/{publication['id']}/revert")
    assert (reverted.status_code, reverted.json["reverted"] is None) == (200, False)
    assert client.get("/v1/shifts").json["items"] == []
    assert client.get(f"/v1/shifts/{first['id']}").json["state"] == "cancelled"
    told = client.get("/v1/changes", query_string={"shift_id": first["id"]}).json["items"]
    assert [(one["action"], one["revision"]) for one in told] == [("added", 1), ("cancelled", 2)]
    for path in ("/v1/shifts/none", "/v1/publications/none"):
        assert client.get(path).status_code == 404


@on_sqlite
def test_a_plan_that_breaks_rules_needs_a_reason(client: Client, second_id: str) -> None:
    refused = publish(client, second_id)
    assert (refused.status_code, refused.json["code"]) == (409, "rules_broken")
    assert publish(client, second_id, json={"reason": ""}).status_code == 422
    assert publish(client, second_id, json={"reason": "agreed"}).json["reason"] == "agreed"


@on_sqlite
def test_shifts_are_filtered_and_paged(client: Client, plan_id: str) -> None:
    publish(client, plan_id)
    everything = client.get("/v1/shifts").json["items"]

    def agents(**query: Any) -> list[str]:
        return [one["agent"][:3] for one in client.get("/v1/shifts", query_string=query).json["items"]]

    assert agents(site="Berlin") == ["ann", "ann"]
    assert agents(agent="ann", until=f"{FIRST + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}") == ["ann"]
    assert agents(region="EU", language="de", channel="phone") == ["ann"]
    assert agents(workspace="other") == []
    assert client.get("/v1/shifts", query_string={"region": "EU"}).status_code == 422
    paged, cursor = [], None
    while True:
        page = client.get(
            "/v1/shifts", query_string={"limit": 1} | ({"cursor": cursor} if cursor else {})
        ).json
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == everything
    lines = client.get("/v1/shifts", query_string={"format": "csv"}).text.splitlines()
    assert len(lines) == 4
    page = client.get("/v1/changes", query_string={"limit": 2}).json
    rest = client.get("/v1/changes", query_string={"limit": 2, "cursor": page["next_cursor"]}).json
    assert [one["sequence"] for one in (*page["items"], *rest["items"])] == [2, 3, 4]


def test_a_copy_follows_by_sync_tokens(
    client: Client, store: Store, plan_id: str, second_id: str, clock: Clock
) -> None:
    copy: dict[str, Any] = {}

    def pull(token: str | None) -> str:
        while True:
            query = {"limit": 2} | ({"sync_token": token} if token else {})
            page = client.get("/v1/shifts/sync", query_string=query).json
            for one in page["items"]:
                if one["state"] == "cancelled":
                    copy.pop(one["id"], None)
                else:
                    copy[one["id"]] = one
            token = page["sync_token"]
            if not page["more"]:
                return token

    publish(client, plan_id)
    early = token = pull(None)
    assert len(copy) == 3
    clock.turn(60)
    publish(client, second_id, json={"reason": "agreed"})
    token = pull(token)
    shown = client.get("/v1/shifts").json["items"]
    assert copy == {one["id"]: one for one in shown}
    since = f"{clock.now:%Y-%m-%dT%H:%M:%SZ}"
    changed = client.get("/v1/shifts", query_string={"updated_since": since}).json["items"]
    assert sorted((one["agent"][:3], one["state"]) for one in changed) == [
        ("ann", "cancelled"),
        ("ann", "published"),
        ("cyd", "published"),
    ]
    clock.turn(3600)
    assert forget_changes(store, older_than_days=0.001) > 0
    expired = client.get("/v1/shifts/sync", query_string={"sync_token": early})
    assert (expired.status_code, expired.json["code"]) == (410, "sync_expired")
    assert client.get("/v1/shifts/sync", query_string={"sync_token": token}).json["items"] == []
    for wrong in ({"sync_token": token, "workspace": "support"}, {"sync_token": "nonsense"}):
        assert client.get("/v1/shifts/sync", query_string=wrong).status_code == 422


@on_sqlite
def test_what_differs_between_two_plans(client: Client, plan_id: str, second_id: str) -> None:
    path = f"/v1/plans/{second_id}/difference/{plan_id}"
    found = client.get(path).json
    assert found["counts"] == {"added": 1, "changed": 1, "cancelled": 1, "same": 1}
    assert [(one["kind"], one["agent"][:3], one["changed"]) for one in found["items"]] == [
        ("changed", "ann", ["start"]),
        ("cancelled", "ann", []),
        ("added", "cyd", []),
    ]
    assert found["figures"]["violations"] == {"before": 0, "after": 1}
    page = client.get(path, query_string={"limit": 2}).json
    rest = client.get(path, query_string={"limit": 2, "cursor": page["next_cursor"]}).json
    assert page["items"] + rest["items"] == found["items"]
    assert client.get(f"/v1/plans/none/difference/{plan_id}").status_code == 404


@on_sqlite
def test_what_has_not_changed_is_not_sent_again(client: Client, plan_id: str) -> None:
    path = f"/v1/plans/{plan_id}"
    first = client.get(path)
    same = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    stale = {"If-Match": '"another"'}
    refused = publish(client, plan_id, headers=stale)
    assert (refused.status_code, refused.json["code"]) == (412, "precondition_failed")
    assert publish(client, plan_id, headers={"If-Match": first.headers["ETag"]}).status_code == 201
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    publication = client.get("/v1/publications").json["items"][0]
    assert client.post(f"/v1/publications/{publication['id']}/revert", headers=stale).status_code == 412


def test_a_request_sent_again_is_not_carried_out_again(
    client: Client, store: Store, workspace_id: str
) -> None:
    key = {"Idempotency-Key": "spring-2026"}
    asked = {"workspace_id": workspace_id, "seed": 7}
    first = client.post("/v1/plans", json=asked, headers=key)
    again = client.post("/v1/plans", json=asked, headers=key)
    assert (again.status_code, again.json) == (202, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert len(client.get("/v1/runs").json["items"]) == 1
    other = client.post("/v1/plans", json=asked | {"seed": 8}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert client.post("/v1/plans", json=asked, headers={"Idempotency-Key": "a b"}).status_code == 400
    refused = client.post("/v1/plans", json=asked | {"seed": -1}, headers={"Idempotency-Key": "k2"})
    assert client.post("/v1/plans", json=asked | {"seed": -1}, headers={"Idempotency-Key": "k2"}).json == (
        refused.json
    )
    with store.writing() as session:
        session.execute(update(IdempotencyKeyRow).values(status=None))
    unknown = client.post("/v1/plans", json=asked, headers=key)
    assert (unknown.status_code, unknown.json["code"]) == (409, "in_progress")
    assert len(client.get("/v1/runs").json["items"]) == 1


@pytest.mark.slow
@on_sqlite
def test_keys_tell_uploads_apart_by_content(client: Client, plan_id: str) -> None:
    def upload(content: bytes) -> Any:
        form = {"file": (io.BytesIO(content), "Spring.zip")}
        return client.post("/v1/workspaces", data=form, headers={"Idempotency-Key": "upload"})

    content = zipped()
    first = upload(content)
    assert first.status_code == 201, first.text
    assert upload(content).json == first.json
    assert upload(zipped({"notes.csv": "x"})).status_code == 422
    # What was refused because of the state of things may be tried again with the same key.
    key = {"Idempotency-Key": "publish"}
    stale = {"If-Match": '"another"', **key}
    assert publish(client, plan_id, headers=stale).status_code == 412
    assert publish(client, plan_id, headers=key).status_code == 201
    assert publish(client, plan_id, headers=key).status_code == 201
