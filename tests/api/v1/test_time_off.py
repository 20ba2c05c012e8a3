"""Time off and leave balances over HTTP: put in by HR, checked as files are, seen by each role."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from api.store.audit import list_audit
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.workspaces import newest_workspace, workspace_content
from api.workspace.packed import unpack
from api.workspace.read import read_workspace
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.sign_in import bearer
from tests.api.teams import FILES, add_team

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
BALANCES = "agent,year,days,kind\nann,2026,3,\ndil,2026,10,sick\n"


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [f"{item['agent']} {item['starts_at']}" for item in answer.json["items"]]


@on_sqlite
def test_a_misspelt_workspace_is_not_the_one_uploaded_last(client: Client, store: Store) -> None:
    add_team(store)
    asked = {"agent": "cem", "start": "2026-03-28", "end": "2026-03-30"}
    refused = client.post("/v1/time-off?worskpace=other", json=asked)
    assert (refused.status_code, refused.json["faults"][0]["column"]) == (422, "worskpace"), refused.text
    assert newest_workspace(store).version == 1


@on_sqlite
def test_it_is_put_in_changed_and_deleted(client: Client, store: Store, tmp_path: Any) -> None:
    add_team(store)
    asked = {"agent": "cem", "start": "2026-03-28", "end": "2026-03-30"}
    made = client.post("/v1/time-off", json=asked)
    assert made.status_code == 201, made.text
    assert made.json.pop("warnings") == []
    item = dict(made.json)
    assert item.pop("id") in made.headers["Location"]
    assert item == {
        "agent": "cem",
        "site": "Berlin",
        "time_zone": "Europe/Berlin",
        "start": "2026-03-28",
        "end": "2026-03-30",
        "starts_at": "2026-03-27T23:00:00Z",
        "ends_at": "2026-03-29T22:00:00Z",
        "kind": "leave",
        "paid": True,
    }
    assert client.get(made.headers["Location"]).json == made.json
    newest = newest_workspace(store)
    assert (newest.version, newest.base_id is None) == (2, False)
    path = tmp_path / "team.zip"
    path.write_bytes(workspace_content(store, newest.id))
    (absence,) = [absence for absence in read_workspace(path).time_off if absence.agent == "cem"]
    assert (absence.start, len(absence.whole_days)) == (datetime(2026, 3, 27, 23, tzinfo=UTC), 2)

    part = {
        "agent": "cem",
        "start": "2026-03-28T10:00:00+01:00",
        "end": "2026-03-28T12:00:00Z",
        "paid": False,
    }
    changed = client.put(made.headers["Location"], json=part | {"kind": "training"})
    assert changed.json["id"] != made.json["id"]
    assert [changed.json[name] for name in ("start", "end", "kind", "paid")] == [
        "2026-03-28T09:00:00Z",
        "2026-03-28T12:00:00Z",
        "training",
        False,
    ]
    assert client.get(made.headers["Location"]).status_code == 404
    assert client.delete(f"/v1/time-off/{changed.json['id']}").status_code == 204
    assert "cem" not in unpack(workspace_content(store, newest_workspace(store).id))["time_off.csv"].decode()
    actions = [(line.action, line.actor) for line in list_audit(store, limit=3)]
    assert actions == [(f"time_off.{act}", "the admin") for act in ("delete", "change", "add")]
    assert (list_audit(store, limit=2)[1].before or {})["start"] == "2026-03-28"


@on_sqlite
@pytest.mark.slow
def test_faults_are_those_of_a_file_and_change_nothing(client: Client, store: Store) -> None:
    add_team(store)
    whole = {"agent": "cem", "start": "2026-03-28", "end": "2026-03-30"}
    for wrong, column, code in (
        ({"agent": "ceb"}, "agent", "unknown_reference"),
        ({"end": "2026-03-28"}, "end", "inconsistent"),
        ({"end": "2026-03-28T12:00:00Z"}, "end", "inconsistent"),
        ({"start": "2026-03-28T12:00:00"}, "start", "instant"),
        ({"start": "tomorrow"}, "start", "instant"),
        ({"kind": "a\0b"}, None, "encoding"),
        ({"agent": "ann", "start": "2026-03-29"}, None, "duplicate"),
    ):
        answer = client.post("/v1/time-off", json=whole | wrong)
        assert answer.status_code == 422, (wrong, answer.text)
        (fault,) = answer.json["faults"]
        assert fault["file"] == "time_off.csv"
        assert (fault.get("column"), fault["row"], fault["code"]) == (column, 4, code), wrong
    assert client.post("/v1/time-off", json=whole | {"days": 2}).status_code == 422
    assert client.put("/v1/time-off/none", json=whole).status_code == 404
    assert client.delete("/v1/time-off/none").status_code == 404
    assert newest_workspace(store).version == 1


@on_sqlite
@pytest.mark.slow
def test_windows_are_half_open_and_of_instants(client: Client, store: Store) -> None:
    """Lord Howe's clock goes back by half an hour on 5 April, Berlin's forward on 29 March."""
    rows = (
        "ann,2026-03-29,2026-03-30\nbea,2026-04-05,2026-04-06\ndil,2026-03-29,2026-03-30\n"
        "cem,2026-10-25,2026-10-26\n"
    )
    add_team(store, time_off=f"agent,start,end\n{rows}")
    ann, bea = "ann 2026-03-28T23:00:00Z", "bea 2026-04-04T13:00:00Z"
    dil, cem = "dil 2026-03-28T18:15:00Z", "cem 2026-10-24T22:00:00Z"
    assert found(client.get("/v1/time-off")) == [dil, ann, bea, cem]
    ends = {"ann": "2026-03-29T22:00:00Z", "bea": "2026-04-05T13:30:00Z"}
    ends |= {"dil": "2026-03-29T18:15:00Z", "cem": "2026-10-25T23:00:00Z"}
    for entry in (ann, bea, dil, cem):
        agent, start = entry.split()
        query = f"/v1/time-off?agent={agent}"
        before = start.replace(":00Z", ":01Z")
        assert found(client.get(f"{query}&until={start}")) == []
        assert found(client.get(f"{query}&until={before}")) == [entry]
        assert found(client.get(f"{query}&from={ends[agent]}")) == []
        last = datetime.fromisoformat(ends[agent]).timestamp() - 1
        instant = datetime.fromtimestamp(last, UTC).isoformat().replace("+00:00", "Z")
        assert found(client.get(f"{query}&from={instant}")) == [entry]
    assert found(client.get("/v1/time-off?site=Berlin")) == [ann, cem]
    assert found(client.get("/v1/time-off?kind=sick")) == []
    page = client.get("/v1/time-off?limit=3")
    assert found(client.get(f"/v1/time-off?cursor={page.json['next_cursor']}")) == [cem]


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "seen"), [(Role.PLANNER, ["ann", "dil"]), (Role.LEAD, ["ann"]), (Role.AGENT, ["ann"])]
)
def test_who_sees_what_and_who_may_change(
    app: Flask, client: Client, store: Store, role: Role, seen: list[str]
) -> None:
    add_team(store, leave_balances=BALANCES)
    asker = Client(app, role)
    assert [item["agent"] for item in asker.get("/v1/time-off").json["items"]] == seen
    assert [item["agent"] for item in asker.get("/v1/leave-balances").json["items"]] == seen
    for item in client.get("/v1/time-off").json["items"]:
        status = asker.get(f"/v1/time-off/{item['id']}").status_code
        assert status == (200 if item["agent"] in seen else 404)
        answer = asker.delete(f"/v1/time-off/{item['id']}")
        assert answer.status_code == (204 if role is Role.PLANNER else 403)
    balances = {"items": [{"agent": "ann", "year": 2026, "days": 99}]}
    assert asker.put("/v1/leave-balances", json=balances).status_code == (
        200 if role is Role.PLANNER else 403
    )


@on_sqlite
def test_a_change_of_what_was_changed_since_is_refused(client: Client, store: Store) -> None:
    add_team(store)
    (entry, _) = client.get("/v1/time-off").json["items"]
    path = f"/v1/time-off/{entry['id']}"
    tag = client.get(path).headers["ETag"]
    asked = {name: entry[name] for name in ("agent", "start", "end")}
    assert client.put(path, json=asked | {"kind": "sick"}, headers={"If-Match": tag}).status_code == 200
    for method in (client.put, client.delete):
        options = {"json": asked} if method == client.put else {}
        assert method(path, headers={"If-Match": tag}, **options).status_code == 412
    assert newest_workspace(store).version == 2
    assert client.get(path).json["kind"] == "sick"


def test_two_at_once_lose_nothing(app: Flask, store: Store) -> None:
    add_team(store)
    headers = bearer(store, "time-off")
    statuses: list[int] = []

    def put_in(day: int) -> None:
        asked = {"agent": "cem", "start": f"2026-05-{day:02}", "end": f"2026-05-{day + 1:02}"}
        statuses.append(app.test_client().post("/v1/time-off", json=asked, headers=headers).status_code)

    threads = [threading.Thread(target=put_in, args=(day,)) for day in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 8
    table = unpack(workspace_content(store, newest_workspace(store).id))["time_off.csv"].decode()
    assert table.count("cem") == 8


@on_sqlite
def test_leave_beyond_the_balance_is_a_warning(app: Flask, store: Store, clock: Clock) -> None:
    add_team(store, leave_balances=BALANCES)
    clock.now = datetime(2026, 3, 30, 12, tzinfo=UTC)
    client = Client(app)
    asked = {"agent": "ann", "start": "2026-03-30", "end": "2026-04-02"}
    made = client.post("/v1/time-off", json=asked)
    assert made.status_code == 201
    assert made.json["warnings"] == [
        "ann is away for 4 days of leave in 2026, 1 more than their balance of 3."
    ]
    ann, dil = client.get("/v1/leave-balances").json["items"]
    assert ann == {
        "id": ann["id"],
        "agent": "ann",
        "site": "Berlin",
        "year": 2026,
        "kind": "leave",
        "days": 3.0,
        "taken": 1.0,
        "planned": 3.0,
        "left": -1.0,
    }
    assert (dil["planned"], dil["left"]) == (0.25, 9.75)  # two hours of eight


@on_sqlite
@pytest.mark.slow
def test_balances_are_set_all_or_none(client: Client, store: Store) -> None:
    add_team(store, leave_balances=BALANCES)
    items = [
        {"agent": "ann", "year": 2026, "days": 25.5},
        {"agent": "ann", "year": 2027, "days": 26},
        {"agent": "dil", "year": 2026, "kind": "sick", "days": None},
    ]
    answer = client.put("/v1/leave-balances", json={"items": items})
    assert [(item["year"], item["days"]) for item in answer.json["items"]] == [(2026, 25.5), (2027, 26)]
    listed = client.get("/v1/leave-balances?agent=ann&year=2027").json["items"]
    assert [item["days"] for item in listed] == [26]
    assert len(client.get("/v1/leave-balances").json["items"]) == 2
    assert newest_workspace(store).version == 2
    assert client.put("/v1/leave-balances", json={"items": items}).status_code == 200
    assert newest_workspace(store).version == 2  # nothing changed
    wrong = {"items": [{"agent": "ann", "year": 2028, "days": 1}, {"agent": "eve", "year": 2028, "days": 1}]}
    answer = client.put("/v1/leave-balances", json=wrong)
    assert (answer.status_code, answer.json["faults"][0]["value"]) == (422, "eve")
    assert client.put("/v1/leave-balances", json={"items": items[:1] * 2}).status_code == 422
    assert client.get("/v1/leave-balances?year=2028").json["items"] == []


@on_sqlite
@pytest.mark.slow
def test_a_plan_is_told_of_leave_beyond_the_balance(store: Store, tmp_path: Any) -> None:
    path = tmp_path / "team.zip"
    days = FILES["time_off.csv"] + "ann,2026-04-13,2026-04-17,,\n"
    path.write_bytes(workspace_content(store, add_team(store, leave_balances=BALANCES, time_off=days).id))
    assert read_workspace(path).notes == (
        "ann is away for 5 days of leave in 2026, 2 more than their balance of 3.",
    )
