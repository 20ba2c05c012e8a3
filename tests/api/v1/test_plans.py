"""Plans over HTTP: asking, listing, and every part of one."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from api.store.database import Store
from api.store.runs import get_run
from tests.api.client import Client
from tests.api.v1.conftest import zipped

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_asking_for_a_plan_makes_a_run(client: Client, store: Store, workspace_id: str) -> None:
    asked = {"workspace_id": workspace_id, "start": "2026-03-29", "days": 7, "gap": 0.01, "seed": 4}
    response = client.post("/v1/plans", json=asked)
    assert response.status_code == 202, response.text
    run = response.json
    assert response.headers["Location"] == f"/v1/runs/{run['id']}"
    assert (run["status"], run["progress"], run["plan_id"], run["error"]) == ("queued", 0.0, None, None)
    assert get_run(store, run["id"]).options == {"start": "2026-03-29", "days": 7, "gap": 0.01, "seed": 4}
    assert client.get(response.headers["Location"]).json == run


@on_sqlite
def test_without_a_name_the_newest_workspace_is_planned(client: Client, workspace_id: str) -> None:
    assert client.post("/v1/plans", json={}).json["workspace_id"] == workspace_id


@on_sqlite
def test_there_must_be_a_workspace(client: Client) -> None:
    response = client.post("/v1/plans", json={})
    assert (response.status_code, response.json["code"]) == (404, "not_found")
    response = client.post("/v1/plans", json={"workspace_id": "nowhere"})
    assert (response.status_code, response.json["detail"]) == (404, "there is no workspace nowhere")


@on_sqlite
def test_a_workspace_may_come_with_the_request(client: Client) -> None:
    form = {"file": (io.BytesIO(zipped()), "Spring.zip"), "days": "14", "time_limit_seconds": "5", "gap": ""}
    response = client.post("/v1/plans", data=form)
    assert response.status_code == 202, response.text
    assert response.json["options"] == {"days": 14, "time_limit_seconds": 5.0}
    workspace = client.get(f"/v1/workspaces/{response.json['workspace_id']}").json
    assert workspace["name"] == "Spring"
    form = {"file": (io.BytesIO(zipped()), "Spring.zip"), "workspace_id": workspace["id"]}
    response = client.post("/v1/plans", data=form)
    assert (response.status_code, response.json["faults"][0]["column"]) == (422, "workspace_id")


@on_sqlite
def test_effects_may_be_left_out_of_a_plan(client: Client, workspace_id: str) -> None:
    asked = {"without": ["deflection", "redials"]}
    for body in (
        {"json": asked},
        {"data": {**asked, "workspace_id": workspace_id}, "content_type": "multipart/form-data"},
    ):
        response = client.post("/v1/plans", **body)
        assert response.status_code == 202, response.text
        assert response.json["options"] == asked
    assert client.post("/v1/plans", json={"without": ["hope"]}).status_code == 422


@on_sqlite
def test_nothing_is_kept_of_a_request_that_is_refused(client: Client) -> None:
    form = {"file": (io.BytesIO(zipped()), "Spring.zip"), "time_limit_seconds": "1e9"}
    assert client.post("/v1/plans", data=form).status_code == 422
    assert client.get("/v1/workspaces").json["items"] == []


@on_sqlite
@pytest.mark.parametrize(
    ("body", "column"),
    [
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"days": "7"}, "days"),
        ({"start": "2026-02-30"}, "start"),
        ({"gap": -0.1}, "gap"),
        ({"service_level": 1}, "service_level"),
        ({"time_limit_seconds": 1e9}, "time_limit_seconds"),
        ({"seed": 1.5}, "seed"),
        ({"horizon": 7}, "horizon"),
    ],
)
def test_values_that_break_a_rule(
    client: Client, workspace_id: str, body: dict[str, Any], column: str
) -> None:
    response = client.post("/v1/plans", json=body)
    assert (response.status_code, response.json["code"]) == (422, "invalid_input")
    assert [fault["column"] for fault in response.json["faults"]] == [column]
    assert client.get("/v1/runs").json["items"] == []


@on_sqlite
@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_request"),
        (b"\xff", "application/json", 400, "malformed_request"),
        (b"[" * 100_000, "application/json", 400, "malformed_request"),
        (b"[]", "application/json", 422, "invalid_input"),
        (b'{"gap": NaN}', "application/json", 422, "invalid_input"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"{}", None, 415, "unsupported_media_type"),
        (b'{"workspace_id": "' + b"x" * 2_000_000 + b'"}', "application/json", 413, "too_large"),
    ],
)
def test_bodies_that_cannot_be_read(
    client: Client, body: bytes, kind: str | None, status: int, code: str
) -> None:
    response = client.post("/v1/plans", data=body, content_type=kind)
    assert (response.status_code, response.json["code"]) == (status, code)


def test_a_plan_in_short(client: Client, plan_id: str) -> None:
    plan = client.get(f"/v1/plans/{plan_id}").json
    assert (plan["status"], plan["summary"]["short_hours"]) == ("optimal", 2.0)
    assert client.get("/v1/plans").json["items"] == [plan]
    run = client.get(plan["links"]["run"]).json
    assert (run["status"], run["plan_id"], run["progress"]) == ("done", plan_id, 1.0)
    assert client.get(plan["links"]["report"]).json == {"status": "optimal", "objective": {"total": 4.0}}
    answers = {name: client.get(link).status_code for name, link in plan["links"].items()}
    assert answers.pop("forecast") == 404, "its requirement was given"
    assert set(answers.values()) == {200}


@on_sqlite
@pytest.mark.parametrize("part", ["", "/shifts", "/coverage", "/timeline", "/forecast", "/report"])
def test_there_must_be_a_plan(client: Client, part: str) -> None:
    response = client.get(f"/v1/plans/nothing{part}")
    assert (response.status_code, response.json["code"]) == (404, "not_found")


def test_shifts_say_instant_zone_and_local_date(client: Client, plan_id: str) -> None:
    shifts = client.get(f"/v1/plans/{plan_id}/shifts").json["items"]
    assert [(shift["agent"], shift["start"]) for shift in shifts] == [
        ("ann", "2026-03-28T22:00:00Z"),
        ("ann", "2026-03-29T22:00:00Z"),
        ('bea, the "second"', "2026-03-28T22:00:00Z"),
    ]
    assert (shifts[2]["time_zone"], shifts[2]["local_date"]) == ("Australia/Lord_Howe", "2026-03-29")
    assert shifts[0]["breaks"] == [
        {"start": "2026-03-29T02:00:00Z", "end": "2026-03-29T02:30:00Z", "paid": False}
    ]


def test_shifts_by_agent_site_and_window(client: Client, plan_id: str) -> None:
    def starts(**query: str) -> list[str]:
        items = client.get(f"/v1/plans/{plan_id}/shifts", query_string=query).json["items"]
        return [f"{item['agent'][:3]} {item['start'][8:10]}" for item in items]

    assert starts(agent="ann") == ["ann 28", "ann 29"]
    assert starts(site="Lord Howe") == ["bea 28"]
    assert starts(agent="nobody") == []
    # [22:00, 06:00): a window that ends when a shift begins, or begins when it ends, does not hold it.
    assert starts(until="2026-03-28T22:00:00Z") == []
    assert starts(until="2026-03-28T22:00:01Z") == ["ann 28", "bea 28"]
    assert starts(**{"from": "2026-03-29T06:00:00Z"}) == ["ann 29"]
    assert starts(**{"from": "2026-03-29T05:59:59Z", "until": "2026-03-29T10:00:00Z"}) == ["ann 28", "bea 28"]
    assert starts(**{"from": "2026-03-29T14:59:59+09:00"}) == ["ann 28", "ann 29", "bea 28"]


def test_pages_of_shifts(client: Client, plan_id: str) -> None:
    first = client.get(f"/v1/plans/{plan_id}/shifts?limit=2").json
    assert len(first["items"]) == 2
    cursor = first["next_cursor"]
    second = client.get(f"/v1/plans/{plan_id}/shifts?limit=2&cursor={cursor}").json
    assert [item["agent"][:3] for item in second["items"]] == ["bea"]
    assert second["next_cursor"] is None
    other_list = client.get(f"/v1/plans/{plan_id}/shifts?agent=ann&cursor={cursor}")
    assert (other_list.status_code, other_list.json["faults"][0]["column"]) == (422, "cursor")


@on_sqlite
def test_shifts_as_csv_are_the_rota_file(client: Client, plan_id: str) -> None:
    response = client.get(f"/v1/plans/{plan_id}/shifts?limit=1", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 3, "CSV is not paged"
    assert rows[2]["agent"] == 'bea, the "second"'
    assert rows[0]["start"] == "2026-03-28T22:00:00Z"
    assert rows[0]["breaks"] == "2026-03-29T02:00:00Z/2026-03-29T02:30:00Z/unpaid"


def test_coverage_by_queue_and_window(client: Client, plan_id: str) -> None:
    address = f"/v1/plans/{plan_id}/coverage"
    assert len(client.get(address).json["items"]) == 16
    query = {"region": "EU", "from": "2026-03-28T22:15:00Z", "until": "2026-03-28T22:45:00Z"}
    items = client.get(address, query_string=query).json["items"]
    assert items[0] == {
        "interval_start": "2026-03-28T22:15:00Z",
        "region": "EU",
        "language": "de",
        "channel": "phone",
        "kind": "live",
        "required": 2.0,
        "scheduled": 1.5,
        "short": 0.5,
        "backlog": 0.0,
        "edge": False,
    }
    assert [item["interval_start"][11:16] for item in items] == ["22:15", "22:30"]
    assert client.get(address, query_string={"channel": "email"}).json["items"] == []


@on_sqlite
def test_a_column_that_a_plan_lacks_is_empty_in_csv(client: Client, plan_id: str) -> None:
    lines = client.get(f"/v1/plans/{plan_id}/requirement?format=csv").text.splitlines()
    assert lines[0] == "interval_start,region,language,channel,agents,load_erlangs,service_level"
    assert lines[1] == "2026-03-28T22:00:00Z,EU,de,phone,2,,"


@on_sqlite
def test_coverage_as_csv_has_the_columns_of_the_contract(client: Client, plan_id: str) -> None:
    response = client.get(f"/v1/plans/{plan_id}/coverage?format=csv&language=en")
    lines = response.text.splitlines()
    assert lines[0] == "interval_start,region,language,channel,kind,required,scheduled,short,backlog"
    assert lines[1] == "2026-03-28T22:00:00Z,US,en,chat,live,2,1.5,0.5,0"
    assert len(lines) == 9
    assert response.headers["Content-Disposition"] == 'attachment; filename="coverage.csv"'


@on_sqlite
def test_pages_of_a_table(client: Client, plan_id: str) -> None:
    address = f"/v1/plans/{plan_id}/requirement"
    whole = client.get(address).json["items"]
    assert whole[0]["service_level"] is None, "what is not known is null, for JSON has no NaN"
    seen: list[Any] = []
    page = client.get(f"{address}?limit=5").json
    while True:
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        page = client.get(f"{address}?limit=5&cursor={page['next_cursor']}").json
    assert seen == whole
    assert len(whole) == 16


@on_sqlite
def test_the_timeline_of_an_agent(client: Client, plan_id: str) -> None:
    address = f"/v1/plans/{plan_id}/timeline"
    query = {"agent": "ann", "from": "2026-03-28T23:00:00Z"}
    items = client.get(address, query_string=query).json["items"]
    assert [(item["activity"], item["region"]) for item in items] == [("break", None)]
    lines = client.get(address, headers={"Accept": "text/csv"}).text.splitlines()
    assert lines[:2] == [
        "agent,start,end,activity,region,language,channel,translated",
        "ann,2026-03-28T22:00:00Z,2026-03-28T23:00:00Z,work,EU,de,phone,false",
    ]


@on_sqlite
def test_forms_that_nobody_serves(client: Client, plan_id: str) -> None:
    response = client.get(f"/v1/plans/{plan_id}/coverage", headers={"Accept": "application/pdf"})
    assert (response.status_code, response.json["code"]) == (406, "not_acceptable")
    for query in (
        "format=xml",
        "limit=0",
        "limit=10001",
        "from=2026-03-28",
        "from=2026-03-28T22:00:00",
        "day=1",
    ):
        response = client.get(f"/v1/plans/{plan_id}/coverage?{query}")
        assert (response.status_code, response.json["code"]) == (422, "invalid_input"), query
