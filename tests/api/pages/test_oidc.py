"""Signing in at an identity provider: one that runs here, with nothing of ours replaced."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import load_config
from api.store.database import Store
from api.store.identity_tables import Role
from api.store.people import PersonState, add_person
from api.store.users import add_user, change_user, find_user, list_users
from api.v1.service import service_of
from forecasting.errors import InvalidInput
from tests.api.pages.provider import CLIENT, SECRET, Provider, running_provider

pytestmark = pytest.mark.slow

SETTINGS = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
ROLES = "rota admins=admin,planners=planner,leads=lead,agents=agent"
KIM = {"sub": "s-1", "preferred_username": "Kim", "groups": ["others", "planners"]}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider's own check: it has no TLS here
    with running_provider() as running:
        yield running


@pytest.fixture
def guarded(tmp_path: Path, migrated: Path, provider: Provider) -> Iterator[Flask]:
    shutil.copy(migrated, tmp_path)
    made = create_app(
        load_config({}, data_dir=tmp_path, oidc_issuer=provider.issuer, oidc_roles=ROLES, **SETTINGS)
    )
    yield made
    service_of(made).close()


@pytest.fixture
def kept(guarded: Flask) -> Store:
    return service_of(guarded).store


def set_out(visitor: FlaskClient, following: str = "/shifts") -> str:
    """Go to the provider and sign in there; return the address that it sends the browser back to."""
    away = visitor.get("/sign-in/company", query_string={"next": following})
    assert away.status_code == 303, away.text
    return httpx.get(away.location).headers["Location"]


def sign_in(guarded: Flask, provider: Provider, **claims: Any) -> TestResponse:
    provider.claims = {**KIM, **claims}
    visitor = guarded.test_client()
    return visitor.get(set_out(visitor))


def test_who_is_vouched_for_comes_in(guarded: Flask, provider: Provider, kept: Store) -> None:
    provider.claims = KIM
    visitor = guarded.test_client()
    assert "Sign in with the company account" in visitor.get("/sign-in").text
    back = set_out(visitor)
    entered = visitor.get(back)
    assert (entered.status_code, entered.location) == (303, "/shifts")
    assert visitor.get("/v1/me").get_json()["name"] == "kim"
    user = find_user(kept, "kim")
    assert user is not None
    assert (user.role, user.issuer, user.subject, user.password) == ("planner", provider.issuer, "s-1", None)
    assert user.last_sign_in is not None
    assert visitor.get(back).status_code == 403, "a code is good for once"
    assert guarded.test_client().get(set_out(visitor)).status_code == 403, "it was another browser"


def test_who_they_are_is_the_subject_not_the_name(guarded: Flask, provider: Provider, kept: Store) -> None:
    add_user(kept, name="kim", role=Role.ADMIN)
    sign_in(guarded, provider)
    assert [(user.name, user.role) for user in list_users(kept, limit=9)] == [
        ("kim", "admin"),
        ("kim (2)", "planner"),
    ]
    sign_in(guarded, provider, preferred_username="married", groups="leads", sites=["Riga"])
    user = find_user(kept, "kim (2)")
    assert user is not None
    assert (user.role, user.sites) == ("lead", ["Riga"])
    sign_in(guarded, provider, groups=["agents", "planners"], employee_number=100)
    assert len(list_users(kept, limit=9)) == 2


@pytest.mark.parametrize("verified", [True, False, "true", None])
def test_only_a_verified_address_links(
    guarded: Flask, provider: Provider, kept: Store, verified: object
) -> None:
    lou = add_user(kept, name="lou@corp.example", role=Role.PLANNER)
    sign_in(guarded, provider, email="Lou@corp.example", email_verified=verified)
    linked = find_user(kept, "lou@corp.example")
    assert linked is not None
    assert (linked.id, linked.subject) == (lou.id, "s-1" if verified is True else None)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"groups": ["others"]}, "no role here"),
        ({"groups": "leads"}, "the sites of Kim"),
        ({"groups": "agents"}, "the employee_number of Kim"),
        ({"preferred_username": "gone"}, "has left"),
    ],
)
def test_who_has_no_place_here_stays_out(
    guarded: Flask, provider: Provider, kept: Store, claims: dict[str, Any], said: str
) -> None:
    add_person(kept, PersonState("gone", None, "gone", False, {}))
    refused = sign_in(guarded, provider, **claims)
    assert refused.status_code == 403
    assert said in refused.text
    assert list_users(kept, limit=9) == []


def test_who_is_disabled_here_stays_out(guarded: Flask, provider: Provider, kept: Store) -> None:
    sign_in(guarded, provider)
    user = find_user(kept, "kim")
    assert user is not None
    change_user(kept, user.id, disabled=True)
    assert "is disabled here" in sign_in(guarded, provider).text


@pytest.mark.parametrize(
    "lies", [{"nonce": "another"}, {"aud": ["another"]}, {"iss": "https://else.example"}]
)
def test_what_was_said_to_others_does_not_hold(
    guarded: Flask, provider: Provider, kept: Store, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    assert sign_in(guarded, provider).status_code == 403
    assert list_users(kept, limit=9) == []


def test_keys_of_others_sign_nothing(guarded: Flask, provider: Provider, kept: Store) -> None:
    provider.signing_key = ECKey.generate_key("P-256", {"kid": "one"})
    assert sign_in(guarded, provider).status_code == 403
    assert list_users(kept, limit=9) == []


def test_a_refusal_and_a_forged_state_are_told(guarded: Flask, provider: Provider) -> None:
    visitor = guarded.test_client()
    assert "access_denied" in visitor.get(set_out(visitor)).text
    provider.claims = KIM
    address = set_out(visitor)
    assert visitor.get(address.replace("state=", "state=x")).status_code == 403


def test_a_provider_that_is_away_is_said_to_be(tmp_path: Path, migrated: Path) -> None:
    shutil.copy(migrated, tmp_path)
    away = load_config({}, data_dir=tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_roles=ROLES, **SETTINGS)
    app = create_app(away)
    answer = app.test_client().get("/sign-in/company")
    assert (answer.status_code, "does not answer" in answer.text) == (502, True)
    service_of(app).close()


def test_settings_that_lack_something_stop_the_start(app: Flask) -> None:
    for wrong in (
        {"oidc_issuer": "http://idp.example"},
        {"oidc_issuer": "https://idp.example"},
        {"oidc_roles": "a=boss"},
    ):
        with pytest.raises(InvalidInput, match="SUNROTA_OIDC"):
            load_config({}, **wrong)
    assert app.test_client().get("/sign-in/company").status_code == 404
