"""The payroll export, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import save_plan
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from tests.api.client import Client
from tests.api.plans import finished_plan, shift


def worked(agent: str, day: int, site: str = "Berlin", **more: object) -> dict[str, object]:
    start = datetime(2026, 3, day, 21, tzinfo=UTC)
    return shift(agent, site, "Europe/Berlin", start, date(2026, 3, day), **more)


@pytest.fixture
def published(store: Store, workspace_id: str) -> Store:
    """Two people's shifts of March, in effect."""
    shifts = [
        worked("ann", 1),
        worked("ann", 2, overtime_minutes=60, holiday_minutes=450, cost=250.5),
        worked("ann", 31),
        worked("ann", 3, currency=None, cost=None),
        worked("bo", 2, site="Lord Howe", currency="AUD"),
    ]
    create_run(store, workspace_id=workspace_id, options={})
    claim = claim_run(store, lease_seconds=9)
    assert claim is not None
    plan = replace(finished_plan(), shifts=shifts, settings={"start": "2026-03-01", "days": 31})
    publish_plan(
        store,
        save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE),
    )
    return store


def test_what_was_worked_is_summed(app: Flask, published: Store) -> None:
    client = Client(app)
    items = client.get("/v1/payroll?from=2026-03-01&until=2026-03-31").json["items"]
    assert [(one["agent"], one["site"], one["currency"], one["shifts"]) for one in items] == [
        ("ann", "Berlin", None, 1),
        ("ann", "Berlin", "EUR", 2),
        ("bo", "Lord Howe", "AUD", 1),
    ]
    assert items[1] | {"agent": "", "site": ""} == {
        "agent": "",
        "site": "",
        "currency": "EUR",
        "shifts": 2,
        "paid_minutes": 900,
        "unpaid_minutes": 60,
        "night_minutes": 840,
        "holiday_minutes": 450,
        "overtime_minutes": 60,
        "cost": 400.5,
    }
    assert items[0]["cost"] is None
    address = "/v1/payroll?from=2026-03-02&until=2026-03-03"
    lines = client.get(f"{address}&format=csv").text.splitlines()
    assert lines == [
        "agent,site,currency,shifts,paid_minutes,unpaid_minutes,night_minutes,holiday_minutes,"
        "overtime_minutes,cost",
        "ann,Berlin,EUR,1,450,30,420,450,60,250.5",
        "bo,Lord Howe,AUD,1,450,30,420,0,0,150",
    ]
    assert [one["agent"] for one in client.get(f"{address}&site=Berlin").json["items"]] == ["ann"]
    assert client.get(f"{address}&workspace=other").json["items"] == []
    assert client.get("/v1/payroll?from=2026-03-02&until=2026-03-02").status_code == 422


def test_pages_of_payroll(app: Flask, published: Store) -> None:
    client, cursor, found = Client(app), None, []
    while True:
        period = {"from": "2026-03-01", "until": "2026-04-01", "limit": "1"}
        if cursor is not None:
            period["cursor"] = cursor
        page = client.get("/v1/payroll", query_string=period).json
        found += [(one["agent"], one["currency"], one["shifts"]) for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [("ann", None, 1), ("ann", "EUR", 3), ("bo", "AUD", 1)]
