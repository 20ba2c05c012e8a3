"""Wishes over HTTP: an agent's own, checked as files are."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from api.store.audit import list_audit
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.workspaces import newest_workspace, workspace_content
from api.v1 import wishes
from api.workspace.read import read_workspace
from scheduler.agents import Wish, WishKind
from tests.api.client import Client
from tests.api.sign_in import bearer
from tests.api.teams import add_team

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
WISHES = (
    "agent,date,weekday,wish,weight\nann,2026-03-29,,day_off,\nann,,mon;tue,shift day,2\n"
    "bea,2026-04-05,,work,\ncem,,sun,start_after 10:00,\n"
)


@pytest.fixture
def ann(app: Flask, store: Store) -> Client:
    """The agent ann, of a workspace with wishes."""
    add_team(store, wishes=WISHES)
    return Client(app, Role.AGENT)


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [f"{item['agent']} {item['wish']}" for item in answer.json["items"]]


def test_an_agent_puts_in_and_withdraws_their_own(ann: Client, store: Store, tmp_path: Any) -> None:
    made = ann.post("/v1/wishes", json={"weekdays": ["fri", "wed"], "wish": "start_before 09:30"})
    assert made.status_code == 201, made.text
    assert made.json == {
        "id": made.json["id"],
        "agent": "ann",
        "site": "Berlin",
        "date": None,
        "weekdays": ["wed", "fri"],
        "wish": "start_before 09:30",
        "weight": 1.0,
    }
    assert ann.get(made.headers["Location"]).json == made.json
    path = tmp_path / "team.zip"
    path.write_bytes(workspace_content(store, newest_workspace(store).id))
    theirs = [wish for wish in read_workspace(path).wishes if wish.kind is WishKind.START_BEFORE]
    assert theirs == [Wish("ann", WishKind.START_BEFORE, weekday=day, minute=570) for day in (2, 4)]
    assert list_audit(store, limit=1)[0].actor == "the agent"
    assert ann.delete(made.headers["Location"]).status_code == 204
    assert sorted(found(ann.get("/v1/wishes"))) == ["ann day_off", "ann shift day"]
    assert newest_workspace(store).version == 3


def test_nobody_speaks_for_another(ann: Client, app: Flask) -> None:
    others = [item for item in Client(app).get("/v1/wishes").json["items"] if item["agent"] != "ann"]
    assert len(others) == 2
    for item in others:
        assert ann.get(f"/v1/wishes/{item['id']}").status_code == 404
        assert ann.delete(f"/v1/wishes/{item['id']}").status_code == 404
    asked = {"agent": "bea", "date": "2026-03-30", "wish": "day_off"}
    answer = ann.post("/v1/wishes", json=asked)
    assert (answer.status_code, answer.json["faults"][0]["column"]) == (422, "agent")
    answer = ann.post("/v1/wishes", json=asked | {"agent": "ann", "weight": 1000})
    assert (answer.status_code, answer.json["faults"][0]["column"]) == (422, "weight")
    assert len(Client(app).get("/v1/wishes").json["items"]) == 4
    assert Client(app, Role.LEAD).post("/v1/wishes", json=asked).status_code == 403


@pytest.mark.slow
def test_who_may_speak_for_all_does(app: Flask, store: Store) -> None:
    add_team(store)
    client, headers = app.test_client(), bearer(store, "wishes")
    asked = {"agent": "bea", "date": "2026-03-30", "wish": "day_off", "weight": 2.5}
    assert client.post("/v1/wishes", json=asked, headers=headers).status_code == 201
    assert client.get("/v1/wishes", headers=headers).status_code == 403
    nobody = client.post("/v1/wishes", json={"date": "2026-03-30", "wish": "work"}, headers=headers)
    assert (nobody.status_code, nobody.get_json()["faults"][0]["column"]) == (422, "agent")
    seen = {Role.PLANNER: ["bea day_off"], Role.LEAD: [], Role.AGENT: []}
    for role, wished in seen.items():
        assert found(Client(app, role).get("/v1/wishes")) == wished


@pytest.mark.slow
def test_faults_are_those_of_a_file(ann: Client, store: Store) -> None:
    for wrong, column in (
        ({"wish": "day off"}, "wish"),
        ({"wish": "shift late"}, "wish"),
        ({"date": None}, "date"),
        ({"weekdays": ["mon"]}, "date"),
        ({"date": "2026-03-29"}, None),
    ):
        answer = ann.post("/v1/wishes", json={"date": "2026-03-30", "wish": "day_off"} | wrong)
        assert answer.status_code == 422, wrong
        (fault,) = answer.json["faults"]
        assert (fault["file"], fault["row"], fault.get("column")) == ("wishes.csv", 6, column), wrong
    assert ann.post("/v1/wishes", json={"weekdays": ["day"], "wish": "work"}).status_code == 422
    assert newest_workspace(store).version == 1


@pytest.mark.slow
def test_windows_are_of_local_dates(ann: Client, app: Flask) -> None:
    client = Client(app)
    whole = ["ann day_off", "ann shift day", "bea work", "cem start_after 10:00"]
    assert sorted(found(client.get("/v1/wishes"))) == whole
    for query, wished in (
        ("from=2026-03-29", whole),
        ("from=2026-03-30", [whole[1], whole[2], whole[3]]),
        ("until=2026-03-29", [whole[1], whole[3]]),
        ("from=2026-03-29&until=2026-03-30", [whole[0], whole[3]]),
        ("from=2026-03-30&until=2026-04-05", [whole[1]]),
        ("from=2026-04-01&until=2026-04-06", [whole[2], whole[3]]),
        ("from=2026-04-06&until=2026-04-06", []),
        ("site=Berlin&agent=cem", [whole[3]]),
    ):
        assert sorted(found(client.get(f"/v1/wishes?{query}"))) == wished, query
    page = client.get("/v1/wishes?limit=2")
    rest = client.get(f"/v1/wishes?cursor={page.json['next_cursor']}")
    assert sorted(found(page) + found(rest)) == whole


def test_an_agent_has_so_many_at_most(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishes, "MOST_OWN_WISHES", 3)
    assert ann.post("/v1/wishes", json={"date": "2026-03-30", "wish": "work"}).status_code == 201
    answer = ann.post("/v1/wishes", json={"date": "2026-03-31", "wish": "work"})
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
