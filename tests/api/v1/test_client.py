"""The client, against the real application without a network between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from flask import Flask

from api import client as client_module
from api.client import ServiceError, ShiftCopy, SunrotaClient
from api.store.database import Store
from api.store.feed import forget_changes
from api.store.runs import ask_to_stop, list_runs
from api.v1.people_models import LeaveBalanceRequest, TimeOffRequest, WishRequest
from tests.api.conftest import Clock
from tests.api.plans import FIRST
from tests.api.sign_in import bearer
from tests.api.teams import add_team

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


class Unsteady(httpx.BaseTransport):
    """Loses the answers to some requests after they were carried out, or answers that it is busy."""

    def __init__(self, app: Flask) -> None:
        self._inner = httpx.WSGITransport(app=app)
        self.lost: set[int] = set()
        self.busy: set[int] = set()
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        if self.sent in self.busy:
            return httpx.Response(503, headers={"Retry-After": "0"}, json={"code": "not_ready"})
        answer = self._inner.handle_request(request)
        if self.sent in self.lost:
            raise httpx.ReadError("the connection was lost", request=request)
        return answer


@pytest.fixture
def network(app: Flask) -> Unsteady:
    return Unsteady(app)


@pytest.fixture
def sunrota(store: Store, network: Unsteady, monkeypatch: pytest.MonkeyPatch) -> Iterator[SunrotaClient]:
    monkeypatch.setattr(client_module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(client_module, "PAGE", 2)
    key = bearer(store)["Authorization"].removeprefix("Bearer ")
    with SunrotaClient("http://localhost", key, transport=network) as client:
        yield client


def test_a_copy_follows_what_is_published(
    sunrota: SunrotaClient, store: Store, plan_id: str, clock: Clock
) -> None:
    copy = ShiftCopy(sunrota)
    assert copy.pull() == []
    publication = sunrota.publish(plan_id)
    assert len(copy.pull()) == 3
    assert copy.shifts == {shift.id: shift for shift in sunrota.shifts()}
    assert sunrota.plan(plan_id).state == "published"
    assert copy.pull() == []
    clock.turn(60)
    sunrota.revert(publication.id)
    assert {shift.state for shift in copy.pull()} == {"cancelled"}
    assert copy.shifts == {}


def test_a_copy_that_is_too_old_is_made_anew(
    sunrota: SunrotaClient, store: Store, plan_id: str, clock: Clock
) -> None:
    copy = ShiftCopy(sunrota)
    publication = sunrota.publish(plan_id)
    copy.pull()
    sunrota.revert(publication.id)
    clock.turn(3600)
    assert forget_changes(store, older_than_days=0.001) == 6
    sunrota.publish(plan_id)
    copy.pull()
    assert set(copy.shifts) == {shift.id for shift in sunrota.shifts()}
    assert len(copy.shifts) == 3


def test_shifts_are_found_page_by_page(sunrota: SunrotaClient, plan_id: str) -> None:
    sunrota.publish(plan_id)
    assert len(list(sunrota.shifts())) == 3
    assert [shift.agent for shift in sunrota.shifts(site="Berlin")] == ["ann", "ann"]
    early = sunrota.shifts(agent="ann", window_until=FIRST + timedelta(hours=1))
    assert [shift.start for shift in early] == [FIRST]
    assert list(sunrota.shifts(window_from=FIRST + timedelta(days=9))) == []


def test_people_and_sites_are_found_page_by_page(
    sunrota: SunrotaClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LIST_PAGE", 1)
    add_team(store)
    assert [person.agent for person in sunrota.people()] == ["ann", "bea", "cem", "dil"]
    assert [person.agent for person in sunrota.people(site="Berlin", active=True)] == ["ann", "cem"]
    assert [site.site for site in sunrota.sites(workspace="team")] == ["Berlin", "Kathmandu", "Lord Howe"]


def test_time_off_wishes_and_balances(sunrota: SunrotaClient, store: Store, network: Unsteady) -> None:
    add_team(store)
    (balance,) = sunrota.set_leave_balances([LeaveBalanceRequest(agent="ann", year=2026, days=1)])
    assert (balance.planned, balance.left) == (1, 0)
    network.lost = {network.sent + 1}
    asked = TimeOffRequest(agent="ann", start="2026-04-01", end="2026-04-02")
    made = sunrota.add_time_off(asked, workspace="team")
    assert len(made.warnings) == 1
    since = made.starts_at - timedelta(hours=1)
    assert [one.id for one in sunrota.time_off(window_from=since, agent="ann")] == [made.id]
    assert [one.left for one in sunrota.leave_balances(year=2026)] == [-1]
    sunrota.delete_time_off(made.id)
    assert list(sunrota.time_off(window_from=since, agent="ann")) == []
    wish = sunrota.add_wish(WishRequest(agent="dil", weekdays=["sun"], wish="day_off"))
    assert list(sunrota.wishes(site="Kathmandu")) == [wish]
    sunrota.withdraw_wish(wish.id)
    assert list(sunrota.wishes()) == []


def test_what_was_lost_on_the_way_is_not_done_twice(
    sunrota: SunrotaClient, store: Store, network: Unsteady, workspace_id: str
) -> None:
    network.lost, network.busy = {1, 3}, {2}
    run = sunrota.ask_for_plan(workspace_id, seed=3)
    assert network.sent == 4
    assert [one.id for one in list_runs(store, limit=9)] == [run.id]
    assert sunrota.run(run.id).status == "queued"
    ask_to_stop(store, run.id)
    assert sunrota.wait_for_run(run.id).status == "stopped"


def test_refusals_are_told(sunrota: SunrotaClient, network: Unsteady) -> None:
    with pytest.raises(ServiceError, match="404 not_found: there is no plan none") as refused:
        sunrota.publish("none")
    assert (refused.value.status, refused.value.code) == (404, "not_found")
    network.lost = set(range(2, 99))
    with pytest.raises(httpx.ReadError):
        sunrota.run("none")
    assert network.sent == 5
