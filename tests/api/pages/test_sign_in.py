"""Signing in and out on the pages, without JavaScript."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.identity import COOKIE, CSRF_HEADER
from api.signing_in import make_admin, sign_in_link
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.publishing import publish_plan
from api.store.users import add_user, change_user, find_user, set_password
from tests.api.pages.made import keep_plan
from tests.api.sign_in import sign_in

PASSWORD = "a horse, a battery, a staple"


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Someone who is not signed in."""
    return app.test_client()


def enter(visitor: FlaskClient, name: str, password: str, following: str = "") -> TestResponse:
    return visitor.post("/sign-in", data={"name": name, "password": password, "next": following})


def token(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@pytest.mark.slow
def test_the_first_admin_chooses_a_password(visitor: FlaskClient, shown_store: Store) -> None:
    password = make_admin(shown_store)
    assert password is not None
    sent = visitor.get("/?before=x")
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/%3Fbefore%3Dx")
    assert 'value="/?before=x"' in visitor.get(sent.location).text
    answer = enter(visitor, "admin", password, "/?before=x")
    assert (answer.status_code, answer.location) == (303, "/?before=x")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert visitor.get("/").location == "/password", "nothing else until then"
    assert visitor.get("/v1/plans").get_json()["code"] == "password_change"
    csrf = token(visitor.get("/password").text)
    for wrong in ({"password": "short", "again": "short"}, {"password": PASSWORD, "again": "x"}):
        refused = visitor.post("/password", data=wrong | {"csrf_token": csrf})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    chosen = visitor.post("/password", data={"password": PASSWORD, "again": PASSWORD, "csrf_token": csrf})
    assert chosen.status_code == 303
    assert visitor.get("/").status_code == 200
    assert enter(visitor, "admin", password).status_code == 422, "it was good for once"


@pytest.mark.slow
def test_nothing_tells_whether_a_name_is_known(visitor: FlaskClient, shown_store: Store) -> None:
    user = add_user(shown_store, name="kim", role="planner")
    set_password(shown_store, user.id, PASSWORD)
    known, unknown = enter(visitor, "kim", "wrong"), enter(visitor, "lee", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace("kim", "") == unknown.text.replace("lee", "")
    assert visitor.get_cookie(COOKIE) is None


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "x"])
def test_no_other_site_is_led_to(visitor: FlaskClient, shown_store: Store, address: str) -> None:
    user = add_user(shown_store, name="kim", role="planner")
    link = sign_in_link(shown_store, user, "")
    assert visitor.get(link, query_string={"next": address}).location == "/"


def test_a_link_lets_in_once(visitor: FlaskClient, shown_store: Store) -> None:
    link = sign_in_link(shown_store, add_user(shown_store, name="kim", role="planner"), "")
    answer = visitor.get(f"{link}?next=/shifts")
    assert (answer.status_code, answer.location) == (303, "/shifts")
    assert visitor.get("/").status_code == 200
    assert visitor.get(link).status_code == 410


def test_changes_need_the_sessions_token(app: Flask, shown_store: Store) -> None:
    client = sign_in(app.test_client(), shown_store)
    plan_id = keep_plan(shown_store)
    csrf = client.environ_base.pop(f"HTTP_{CSRF_HEADER.upper().replace('-', '_')}")
    for wrong in ({}, {"csrf_token": "x"}, {"csrf_token": "é"}):
        assert client.post(f"/plans/{plan_id}/publish", data=wrong).status_code == 403
        assert client.post("/v1/plans", json=wrong).status_code == 403
    assert client.post(f"/plans/{plan_id}/publish", data={"csrf_token": csrf}).status_code == 303


def test_every_form_of_the_pages_sends_it(client: FlaskClient, shown_store: Store) -> None:
    for path in ("/", f"/plans/{keep_plan(shown_store)}", "/password"):
        html = client.get(path).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)
        assert forms
        assert all(re.search(r'name="csrf_token" value="[^"]+"', form) for form in forms)
        # The policy forbids scripts inside pages: only data are there.
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", html) == []
        assert not re.search(r"\son\w+=", html)


def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/").status_code == 303


def test_agents_see_their_shifts_and_no_plan(app: Flask, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store)
    publish_plan(shown_store, plan_id)
    client = sign_in(app.test_client(), shown_store, Role.AGENT)
    assert client.get("/").location == "/shifts"
    page = client.get("/shifts")
    assert "Your shifts" in page.text
    assert "bo &lt;b&gt;" not in page.text
    assert "New rota" not in page.text
    refused = client.get(f"/plans/{plan_id}")
    assert refused.status_code == 403
    assert "lacks the permission plans:read" in refused.text
    assert client.get(f"/plans/{plan_id}/data/rota").status_code == 403


def test_disabled_users_are_out_at_once(client: FlaskClient, shown_store: Store) -> None:
    add_user(shown_store, name="other", role="admin")
    user = find_user(shown_store, "the admin")
    assert user is not None
    change_user(shown_store, user.id, disabled=True)
    assert client.get("/").status_code == 303
