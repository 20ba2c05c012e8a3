"""Every cell of the table of permissions: each address, asked by nobody and by each role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.config import load_config
from api.permissions import (
    KEY_PERMISSIONS,
    PERMISSION_OF_ENDPOINT,
    PERMISSIONS_OF_ROLE,
    Permission,
    check_endpoints,
)
from api.permissions_page import permissions_page, routes
from api.store.identity_tables import Role
from api.store.workers import say_alive
from api.v1.service import service_of
from tests.api.sign_in import bearer, sign_in

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all cells: nothing in them depends on the one before."""
    app = create_app(load_config({}, data_dir=tmp_path_factory.mktemp("var"), sweep_seconds=3600))
    say_alive(service_of(app).store, "a worker")
    yield app
    service_of(app).close()


@pytest.fixture(scope="module")
def clients(asked: Flask) -> dict[Role | None, FlaskClient]:
    """Somebody of each role, and nobody."""
    store = service_of(asked).store
    made: dict[Role | None, FlaskClient] = {None: asked.test_client()}
    for role in Role:
        client = asked.test_client()
        if role is Role.INTEGRATION:
            client.environ_base["HTTP_AUTHORIZATION"] = bearer(store)["Authorization"]
        else:
            sign_in(client, store, role)
        made[role] = client
    return made


def test_the_page_is_what_the_code_says(asked: Flask) -> None:
    assert PAGE.read_text() == permissions_page(asked)


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, *Role])
def test_every_address_lets_in_whom_the_table_says(
    asked: Flask, clients: dict[Role | None, FlaskClient], role: Role | None
) -> None:
    store, wrong = service_of(asked).store, []
    cells = list(routes(asked))
    assert len(cells) > 50
    for method, address, permission in cells:
        client = clients[role]
        if address == "/sign-out" and role not in (None, Role.INTEGRATION):
            client = sign_in(asked.test_client(), store, role)  # its session ends
        path = re.sub(r"<any\((\w+),[^>]*>", r"\1", address)
        answer = client.open(re.sub(r"<[^>]*>", "none", path), method=method)
        may = permission is Permission.PUBLIC or (
            role is not None and permission in PERMISSIONS_OF_ROLE[role]
        )
        sent_to_sign_in = answer.status_code == 303 and "/sign-in?next=" in (answer.location or "")
        refused = answer.status_code in (401, 403) or sent_to_sign_in
        if address == "/v1/oauth/token":
            refused = answer.status_code != 400  # what it says of a request without anything
        if refused is may or answer.status_code >= 500:
            wrong.append((method, address, str(role), answer.status_code))
        if not may and role is not None and answer.status_code != 403:
            wrong.append((method, address, str(role), answer.status_code))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("permission", KEY_PERMISSIONS)
def test_a_key_may_what_it_was_given(asked: Flask, permission: Permission) -> None:
    client, headers = asked.test_client(), bearer(service_of(asked).store, permission)
    for method, address, needed in routes(asked):
        if needed in KEY_PERMISSIONS and address.startswith("/v1/"):
            path = re.sub(r"<[^>]*>", "none", address)
            status = client.open(path, method=method, headers=headers).status_code
            assert (status == 403) is (needed is not permission), (method, address, status)


def test_an_address_without_a_permission_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, asked: Flask
) -> None:
    monkeypatch.delitem(PERMISSION_OF_ENDPOINT, "runs.get_runs")
    with pytest.raises(RuntimeError, match="runs"):
        check_endpoints(asked)
    assert asked.test_client().get("/v1/runs").status_code == 401
