"""SCIM over HTTP: held to its RFCs by a program made for that, and to what we say of leaving."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.store.audit import list_audit
from api.store.database import Store
from api.store.identity_tables import Role, TokenKind
from api.store.tokens import find_token, issue_token
from api.store.users import add_user, change_user, get_user
from tests.api.conftest import Clock
from tests.api.sign_in import bearer, session_of, sign_in

# Loading the library takes a second of processor time.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("config", ["sqlite"], indirect=True)]

USERS = "/scim/v2/Users"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
COMPANY = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ROTA = "urn:sunrota:params:scim:schemas:extension:agent:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def directory(app: Flask, store: Store) -> FlaskClient:
    """The company's directory, with a key."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer(store, "people")["Authorization"]
    return client


def send(directory: FlaskClient, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
    answer = directory.open(
        path, method=method, json=body, headers=headers, content_type="application/scim+json"
    )
    assert answer.status_code == 204 or answer.mimetype == "application/scim+json", answer.text
    return answer


def add(directory: FlaskClient, name: str, **more: Any) -> dict[str, Any]:
    answer = send(directory, "POST", USERS, {"schemas": [CORE], "userName": name, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    assert answer.location == made["meta"]["location"]
    return made


def set_active(directory: FlaskClient, person_id: str, active: bool, **headers: str) -> TestResponse:
    operation = {"op": "Replace", "path": "active", "value": active}
    body = {"schemas": [PATCH], "Operations": [operation]}
    return send(directory, "PATCH", f"{USERS}/{person_id}", body, **headers)


def test_a_program_that_knows_the_rfcs_finds_no_fault(app: Flask, store: Store) -> None:
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_tester import Status, check_server

    client = WSGISCIMClient(app, base_url="http://localhost/scim/v2", headers=bearer(store, "people"))
    results = check_server(client)
    assert len(results) > 130
    assert [f"{each.title}: {each.reason}" for each in results if each.status is not Status.SUCCESS] == []


def test_people_are_told_of_found_and_forgotten(directory: FlaskClient) -> None:
    more = {"externalId": "e-1", COMPANY: {"employeeNumber": "100"}, "password": "not kept"}
    kim = add(directory, "Kim@Corp.example", **more)
    assert (kim["meta"]["version"], kim["meta"]["resourceType"], "password" in kim) == (
        'W/"1"',
        "User",
        False,
    )
    add(directory, "lou")
    for taken in (
        {"userName": "KIM@corp.example"},
        {"userName": "other", COMPANY: {"employeeNumber": "100"}},
    ):
        refused = send(directory, "POST", USERS, {"schemas": [CORE], **taken})
        assert (refused.status_code, refused.get_json()["scimType"]) == (409, "uniqueness")
    for wanted, found in (
        ('userName eq "kim@CORP.example"', ["Kim@Corp.example"]),
        ('externalId eq "e-1"', ["Kim@Corp.example"]),
        ('externalId eq "E-1"', []),
        (f'{COMPANY}:employeeNumber eq "100"', ["Kim@Corp.example"]),
        ('userName sw "l" and not (title pr)', ["lou"]),
        ('userName eq "nobody"', []),
    ):
        answer = directory.get(USERS, query_string={"filter": wanted}).get_json()
        assert [each["userName"] for each in answer.get("Resources", [])] == found, wanted
    everyone = directory.get(USERS).get_json()["Resources"]
    page = directory.get(USERS, query_string={"startIndex": 2, "count": 1}).get_json()
    assert (page["totalResults"], page["itemsPerPage"], page["startIndex"]) == (2, 1, 2)
    assert page["Resources"] == everyone[1:]
    assert {each["userName"] for each in everyone} == {"Kim@Corp.example", "lou"}
    assert (
        send(directory, "GET", USERS + "?filter=userName%20is%20x").get_json()["scimType"] == "invalidFilter"
    )
    path = f"{USERS}/{kim['id']}"
    replaced = send(directory, "PUT", path, {"schemas": [CORE], "userName": "kim"}).get_json()
    assert (replaced["userName"], replaced.get("externalId"), replaced["meta"]["version"]) == (
        "kim",
        None,
        'W/"2"',
    )
    assert send(directory, "DELETE", path).status_code == 204
    assert send(directory, "GET", path).status_code == 404
    assert directory.get(USERS).get_json()["totalResults"] == 1
    assert add(directory, "kim", **{COMPANY: {"employeeNumber": "100"}})["id"] != kim["id"]


def test_changes_may_name_the_version_that_they_are_of(directory: FlaskClient) -> None:
    kim = add(directory, "kim")
    version = kim["meta"]["version"]
    assert send(directory, "GET", f"{USERS}/{kim['id']}").headers["ETag"] == version
    assert set_active(directory, kim["id"], False, **{"If-Match": version}).status_code == 204
    late = set_active(directory, kim["id"], True, **{"If-Match": version})
    assert (late.status_code, late.get_json()["status"]) == (412, "412")


def test_the_version_holds_in_the_store_too(directory: FlaskClient, store: Store) -> None:
    """The library compares it before; someone may change them in between."""
    from scim2_models import PreconditionFailedException, ResourceType

    from api.scim.provider import Person
    from api.scim.storage import PeopleStorage

    storage, kind = PeopleStorage(store), ResourceType.from_resource(Person)
    kim = storage.get(kind, add(directory, "kim")["id"])
    for act in (storage.update, lambda *given, **version: storage.delete(given[0], str(kim.id), **version)):
        for version in ('W/"7"', "none"):
            with pytest.raises(PreconditionFailedException):
                act(kind, kim, expected_version=version)
    changed = storage.update(kind, kim, expected_version='W/"1"')
    assert changed.meta is not None
    assert changed.meta.version == 'W/"2"'


def test_what_a_rota_needs_is_held_to_its_tables(directory: FlaskClient) -> None:
    told = {
        "agent": "kim",
        "site": "Riga",
        "contract": "full",
        "skills": "lv:phone",
        "lastDate": "2026-05-31",
    }
    assert add(directory, "kim@corp.example", **{ROTA: told})[ROTA] == told
    for wrong in ({"skills": "phone"}, {"lastDate": "31.5.2026"}, {"agent": "a;b"}):
        answer = send(directory, "POST", USERS, {"schemas": [CORE, ROTA], "userName": "x", ROTA: wrong})
        assert (answer.status_code, answer.get_json()["scimType"]) == (400, "invalidValue")
    long = send(directory, "POST", USERS, {"schemas": [CORE], "userName": "x" * 201})
    assert long.status_code == 400


def test_who_leaves_is_shut_out_and_who_returns_let_in(
    app: Flask, store: Store, directory: FlaskClient, clock: Clock
) -> None:
    person = add(directory, "kim", **{ROTA: {"agent": "ann"}})
    planner = add_user(store, name="Kim", role=Role.PLANNER)
    agent = add_user(store, name="annie", role=Role.AGENT, agent="ann")
    namesake = add_user(store, name="other", role=Role.PLANNER)
    disabled = add_user(store, name="second", role=Role.AGENT, agent="ann")
    change_user(store, disabled.id, disabled=True)
    secret, _ = session_of(store, Role.AGENT)  # the agent ann too
    _, feed = issue_token(store, TokenKind.FEED, name="calendar", agent="ann")
    clock.turn(60)
    assert set_active(directory, person["id"], False).status_code == 204
    assert directory.get(f"{USERS}/{person['id']}").get_json()["active"] is False
    assert [get_user(store, one.id).disabled is None for one in (planner, agent, namesake)] == [
        False,
        False,
        True,
    ]
    assert find_token(store, secret, [TokenKind.SESSION]) is None
    assert find_token(store, feed, [TokenKind.FEED]) is None
    clock.turn(60)
    set_active(directory, person["id"], True)
    assert [get_user(store, one.id).disabled is None for one in (planner, agent)] == [True, True]
    assert get_user(store, disabled.id).disabled is not None, "the directory had not disabled them"
    assert find_token(store, secret, [TokenKind.SESSION]) is None, "they sign in anew"
    entry = next(one for one in list_audit(store, limit=99) if one.action == "person.change")
    assert (entry.actor, entry.before, entry.after) == (
        "key test",
        {"user_name": "kim", "agent": "ann", "active": False},
        {"user_name": "kim", "agent": "ann", "active": True},
    )
    send(directory, "DELETE", f"{USERS}/{person['id']}")
    assert get_user(store, planner.id).disabled is not None


def test_admins_are_not_shut_out_by_a_directory(app: Flask, store: Store, directory: FlaskClient) -> None:
    admin = add_user(store, name="root", role=Role.ADMIN)
    set_active(directory, add(directory, "root")["id"], False)
    assert get_user(store, admin.id).disabled is None


def test_refusals_are_told_in_the_words_of_scim(app: Flask, store: Store) -> None:
    nobody = app.test_client()
    assert send(nobody, "GET", USERS).get_json()["status"] == "401"
    nobody.environ_base["HTTP_AUTHORIZATION"] = bearer(store, "plans:read")["Authorization"]
    refused = send(nobody, "POST", USERS, {})
    assert (refused.status_code, refused.get_json()["detail"]) == (
        403,
        "integration key test lacks the permission people",
    )
    admin = sign_in(app.test_client(), store)
    assert send(admin, "GET", "/scim/v2/Groups").status_code == 404
    assert send(admin, "DELETE", USERS).status_code == 405
    assert send(admin, "POST", USERS, "text").status_code == 400
