"""Users, keys, access tokens, what leads and agents see, and the audit log over HTTP."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from api.store.database import Store
from api.store.idempotency import IdempotencyKeyRow
from api.store.identity_tables import Role
from api.store.publishing import publish_plan
from api.store.users import LOCK_AFTER, check_password
from api.v1.service import service_of
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.sign_in import bearer, sign_in

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_nobody_is_told_how_to_come_in(app: Flask) -> None:
    answer = Client(app, role=None).get("/v1/plans")
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sunrota"'


def test_a_user_is_made_changed_and_disabled(client: Client, app: Flask) -> None:
    made = client.post("/v1/users", json={"name": "Kim", "role": "planner"})
    assert made.status_code == 201, made.text
    assert len(made.json["one_time_password"]) >= 16
    path = made.headers["Location"]
    shown = client.get(path).json
    assert (shown["name"], shown["role"], "one_time_password" in shown) == ("kim", "planner", False)
    assert client.post("/v1/users", json={"name": "kim", "role": "planner"}).status_code == 409
    assert client.post("/v1/users", json={"name": "x", "role": "lead"}).status_code == 422
    assert client.patch(path, json={"role": "lead", "sites": ["Berlin"]}).json["sites"] == ["Berlin"]
    assert client.patch(path, json={"disabled": True}).json["disabled"] is not None
    assert client.patch("/v1/users/none", json={}).status_code == 404
    assert [one["name"] for one in client.get("/v1/users").json["items"]] == ["kim", "the admin"]
    entries = client.get("/v1/audit", query_string={"resource": path.removeprefix("/v1/")}).json["items"]
    assert [(one["actor"], one["action"]) for one in entries] == [
        ("the admin", "user.change"),
        ("the admin", "user.change"),
        ("the admin", "user.add"),
    ]
    assert "password" not in str(entries[-1]["after"])


@pytest.mark.slow
def test_a_user_is_unlocked_and_given_a_password(client: Client, app: Flask) -> None:
    store = service_of(app).store
    made = client.post("/v1/users", json={"name": "kim", "role": "planner"}).json
    path = f"/v1/users/{made['id']}"
    for _ in range(LOCK_AFTER):
        assert check_password(store, "kim", "wrong") is None
    assert check_password(store, "kim", made["one_time_password"]) is None
    assert client.post(f"{path}/unlock").json["name"] == "kim"
    assert check_password(store, "kim", made["one_time_password"]) is not None
    reset = client.post(f"{path}/password")
    assert reset.status_code == 201
    assert check_password(store, "kim", made["one_time_password"]) is None
    assert check_password(store, "kim", reset.json["one_time_password"]) is not None
    for act in ("unlock", "password"):
        assert client.post(f"/v1/users/none/{act}").status_code == 404


def test_a_key_is_used_exchanged_and_revoked(client: Client, app: Flask, clock: Clock) -> None:
    asked = {"name": "payroll", "permissions": ["shifts:read", "shifts:sync"], "days": 30}
    key = client.post("/v1/keys", json=asked).json
    assert [one["id"] for one in client.get("/v1/keys").json["items"]] == [key["id"]]
    assert "secret" not in client.get("/v1/keys").json["items"][0]
    program = Client(app, role=None)

    def get(path: str, secret: str) -> Any:
        return program.get(path, headers={"Authorization": f"Bearer {secret}"})

    assert get("/v1/shifts", key["secret"]).status_code == 200
    refused = get("/v1/plans", key["secret"])
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert get("/v1/me", key["secret"]).json["role"] == "integration"

    def exchange(**form: str) -> Any:
        return program.post("/v1/oauth/token", data={"grant_type": "client_credentials"} | form)

    whole = exchange(client_id=key["id"], client_secret=key["secret"]).json
    assert (whole["expires_in"], whole["scope"]) == (3600, "shifts:read shifts:sync")
    assert get("/v1/shifts/sync", whole["access_token"]).status_code == 200
    pair = b64encode(f"{key['id']}:{key['secret']}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "shifts:read"}
    part = program.post("/v1/oauth/token", data=form, headers={"Authorization": f"Basic {pair}"}).json
    assert get("/v1/shifts", part["access_token"]).status_code == 200
    assert get("/v1/shifts/sync", part["access_token"]).status_code == 403
    for wrong, status, code in (
        ({"client_id": key["id"], "client_secret": "no"}, 401, "invalid_client"),
        ({"client_id": "other", "client_secret": key["secret"]}, 401, "invalid_client"),
        ({"client_id": key["id"], "client_secret": key["secret"], "scope": "admin"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ):
        answer = exchange(**wrong)
        assert (answer.status_code, answer.json["error"]) == (status, code)
    assert program.post("/v1/oauth/token").json["error"] == "invalid_request"
    clock.turn(3601)
    assert get("/v1/shifts", whole["access_token"]).status_code == 401
    assert get("/v1/shifts", key["secret"]).status_code == 200
    assert client.delete(f"/v1/keys/{key['id']}").status_code == 204
    assert get("/v1/shifts", key["secret"]).status_code == 401
    assert client.delete(f"/v1/keys/{key['id']}").status_code == 404


def test_leads_see_their_sites_and_agents_themselves(app: Flask, store: Store, plan_id: str) -> None:
    publish_plan(store, plan_id)
    shown = Client(app).get("/v1/shifts").json["items"]
    other = next(one for one in shown if one["site"] == "Lord Howe")
    for role in (Role.LEAD, Role.AGENT):
        client = Client(app, role)
        assert {one["agent"] for one in client.get("/v1/shifts").json["items"]} == {"ann"}
        assert client.get("/v1/shifts", query_string={"site": "Lord Howe"}).json["items"] == []
        assert client.get("/v1/shifts", query_string={"agent": other["agent"]}).json["items"] == []
        assert client.get(f"/v1/shifts/{other['id']}").status_code == 404
        assert client.get(f"/v1/shifts/{shown[0]['id']}").status_code in (200, 404)
    limited = sign_in(app.test_client(), store, Role.AGENT)
    assert limited.get("/v1/shifts").get_json()["items"] != []
    user_id = next(one["id"] for one in Client(app).get("/v1/users").json["items"] if one["role"] == "agent")
    Client(app).patch(f"/v1/users/{user_id}", json={"workspace": "sales"})
    again = sign_in(app.test_client(), store, Role.AGENT)
    assert again.get("/v1/shifts").get_json()["items"] == []


def test_who_published_is_told(app: Flask, client: Client, plan_id: str) -> None:
    publication = client.post(
        f"/v1/plans/{plan_id}/publish", json={}, headers={"X-Request-Id": "publish-it"}
    ).json
    client.post(f"/v1/publications/{publication['id']}/revert")
    reverted, published = client.get("/v1/audit", query_string={"limit": 2}).json["items"]
    assert (published["action"], published["actor"]) == ("plan.publish", "the admin")
    assert published["request_id"] == "publish-it"
    assert (published["before"]["state"], published["after"]["state"]) == ("draft", "published")
    assert reverted["action"] == "publication.revert"


def test_keys_of_two_askers_are_not_the_same(app: Flask, store: Store, workspace_id: str) -> None:
    asked = {"json": {"workspace_id": workspace_id}}
    key = {"Idempotency-Key": "one"}
    first = Client(app).post("/v1/plans", headers=key, **asked).json["id"]
    program = Client(app, role=None).post("/v1/plans", headers=key | bearer(store), **asked).json["id"]
    assert first != program


@pytest.mark.parametrize(
    ("path", "asked", "secret"),
    [
        ("/v1/users", {"name": "kim", "role": "planner"}, "one_time_password"),
        ("/v1/keys", {"name": "payroll", "permissions": ["plans:read"]}, "secret"),
        ("/v1/feeds", {"agent": "ann"}, "path"),
    ],
)
def test_no_copy_of_a_secret_is_kept_for_repeats(
    client: Client, store: Store, path: str, asked: dict[str, Any], secret: str
) -> None:
    key = {"Idempotency-Key": "once"}
    made = client.post(path, json=asked, headers=key)
    assert made.status_code == 201, made.text
    again = client.post(path, json=asked, headers=key)
    assert (again.status_code, again.json["code"]) == (409, "told_once")
    with store.reading() as session:
        kept = session.scalars(select(IdempotencyKeyRow)).one()
    assert made.json[secret].encode() not in (kept.body or b"")
