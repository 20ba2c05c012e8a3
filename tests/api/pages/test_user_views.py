"""The pages of users: made, changed, disabled, unlocked, given a new password; without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.store.database import Store
from api.store.identity_tables import Role, UserRow
from api.store.users import add_user, check_password, find_user, get_user
from tests.api.sign_in import sign_in


def told(html: str) -> str:
    """The password that the page tells."""
    found = re.search(r"<code>([^<]{16,})</code>", html)
    assert found is not None
    return found[1]


def known(store: Store, name: str) -> UserRow:
    found = find_user(store, name)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_user_is_made_and_told_a_password_once(client: FlaskClient, shown_store: Store) -> None:
    form = {"name": "<Kim>", "role": "lead", "sites": "Rīga; Tallinn", "agent": "", "workspace": "support"}
    made = client.post("/users", data=form)
    assert made.status_code == 200
    assert "<kim>" not in made.text
    kim = known(shown_store, "<kim>")
    assert (kim.role, kim.sites, kim.agent, kim.workspace) == ("lead", ["Rīga", "Tallinn"], None, "support")
    assert check_password(shown_store, "<kim>", told(made.text)) is not None
    listed = client.get("/users").text
    assert told(made.text) not in listed
    assert "Rīga, Tallinn, support" in listed
    assert "To choose a password" in listed
    assert f"{shown_store.clock():%Y-%m-%d}" in client.get(f"/users/{kim.id}").text, "signed in today"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "kim", "role": "lead"}, "A lead needs the sites"),
        ({"name": "", "role": "planner"}, "A name of at most 100"),
        ({"name": "kim", "role": "integration"}, "A name of at most 100"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_made(
    client: FlaskClient, shown_store: Store, form: dict[str, str], said: str
) -> None:
    refused = client.post("/users", data=form)
    assert refused.status_code == 422
    assert said in refused.text
    assert find_user(shown_store, "kim") is None
    assert client.post("/users", data={"name": "the admin", "role": "planner"}).status_code == 409


def test_what_a_user_may_do_is_changed(client: FlaskClient, shown_store: Store) -> None:
    kim = add_user(shown_store, name="kim", role=Role.PLANNER)
    path = f"/users/{kim.id}"
    assert client.post(path, data={"role": "agent", "agent": "ann"}).location == path
    assert (get_user(shown_store, kim.id).role, get_user(shown_store, kim.id).agent) == ("agent", "ann")
    assert 'value="ann"' in client.get(path).text
    assert client.post(path, data={"role": "agent"}).status_code == 422
    own = known(shown_store, "the admin")
    assert "Nobody else could administer" in client.post(f"/users/{own.id}", data={"role": "planner"}).text


@pytest.mark.slow
def test_users_are_disabled_unlocked_and_given_a_password(
    app: Flask, client: FlaskClient, shown_store: Store
) -> None:
    session = sign_in(app.test_client(), shown_store, Role.PLANNER)
    path = f"/users/{known(shown_store, 'the planner').id}"
    assert client.post(f"{path}/disable").location == path
    assert "Disabled" in client.get(path).text
    assert session.get("/").status_code == 303
    client.post(f"{path}/enable")
    new = told(client.post(f"{path}/reset").text)
    assert check_password(shown_store, "the planner", new) is not None
    with shown_store.writing() as writing:
        row = writing.get_one(UserRow, path.rpartition("/")[2])
        row.locked_until = shown_store.clock() + timedelta(minutes=15)
    assert "Locked until" in client.get("/users").text
    assert check_password(shown_store, "the planner", new) is None
    client.post(f"{path}/unlock")
    assert check_password(shown_store, "the planner", new) is not None
    assert client.post("/users/none/unlock").status_code == 404
    assert "Users</a>" not in sign_in(app.test_client(), shown_store, Role.PLANNER).get("/").text
