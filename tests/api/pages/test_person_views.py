"""The pages of people: the directory, and one's own time; without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.store.claims import claim_run
from api.store.database import Store
from api.store.identity_tables import Role, TokenKind
from api.store.plans import save_plan
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.tokens import list_tokens
from api.store.workspaces import newest_workspace
from api.v1.people import person_id_of
from tests.api.plans import FIRST, finished_plan
from tests.api.sign_in import sign_in
from tests.api.teams import add_team

ANN, BEA = person_id_of("ann"), person_id_of("bea")
OFF = (
    "agent,start,end,kind,paid\nann,2098-12-29,2099-01-02,,\n"
    "ann,2098-12-01T09:00:00Z,2098-12-01T11:00:00Z,sick,false\nann,2020-01-01,2020-01-02,,\n"
)


@pytest.fixture
def ann(app: Flask, shown_store: Store) -> FlaskClient:
    """The agent ann, of a workspace about people."""
    add_team(shown_store, time_off=OFF, leave_balances="agent,year,days\nann,2098,2.5\n")
    return sign_in(app.test_client(), shown_store, Role.AGENT)


def wished(client: FlaskClient) -> list[str]:
    items = client.get("/v1/wishes").get_json()["items"]
    return [f"{item['agent']} {item['date'] or item['weekdays']} {item['wish']}" for item in items]


def test_an_agent_puts_in_and_withdraws_wishes_on_their_own_page(
    ann: FlaskClient, shown_store: Store
) -> None:
    own = ann.get("/people")
    assert own.location == f"/people/{ANN}"
    page = ann.get(own.location).text
    assert "2098-12-29 to 2099-01-01" in page
    assert "2098-12-01 10:00 to 12:00" in page  # on Berlin's clock
    assert "2020-01-01" not in page
    assert "beyond the balance" in page
    form = {"kind": "start_after", "time": "10:30", "shift": "day", "weekday": ["sun", "sat"], "date": ""}
    assert ann.post(f"/people/{ANN}/wishes", data=form).location == f"/people/{ANN}"
    assert wished(ann) == ["ann ['sat', 'sun'] start_after 10:30"]
    page = ann.get(f"/people/{ANN}").text
    assert "To start at the earliest at 10:30, every Saturday, Sunday" in page
    withdraw = re.search(r'action="([^"]*/withdraw)"', page)
    assert withdraw is not None
    assert ann.post(withdraw[1]).status_code == 303
    assert wished(ann) == []


@pytest.mark.slow
def test_what_is_wrong_is_said_and_kept_in_the_form(ann: FlaskClient, shown_store: Store) -> None:
    for form, said in (
        ({"kind": "start_before", "date": "2098-03-30"}, "not a time of day"),
        ({"kind": "day_off"}, "Exactly one of weekday and date"),
        ({"kind": "day_off", "date": "30 March"}, "The date is none."),
        ({"kind": "day_off", "weekday": "<day>"}, "Weekdays are mon … sun."),
        ({"kind": "shift", "shift": "late", "weekday": "sun"}, "a shift of shifts.csv"),
    ):
        answer = ann.post(f"/people/{ANN}/wishes", data=form)
        assert answer.status_code == 422
        assert said in answer.text, said
    assert 'value="sun" checked' in answer.text
    assert newest_workspace(shown_store).version == 1


@pytest.mark.slow
def test_nobody_acts_for_another(ann: FlaskClient, app: Flask, shown_store: Store) -> None:
    assert ann.get(f"/people/{BEA}").status_code == 404
    assert ann.post(f"/people/{BEA}/wishes", data={"kind": "work", "weekday": "mon"}).status_code == 404
    assert ann.post(f"/people/{BEA}/calendar").status_code == 404
    lead = sign_in(app.test_client(), shown_store, Role.LEAD)
    assert "Put in the wish" not in lead.get(f"/people/{ANN}").text
    assert lead.post(f"/people/{ANN}/wishes", data={"kind": "work", "weekday": "mon"}).status_code == 403
    assert lead.get(f"/people/{BEA}").status_code == 404
    people = lead.get("/people").text
    assert "Ann Lee" in people
    assert "cem" in people
    assert "dil" not in people
    bare = app.test_client()
    assert bare.get("/people").location == "/sign-in?next=/people"


@pytest.mark.slow
def test_a_calendar_is_made_shown_once_and_revoked(ann: FlaskClient, shown_store: Store) -> None:
    made = ann.post(f"/people/{ANN}/calendar").text
    address = re.search(r"<code>http://localhost(/calendars/[^<]+)</code>", made)
    assert address is not None
    assert ann.get(address[1]).status_code == 200
    page = ann.get(f"/people/{ANN}").text
    assert address[1] not in page
    revoke = re.search(r'action="([^"]*/revoke)"', page)
    assert revoke is not None
    assert ann.post(revoke[1].replace(ANN, BEA)).status_code == 404
    assert ann.post(revoke[1]).status_code == 303
    assert list_tokens(shown_store, TokenKind.FEED, limit=9) == []
    assert ann.get(address[1]).status_code == 404


@pytest.mark.slow
def test_the_directory_is_searched_and_shows_who_works_next(
    client: FlaskClient, shown_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_team(shown_store)
    monkeypatch.setattr("api.pages.person_views.PEOPLE_A_PAGE", 2)
    page = client.get("/people")
    assert re.findall(r"<small>(\w+)", page.text) == ["ann", "bea"]
    more = re.search(r'href="([^"]*)">More people', page.text)
    assert more is not None
    assert re.findall(r"<small>(\w+)", client.get(more[1].replace("&amp;", "&")).text) == ["cem", "dil"]
    assert re.findall(r"<small>(\w+)", client.get("/people?find=LEE&site=Berlin").text) == ["ann"]
    assert "Nobody is found" in client.get("/people?find=<x>").text
    assert client.get("/people?workspace=none").status_code == 404


@pytest.mark.slow
def test_the_next_shifts_are_shown_on_their_sites_clock(client: FlaskClient, shown_store: Store) -> None:
    """Over the night in which Berlin's clock goes forward."""
    create_run(shown_store, workspace_id=add_team(shown_store).id, options={})
    claim = claim_run(shown_store, lease_seconds=60)
    assert claim is not None
    kept = save_plan(
        shown_store, run_id=claim.run_id, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE
    )
    publish_plan(shown_store, kept)
    shown_store.clock = lambda: FIRST
    page = client.get("/people").text
    assert "Sat 2026-03-28, Berlin, 23:00–08:00 next day" in page
    assert page.count("none published") == 3
    shown_store.clock = lambda: FIRST + timedelta(hours=8)
    page = client.get(f"/people/{ANN}").text
    assert "2026-03-28" not in page
    assert "Mon 2026-03-30, Berlin, 00:00–08:00" in page
