"""People and sites over HTTP: who is there, as far as each role may see."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from api.jobs.directory import AGENT_SCHEMA
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.people import PersonState, add_person, change_person
from api.store.workspaces import newest_workspace, workspace_content
from api.workspace.read import read_workspace
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.sign_in import sign_in
from tests.api.teams import add_team

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def team(store: Store) -> str:
    """The id of a workspace about people."""
    return add_team(store).id


def agents(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["agent"] for item in answer.json["items"]]


@pytest.mark.slow
def test_the_workspace_of_these_tests_is_sound(store: Store, team: str, tmp_path: Any) -> None:
    path = tmp_path / "team.zip"
    path.write_bytes(workspace_content(store, team))
    assert sorted(read_workspace(path).agents) == ["ann", "bea", "cem", "dil"]


@pytest.mark.slow
def test_everybody_is_listed(client: Client, team: str) -> None:
    page = client.get("/v1/people")
    assert agents(page) == ["ann", "bea", "cem", "dil"]
    ann = page.json["items"][0]
    assert client.get(f"/v1/people/{ann.pop('id')}").json | {"id": ""} == ann | {"id": ""}
    assert ann == {
        "agent": "ann",
        "name": "Ann Lee",
        "email": "ann@example.com",
        "site": "Berlin",
        "time_zone": "Europe/Berlin",
        "contract": "full",
        "min_week_minutes": 1200,
        "max_week_minutes": 2400,
        "team": "red",
        "skills": [
            {"language": "de", "channel": "phone", "speed": 1.0},
            {"language": "en", "channel": "*", "speed": 0.8},
        ],
        "regions": None,
        "first_date": None,
        "last_date": None,
        "active": True,
    }


FILTERS = [
    ("site=Berlin", ["ann", "cem"]),
    ("agent=dil", ["dil"]),
    ("region=EU&language=de&channel=phone", ["ann", "cem"]),
    ("region=NP&language=ne&channel=phone", ["bea", "dil"]),
    ("region=NP&language=de&channel=phone", ["ann"]),
    ("active=true", ["ann", "cem", "dil"]),
    ("active=false", ["bea"]),
    ("site=none", []),
]


def test_filters(client: Client, team: str) -> None:
    for query, found in FILTERS:
        assert agents(client.get(f"/v1/people?{query}")) == found, query
    assert client.get("/v1/people?region=EU").status_code == 422


@pytest.mark.slow
def test_pages_go_through_all(client: Client, team: str) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/v1/people?limit=1{cursor and '&cursor='}{cursor}")
        found += agents(page)
        cursor = page.json["next_cursor"]
    assert found == ["ann", "bea", "cem", "dil"]
    first = client.get("/v1/people?limit=1").json["next_cursor"]
    assert client.get(f"/v1/people?limit=1&site=Berlin&cursor={first}").status_code == 422


@pytest.mark.slow
def test_names_of_any_length_are_paged(client: Client, store: Store) -> None:
    long = ["\N{GRINNING FACE}" * 199 + end for end in "ab"]
    rows = "".join(f"{name},Berlin,full,de:phone\n" for name in long)
    add_team(store, agents=f"agent,site,contract,skills\n{rows}", time_off="agent,start,end\n")
    cursor = client.get("/v1/people?limit=1").json["next_cursor"]
    assert agents(client.get(f"/v1/people?cursor={cursor}")) == long[1:]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.ADMIN, ["ann", "bea", "cem", "dil"]),
        (Role.PLANNER, ["ann", "bea", "cem", "dil"]),
        (Role.LEAD, ["ann", "cem"]),
        (Role.AGENT, ["ann"]),
    ],
)
def test_who_sees_whom(app: Flask, client: Client, team: str, role: Role, seen: list[str]) -> None:
    asker = Client(app, role)
    assert agents(asker.get("/v1/people")) == seen
    sites = ["Berlin", "Kathmandu", "Lord Howe"] if len(seen) > 2 else ["Berlin"]
    assert [site["site"] for site in asker.get("/v1/sites").json["items"]] == sites
    for person in client.get("/v1/people").json["items"]:
        status = asker.get(f"/v1/people/{person['id']}").status_code
        assert status == (200 if person["agent"] in seen else 404)
    assert agents(asker.get("/v1/people?agent=bea")) == [name for name in seen if name == "bea"]


@pytest.mark.slow
def test_who_is_limited_to_a_workspace_sees_no_other(app: Flask, store: Store, clock: Clock) -> None:
    add_team(store, "ours")
    clock.turn(1)
    add_team(store, "theirs")
    client = sign_in(app.test_client(), store, Role.LEAD, workspace="ours")
    assert client.get("/v1/people").status_code == 200
    assert client.get("/v1/people?workspace=ours").status_code == 200
    assert client.get("/v1/people?workspace=theirs").status_code == 404


@pytest.mark.slow
def test_there_is_no_workspace_yet(client: Client) -> None:
    assert client.get("/v1/people").status_code == 404
    assert client.get("/v1/sites?workspace=none").status_code == 404


def test_the_newest_version_counts_and_whatever_the_directory_says(
    client: Client, store: Store, team: str, clock: Clock
) -> None:
    state = PersonState("ann@example.com", None, "ann", True, {})
    ann = add_person(store, state)
    told = {AGENT_SCHEMA: {"site": "Berlin", "contract": "half", "skills": "de:phone"}}
    add_person(store, PersonState("eve", None, "eve", True, {"displayName": "Eve", **told}))
    assert agents(client.get("/v1/people?site=Berlin&active=true")) == ["ann", "cem", "eve"]
    change_person(store, ann.id, PersonState("ann@example.com", None, "ann", False, {}))
    assert agents(client.get("/v1/people?site=Berlin&active=true")) == ["cem", "eve"]
    clock.turn(1)
    add_team(
        store, agents="agent,site,contract,skills\ncem,Berlin,full,de:phone\n", time_off="agent,start,end\n"
    )
    assert newest_workspace(store).version == 2
    assert agents(client.get("/v1/people")) == ["cem", "eve"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("turned", "active"),
    [(0, False), (11 * 3600 - 31 * 60, False), (11 * 3600 - 29 * 60, True)],
    ids=["before", "a minute before midnight", "a minute after midnight"],
)
def test_the_day_is_that_of_their_site(
    client: Client, store: Store, clock: Clock, turned: int, active: bool
) -> None:
    """Lord Howe is 11 hours ahead in March: bea begins on the 2nd, which begins there on the 1st at 13:00."""
    clock.now = clock.now.replace(hour=2, minute=30)
    clock.turn(turned)
    add_team(
        store,
        agents="agent,site,contract,skills,from\nbea,Lord Howe,full,de:phone,2026-03-02\n",
        time_off="agent,start,end\n",
    )
    (bea,) = client.get("/v1/people").json["items"]
    assert bea["active"] is active
