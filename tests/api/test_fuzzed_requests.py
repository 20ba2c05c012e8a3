"""Requests that schemathesis makes up from the OpenAPI document, sent as nobody and as each role.

Whatever is sent: no fault of ours, nothing that the document does not promise, no access beyond the role.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.config import load_config
from api.entries import entries_of
from api.identity import COOKIE, CSRF_HEADER
from api.permissions import PERMISSION_OF_ENDPOINT, PERMISSIONS_OF_ROLE, Permission
from api.store.claims import claim_run
from api.store.deliveries import list_deliveries
from api.store.identity_tables import Role, TokenKind
from api.store.plans import save_plan
from api.store.published import ShiftFilter, find_published
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.tokens import issue_token
from api.store.users import add_user
from api.store.webhook_tables import EventType
from api.store.webhooks import add_webhook
from api.store.workers import say_alive
from api.store.workspaces import workspace_content
from api.v1.service import service_of
from api.workspace.editing import kept_tables, row_id
from api.workspace.packed import unpack
from tests.api.plans import finished_plan
from tests.api.sign_in import bearer, session_of
from tests.api.teams import add_team

pytestmark = pytest.mark.filterwarnings("default")

ROLES = [None, *Role]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OF_PEOPLE = (
    "/v1/shifts",
    "/v1/people",
    "/v1/sites",
    "/v1/time-off",
    "/v1/wishes",
    "/v1/leave-balances",
)
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all requests: what one of them leaves behind, the others meet."""
    app = create_app(load_config({}, data_dir=tmp_path_factory.mktemp("var"), sweep_seconds=3600))
    say_alive(service_of(app).store, "a worker")
    service_of(app).leaving.set()  # whoever asks to wait is answered at once
    yield app
    service_of(app).close()


@pytest.fixture(scope="module")
def known(asked: Flask) -> dict[str, str]:
    """Ids of things that are there, by the name of the parameter; none that the asker needs."""
    store = service_of(asked).store
    webhook = add_webhook(store, url="https://hooks.example/sunrota", events=list(EventType)).id
    wishes = "agent,date,wish\nann,2026-03-30,day_off\nbea,2026-03-30,work\n"
    balances = "agent,year,days\nann,2026,25\nbea,2026,20\n"
    workspace = add_team(store, "support", wishes=wishes, leave_balances=balances).id
    tables = kept_tables(unpack(workspace_content(store, workspace), ["time_off", "wishes"]))
    run = create_run(store, workspace_id=workspace, options={})
    claim = claim_run(store, lease_seconds=60)
    assert claim is not None
    plan = save_plan(store, run_id=run.id, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE)
    publication = publish_plan(store, plan).id
    feed, _ = issue_token(store, TokenKind.FEED, name="calendar", agent="ann")
    key, _ = issue_token(store, TokenKind.KEY, name="another")
    return {
        "workspace_id": workspace,
        "table": "time_off",
        "run_id": run.id,
        "plan_id": plan,
        "before_id": plan,
        "publication_id": publication,
        "shift_id": find_published(store, ShiftFilter(), limit=1)[0].id,
        "feed_id": feed.id,
        "key_id": key.id,
        "webhook_id": webhook,
        "delivery_id": list_deliveries(store, webhook, limit=1)[0][0].id,
        "time_off_id": entries_of(tables, "time_off")[0].id,
        "wish_id": entries_of(tables, "wishes")[0].id,
        "person_id": row_id("agents", {"agent": "ann"}),
        "user_id": add_user(store, name="another", role=Role.PLANNER).id,
    }


@pytest.fixture(scope="module")
def document(asked: Flask) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", asked)


def let_in(app: Flask, role: Role | None) -> dict[str, dict[str, str]]:
    """Headers and cookies of somebody of the role."""
    store = service_of(app).store
    if role is None:
        return {"headers": {}, "cookies": {}}
    if role is Role.INTEGRATION:
        return {"headers": bearer(store), "cookies": {}}
    secret, csrf = session_of(store, role)
    return {"headers": {CSRF_HEADER: csrf}, "cookies": {COOKIE: secret}}


def permission_of(app: Flask, case: Case[Any]) -> Permission:
    """What the address needs."""
    address = case.path.replace("{", "<").replace("}", ">")
    rule = next(
        one for one in app.url_map.iter_rules() if one.rule == address and case.method in (one.methods or ())
    )
    return PERMISSION_OF_ENDPOINT[rule.endpoint]


def beyond(role: Role | None, path: str, body: Any) -> list[Any]:
    """What of an answer one of the role may not see: another's shifts, and all that is about another."""
    items = body.get("items", [body]) if isinstance(body, dict) else []
    if not path.startswith(OF_PEOPLE) or role not in (Role.LEAD, Role.AGENT):
        return []
    own: Callable[[dict[str, Any]], bool] = {
        Role.LEAD: lambda item: item["site"] == "Berlin",
        Role.AGENT: lambda item: item.get("agent", "ann") == "ann" and item["site"] == "Berlin",
    }[role]
    return [item for item in items if "site" in item and not own(item)]


def check(app: Flask, role: Role | None, given_by: dict[str, dict[str, str]], case: Case[Any]) -> None:
    """Send the request, and hold the answer to the document and the role."""
    for made_up in ("Authorization", CSRF_HEADER):
        case.headers.pop(made_up, None)
    case.cookies.clear()
    # Who calls the application without a server unpacks nothing.
    headers = given_by["headers"] | {"Accept-Encoding": "identity"}
    answer = case.call(headers=headers, cookies=given_by["cookies"])
    case.validate_response(answer, checks=CHECKS)
    needed = permission_of(app, case)
    may = needed is Permission.PUBLIC or (role is not None and needed in PERMISSIONS_OF_ROLE[role])
    if not may:
        assert answer.status_code in (401, 403), f"{role} was let in: {answer.status_code}"
    elif needed is not Permission.PUBLIC:
        assert answer.status_code not in (401, 403), f"{role} was not let in: {answer.text}"
    if answer.status_code == 200 and answer.headers["content-type"][0].startswith("application/json"):
        assert beyond(role, case.path, json.loads(answer.content)) == []


def send(app: Flask, document: BaseSchema, known: dict[str, str], role: Role | None, examples: int) -> None:
    """Send so many requests of any address."""
    given_by = let_in(app, role)
    any_case = st.one_of([document.as_strategy(mode) for mode in GenerationMode])

    @seed(ROLES.index(role))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=QUIET,
        phases=[Phase.generate],
    )
    @given(st.data())
    def any_request(data: DataObject) -> None:
        case = data.draw(any_case)
        if data.draw(st.booleans()):
            for name in case.path_parameters:
                case.path_parameters[name] = known[name]
        check(app, role, given_by, case)

    any_request()


@pytest.mark.slow
def test_what_is_there_is_as_the_document_says(
    asked: Flask, document: BaseSchema, known: dict[str, str]
) -> None:
    given_by = let_in(asked, Role.ADMIN)
    shown = 0
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.method.upper() == "GET":
            names = [parameter.name for parameter in operation.path_parameters]
            case = operation.Case(path_parameters={name: known[name] for name in names})
            check(asked, Role.ADMIN, given_by, case)
            shown += 1
    assert shown > 30


@pytest.mark.parametrize(
    "examples", [pytest.param(50, marks=pytest.mark.slow), pytest.param(900, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("role", ROLES)
def test_no_request_finds_a_fault(
    asked: Flask, document: BaseSchema, known: dict[str, str], role: Role | None, examples: int
) -> None:
    send(asked, document, known, role, examples)
