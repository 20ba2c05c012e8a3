"""Tables of workspaces over HTTP: read as they are kept, imported with the errors of files."""

from __future__ import annotations

import pytest
from flask import Flask

from api.store.audit import list_audit
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.workspaces import newest_workspace
from tests.api.client import Client
from tests.api.teams import FILES, add_team

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
CSV = {"Content-Type": "text/csv"}


def test_a_table_is_read_and_imported(client: Client, store: Store) -> None:
    path = f"/v1/workspaces/{add_team(store).id}/tables"
    assert client.get(f"{path}/agents").text == FILES["agents.csv"]
    assert client.get(f"{path}/agents").headers["Content-Type"].startswith("text/csv")
    assert client.get(f"{path}/wishes").status_code == 404
    assert client.get(f"{path}/plan").status_code == 404
    less = "".join(FILES["agents.csv"].splitlines(keepends=True)[:2])
    imported = client.put(f"{path}/agents", data=less.replace("ann,", "dil,"), headers=CSV)
    assert imported.status_code == 422  # ann's time off is left without her
    imported = client.put(f"{path}/overrides", data="start,end,factor,region,reason\n", headers=CSV)
    assert imported.status_code == 200, imported.text
    assert (imported.json["version"], imported.json["base_id"]) == (2, path.split("/")[3])
    assert list_audit(store, limit=1)[0].after == {"table": "overrides", "bytes": 31}
    items = [{"agent": "ann", "start": "2026-04-01", "end": "2026-04-02", "paid": False}, {"agent": "cem"}]
    path = f"/v1/workspaces/{imported.json['id']}/tables"
    refused = client.put(f"{path}/time_off", json={"items": items})
    assert refused.status_code == 422
    assert [(fault["row"], fault["column"], fault["code"]) for fault in refused.json["faults"]] == [
        (3, "start", "required"),
        (3, "end", "required"),
    ]
    kept = client.put(f"{path}/time_off", json={"items": items[:1]})
    assert client.get(f"/v1/workspaces/{kept.json['id']}/tables/time_off").text == (
        "agent,end,paid,start\nann,2026-04-02,false,2026-04-01\n"
    )
    assert [item["paid"] for item in client.get("/v1/time-off").json["items"]] == [False]


@pytest.mark.slow
def test_only_the_newest_version_is_edited(client: Client, store: Store) -> None:
    path = f"/v1/workspaces/{add_team(store).id}/tables/wishes"
    wishes = "agent,date,wish\nann,2026-03-30,day_off\n"
    assert client.put(path, data=wishes, headers=CSV).status_code == 200
    answer = client.put(path, data=wishes, headers=CSV)
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
    assert newest_workspace(store).version == 2


@pytest.mark.slow
def test_what_is_no_table(client: Client, store: Store) -> None:
    path = f"/v1/workspaces/{add_team(store).id}/tables"
    assert client.put(f"{path}/plans", data="a\n", headers=CSV).status_code == 404
    assert client.put("/v1/workspaces/none/tables/wishes", data="a\n", headers=CSV).status_code == 404
    assert client.put(f"{path}/wishes", data="a\n", headers={"Content-Type": "text/plain"}).status_code == 415
    for body in (b"", b"\xff\xfe", b"agent;wish\n", b'"', b"agent,date,wish\n" * 2):
        assert client.put(f"{path}/wishes", data=body, headers=CSV).status_code == 422, body
    assert client.put(f"{path}/wishes", json={"items": []}).status_code == 422
    assert client.put(f"{path}/wishes", json={"items": [{"agent": {}}]}).status_code == 422
    assert newest_workspace(store).version == 1


@pytest.mark.slow
def test_counts_are_those_of_the_new_table(client: Client, store: Store) -> None:
    path = f"/v1/workspaces/{add_team(store, time_off='agent,start,end').id}/tables/agents"
    more = FILES["agents.csv"] + "eve,Berlin,half,de:*,,,,,,\n"
    assert client.put(path, data=more, headers=CSV).json["counts"]["agents"] == 5


@pytest.mark.slow
@pytest.mark.parametrize(("role", "may"), [(Role.PLANNER, True), (Role.LEAD, False), (Role.AGENT, False)])
def test_planners_import(app: Flask, store: Store, role: Role, may: bool) -> None:
    path = f"/v1/workspaces/{add_team(store).id}/tables/wishes"
    asker = Client(app, role)
    assert asker.get(path).status_code == (404 if may else 403)
    body = "agent,date,wish\n"
    assert asker.put(path, data=body, headers=CSV).status_code == (200 if may else 403)
