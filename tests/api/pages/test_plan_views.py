"""The page of a plan and the figures behind its charts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.store.database import Store
from api.store.erasing import erase_person
from api.store.plan_deletion import delete_plan
from api.store.plans import PlanShifts, find_shifts
from tests.api.pages.made import FIRST, finished_plan, keep_plan

FIRST_MINUTE = int(FIRST.timestamp()) // 60


def figures(client: FlaskClient, plan_id: str, view: str) -> Any:
    answer = client.get(f"/plans/{plan_id}/data/{view}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def page_data(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="plan-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_says_what_was_reached(client: FlaskClient, shown_store: Store) -> None:
    answer = client.get(f"/plans/{keep_plan(shown_store)}")
    assert answer.status_code == 200
    for words in (
        "83.3\N{NO-BREAK SPACE}%",
        "of 24 agent-hours required",
        "4 h",
        "within 0.8\N{NO-BREAK SPACE}%",
        "0 ✓",
        "70\N{NO-BREAK SPACE}EUR",
    ):
        assert words in answer.text, words


def test_text_from_outside_is_never_markup(client: FlaskClient, shown_store: Store) -> None:
    answer = client.get(f"/plans/{keep_plan(shown_store)}")
    assert "nobody &lt;else&gt; has the skill" in answer.text
    assert "<else>" not in answer.text


def test_the_page_has_no_inline_script(client: FlaskClient, shown_store: Store) -> None:
    html = client.get(f"/plans/{keep_plan(shown_store)}").text
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert scripts
    assert all("src=" in attributes or "application/json" in attributes for attributes in scripts)
    assert not re.search(r"\son[a-z]+=", html)


def test_the_page_offers_every_zone_once(client: FlaskClient, shown_store: Store) -> None:
    html = client.get(f"/plans/{keep_plan(shown_store)}").text
    zones = re.findall(r'<option value="([^"]*/[^"]*)" data-name', html)
    assert zones == ["Asia/Kathmandu", "Europe/Riga", "Pacific/Apia"]


def test_live_and_deferred_queues_are_never_added_up(client: FlaskClient, shown_store: Store) -> None:
    data = page_data(client.get(f"/plans/{keep_plan(shown_store)}").text)
    assert [(queue["key"], queue["kind"]) for queue in data["queues"]] == [
        ("live", "live"),
        ("eu/en/chat", "live"),
        ("eu/lv/phone", "live"),
        ("eu/en/email", "deferred"),
    ]


def test_the_span_holds_every_shift_and_interval(client: FlaskClient, shown_store: Store) -> None:
    data = page_data(client.get(f"/plans/{keep_plan(shown_store)}").text)
    assert (data["first_minute"], data["last_minute"]) == (FIRST_MINUTE, FIRST_MINUTE + 240)
    assert data["start"] == "2026-03-29"


def test_a_plan_without_a_rota_says_why(client: FlaskClient, shown_store: Store) -> None:
    plan = finished_plan(solved=False, status="infeasible", explanations=["ann cannot rest 11 h"])
    html = client.get(f"/plans/{keep_plan(shown_store, plan)}").text
    assert "No rota can keep all the rules" in html
    assert "ann cannot rest 11 h" in html
    assert "rota.csv" not in html
    assert 'data-panel="rota"' not in html
    assert 'data-panel="forecast"' in html


def test_coverage_of_one_queue(client: FlaskClient, shown_store: Store) -> None:
    series = figures(client, keep_plan(shown_store), "coverage?queue=eu/lv/phone")
    assert series["minute"] == [FIRST_MINUTE + 30 * step for step in range(8)]
    assert series["required"] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert series["short"] == [1, 1, 1, 1, 0, 0, 0, 0]
    assert series["over"] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert series["interval_minutes"] == 30


def test_a_surplus_does_not_hide_a_shortage_elsewhere(client: FlaskClient, shown_store: Store) -> None:
    series = figures(client, keep_plan(shown_store), "coverage?queue=live")
    assert series["short"] == [2, 2, 2, 2, 0, 0, 0, 0]
    assert series["over"] == [0, 0, 0, 0, 2, 2, 2, 2]


def test_deferred_work_is_never_over(client: FlaskClient, shown_store: Store) -> None:
    series = figures(client, keep_plan(shown_store), "coverage?queue=eu/en/email")
    assert series["kind"] == "deferred"
    assert series["over"] == [0] * 8
    assert series["backlog"] == [1] * 8


def test_a_sum_of_queues_has_no_band(client: FlaskClient, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store)
    one = figures(client, plan_id, "forecast?queue=eu/lv/phone")
    assert (one["contacts"][0], one["p10"][0], one["p90"][0]) == (4, 2, 7)
    both = figures(client, plan_id, "forecast?queue=live")
    assert (both["contacts"][0], both["p10"], both["p90"]) == (8, None, None)


def test_presence_leaves_breaks_out(client: FlaskClient, shown_store: Store) -> None:
    series = figures(client, keep_plan(shown_store), "sites")
    assert series["sites"] == {"kathmandu": [1] * 8, "riga": [1, 1, 1, 1, 0, 1, 1, 1]}
    assert series["minute"][0] == FIRST_MINUTE


def test_a_shift_carries_its_stretches(client: FlaskClient, shown_store: Store) -> None:
    board = figures(client, keep_plan(shown_store), "rota")
    assert [agent["agent"] for agent in board["agents"]] == ["bo <b>", "ann", "cy"]
    assert board["agents"][2] == {"agent": "cy", "site": "", "shifts": []}
    (ann,) = board["agents"][1]["shifts"]
    assert (ann["start"], ann["end"]) == (FIRST_MINUTE, FIRST_MINUTE + 240)
    parts = [(start, end, board["activities"][what]) for start, end, what in ann["parts"]]
    assert parts == [(0, 120, "eu/lv/phone"), (120, 150, "break"), (150, 240, "eu/en/email")]


@pytest.mark.parametrize(
    ("query", "agents", "shifts"),
    [
        ("site=riga", ["ann"], 1),
        ("find=AN", ["ann"], 1),
        ("find=nobody", [], 0),
        (f"site=riga&from={FIRST_MINUTE + 240}", ["ann"], 0),
        (f"site=riga&from={FIRST_MINUTE + 239}", ["ann"], 1),
        (f"site=riga&to={FIRST_MINUTE}", ["ann"], 0),
        ("page=99", ["bo <b>", "ann", "cy"], 2),
    ],
)
def test_the_board_shows_what_was_asked_for(
    client: FlaskClient, shown_store: Store, query: str, agents: list[str], shifts: int
) -> None:
    board = figures(client, keep_plan(shown_store), f"rota?{query}")
    assert [agent["agent"] for agent in board["agents"]] == agents
    assert sum(len(agent["shifts"]) for agent in board["agents"]) == shifts


def test_fairness_has_everyone(client: FlaskClient, shown_store: Store) -> None:
    rows = {row["agent"]: row for row in figures(client, keep_plan(shown_store), "fairness")}
    assert rows["ann"] == {
        "agent": "ann",
        "site": "riga",
        "shifts": 1,
        "paid_hours": 3.5,
        "nights": 1,
        "weekends": 1,
        "holiday_hours": 0,
        "refused_wishes": 2,
        "cost": 70,
        "currency": "EUR",
    }
    assert (rows["bo <b>"]["cost"], rows["bo <b>"]["currency"]) == (0, "")
    assert (rows["cy"]["shifts"], rows["cy"]["site"]) == (0, "")


def test_a_plan_that_is_not_there(client: FlaskClient) -> None:
    answer = client.get("/plans/0000")
    assert answer.status_code == 404
    assert "There is no plan 0000." in answer.text
    assert answer.mimetype == "text/html"


def test_figures_of_a_deleted_or_erased_plan_are_not_kept(client: FlaskClient, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store, finished_plan())
    first = json.dumps(figures(client, plan_id, "rota"))
    agent = next(row.agent for row in find_shifts(shown_store, PlanShifts(plan_id), limit=1))
    assert agent in first
    other = erase_person(shown_store, agent)
    again = json.dumps(figures(client, plan_id, "rota"))
    assert other in again
    assert agent not in again
    delete_plan(shown_store, plan_id)
    assert client.get(f"/plans/{plan_id}/data/rota").status_code == 404
