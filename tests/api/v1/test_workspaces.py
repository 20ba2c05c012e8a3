"""Workspaces over HTTP."""

from __future__ import annotations

import io

import pytest

from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.v1.conftest import SAMPLE, zipped

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_a_zip_is_kept(client: Client) -> None:
    response = client.post("/v1/workspaces", data={"file": (io.BytesIO(zipped()), "Spring.zip")})
    assert response.status_code == 201, response.text
    kept = response.json
    assert (kept["name"], kept["version"]) == ("Spring", 1)
    assert kept["counts"]["agents"] > 0
    assert kept["counts"]["queues"] > 0
    assert kept["time_zones"]
    assert response.headers["Location"] == f"/v1/workspaces/{kept['id']}"
    assert client.get(response.headers["Location"]).json == kept
    assert client.get("/v1/workspaces").json["items"] == [kept]


@on_sqlite
def test_files_one_by_one_are_a_workspace_too(client: Client) -> None:
    files = [
        (path.open("rb"), f"folder/{path.name}")
        for path in SAMPLE.iterdir()
        if path.suffix in (".csv", ".toml")
    ]
    response = client.post("/v1/workspaces", data={"file": files, "name": "Phone month"})
    for file, _ in files:
        file.close()
    assert response.status_code == 201, response.text
    assert response.json["name"] == "Phone month"


@on_sqlite
def test_every_fault_is_listed_and_nothing_is_kept(client: Client) -> None:
    regions = "region,time_zone\nUS,Mars/Olympus\nEU,Europe/Nowhere\n"
    response = client.post(
        "/v1/workspaces", data={"file": (io.BytesIO(zipped({"regions.csv": regions})), "Spring.zip")}
    )
    assert response.status_code == 422
    assert response.json["code"] == "invalid_input"
    zones = [fault for fault in response.json["faults"] if fault["column"] == "time_zone"]
    assert [(fault["file"], fault["row"], fault["value"]) for fault in zones] == [
        ("regions.csv", 2, "Mars/Olympus"),
        ("regions.csv", 3, "Europe/Nowhere"),
    ]
    assert client.get("/v1/workspaces").json["items"] == []


@on_sqlite
def test_what_is_no_workspace(client: Client) -> None:
    response = client.post("/v1/workspaces", data={"file": (io.BytesIO(b"not a zip"), "Spring.zip")})
    assert response.status_code == 422
    assert response.json["faults"][0]["file"] == "Spring.zip"
    response = client.post("/v1/workspaces", data={"name": "nothing"})
    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")
    nothing = {"file": (io.BytesIO(), "")}
    response = client.post("/v1/workspaces", data=nothing, content_type="multipart/form-data")
    assert (response.status_code, response.json["faults"][0]["code"]) == (422, "missing")
    response = client.post("/v1/workspaces", json={})
    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")
    twice = {"file": [(io.BytesIO(b"a"), "a/plan.toml"), (io.BytesIO(b"b"), "b/plan.toml")]}
    response = client.post("/v1/workspaces", data=twice)
    assert (response.status_code, response.json["faults"][0]["code"]) == (422, "duplicate")


@on_sqlite
def test_paging_goes_through_all_newest_first(client: Client, clock: Clock) -> None:
    content = zipped()
    for _ in range(5):
        clock.turn(1)
        client.post("/v1/workspaces", data={"file": (io.BytesIO(content), "Spring.zip")})
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get("/v1/workspaces?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [item["version"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [5, 4, 3, 2, 1]


def test_one_that_a_plan_was_made_from_stays(client: Client, workspace_id: str, plan_id: str) -> None:
    response = client.delete(f"/v1/workspaces/{workspace_id}")
    assert (response.status_code, response.json["code"]) == (409, "conflict")
    assert client.get(f"/v1/workspaces/{workspace_id}").status_code == 200


def test_forgetting_one(client: Client, workspace_id: str) -> None:
    assert client.delete(f"/v1/workspaces/{workspace_id}").status_code == 204
    assert client.get(f"/v1/workspaces/{workspace_id}").json["code"] == "not_found"
    assert client.delete(f"/v1/workspaces/{workspace_id}").status_code == 404
