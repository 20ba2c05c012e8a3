"""Asking for a rota and watching its run, without JavaScript."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask.testing import FlaskClient

from api.store.claims import claim_run, end_run
from api.store.database import Store
from api.store.runs import create_run, get_run, list_runs
from api.store.tables import RunStatus
from api.store.workspaces import list_workspaces
from tests.api.pages.made import finished_plan, keep_plan, keep_workspace


def zipped(files: dict[str, str]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    target.seek(0)
    return target


def test_the_first_visit_offers_the_upload(client: FlaskClient) -> None:
    html = client.get("/").text
    assert "No plan yet." in html
    assert 'type="file"' in html
    assert 'name="workspace_id"' not in html


def test_plans_are_listed_newest_first(client: FlaskClient, shown_store: Store) -> None:
    first, second = keep_plan(shown_store), keep_plan(shown_store, finished_plan(solved=False))
    html = client.get("/").text
    assert html.index(f"/plans/{second}") < html.index(f"/plans/{first}")
    assert "83.3\N{NO-BREAK SPACE}%" in html


def test_the_form_starts_a_run(client: FlaskClient, shown_store: Store) -> None:
    workspace_id = keep_workspace(shown_store)
    answer = client.post(
        "/request",
        data={
            "workspace_id": workspace_id,
            "start": "2026-03-29",
            "days": "14",
            "service_level_percent": "82.3",
            "time_limit_seconds": "30",
            "gap_percent": "1",
            "seed": "7",
        },
    )
    assert answer.status_code == 303
    (run,) = list_runs(shown_store, limit=5)
    assert answer.location == f"/runs/{run.id}"
    assert run.workspace_id == workspace_id
    assert run.options == {
        "start": "2026-03-29",
        "days": 14,
        "service_level": 0.823,
        "time_limit_seconds": 30.0,
        "gap": 0.01,
        "seed": 7,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", "0"),
        ("days", "seven"),
        ("start", "29/03/2026"),
        ("service_level_percent", "100"),
        ("service_level_percent", "nan"),
        ("time_limit_seconds", "-1"),
        ("time_limit_seconds", "inf"),
        ("time_limit_seconds", "3601"),
        ("gap_percent", "101"),
        ("seed", "1.5"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(
    client: FlaskClient, shown_store: Store, field: str, value: str
) -> None:
    answer = client.post("/request", data={"workspace_id": keep_workspace(shown_store), field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'aria-describedby="{field}-help {field}-error"' in answer.text
    assert f", got {value}" in answer.text
    assert f'value="{value}"' in answer.text
    assert list_runs(shown_store, limit=5) == []


def test_no_workspace_at_all(client: FlaskClient) -> None:
    answer = client.post("/request", data={})
    assert answer.status_code == 422
    assert "choose a .zip file to upload" in answer.text


def test_a_workspace_that_went_away(client: FlaskClient) -> None:
    answer = client.post("/request", data={"workspace_id": "gone"})
    assert answer.status_code == 404
    assert "There is no workspace gone." in answer.text


def test_faults_of_an_upload_are_listed(client: FlaskClient, shown_store: Store) -> None:
    files = {"plan.toml": "start = 2026-03-29\ndays = 400\n", "agents.csv": "agent,site\nann,narnia\n"}
    answer = client.post("/request", data={"workspace": (zipped(files), "team.zip")})
    assert answer.status_code == 422
    assert '<th scope="row">plan.toml</th>' in answer.text
    assert "<td>days</td>" in answer.text
    assert "<code>400</code>" in answer.text
    assert list_workspaces(shown_store, limit=5) == []


def test_an_upload_that_is_no_archive(client: FlaskClient) -> None:
    answer = client.post("/request", data={"workspace": (io.BytesIO(b"hello"), "team.zip")})
    assert answer.status_code == 422
    assert '<th scope="row">team.zip</th>' in answer.text


def test_a_run_at_work_shows_how_far_it_is(client: FlaskClient, shown_store: Store) -> None:
    run = create_run(shown_store, workspace_id=keep_workspace(shown_store), options={})
    html = client.get(f"/runs/{run.id}").text
    assert "Waiting for a worker" in html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html
    assert "Stop and keep the best so far" in html


def test_stopping_without_javascript(client: FlaskClient, shown_store: Store) -> None:
    run = create_run(shown_store, workspace_id=keep_workspace(shown_store), options={})
    answer = client.post(f"/runs/{run.id}/stop")
    assert answer.location == f"/runs/{run.id}"
    assert get_run(shown_store, run.id).status == RunStatus.STOPPED
    assert "Stopped before it began" in client.get(f"/runs/{run.id}").text


def test_a_failed_run_says_why(client: FlaskClient, shown_store: Store) -> None:
    create_run(shown_store, workspace_id=keep_workspace(shown_store), options={})
    claim = claim_run(shown_store, lease_seconds=60)
    assert claim is not None
    problem = {"code": "not_enough_history", "detail": "eu/lv/phone has 3 days of history"}
    end_run(shown_store, claim, RunStatus.FAILED, message="Failed", problem=problem)
    html = client.get(f"/runs/{claim.run_id}").text
    assert "eu/lv/phone has 3 days of history" in html
    assert "http-equiv" not in html


def test_a_done_run_leads_to_its_plan(client: FlaskClient, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store)
    (run,) = list_runs(shown_store, limit=5)
    answer = client.get(f"/runs/{run.id}")
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan_id}")
