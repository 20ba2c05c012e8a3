"""Publishing, taking back and comparing from a plan's page, without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace

from flask.testing import FlaskClient

from api.store.database import Store
from api.store.published import ShiftFilter, find_published
from tests.api.pages.made import FIRST, HOUR, finished_plan, keep_plan


def button(html: str, words: str) -> str:
    """Where the form with this button leads."""
    forms: list[tuple[str, str]] = re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', html, re.DOTALL
    )
    return next(action for action, body in forms if words in body)


def test_a_plan_is_published_and_taken_back(client: FlaskClient, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store)
    html = client.get(f"/plans/{plan_id}").text
    assert "Draft: not in effect" in html
    answer = client.post(button(html, "Publish this plan"))
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan_id}")
    html = client.get(f"/plans/{plan_id}").text
    assert "Published: in effect" in html
    assert "Published</td>" in client.get("/").text
    assert len(find_published(shown_store, ShiftFilter(), limit=9)) == 2
    again = client.post(f"/plans/{plan_id}/publish")
    assert again.status_code == 409
    assert "is in effect already" in again.text
    assert client.post(button(html, "Take the publication back")).status_code == 303
    assert find_published(shown_store, ShiftFilter(), limit=9) == []


def test_a_plan_that_breaks_rules_asks_for_a_reason(client: FlaskClient, shown_store: Store) -> None:
    plan_id = keep_plan(shown_store, replace(finished_plan(), summary={"violations": 3}))
    html = client.get(f"/plans/{plan_id}").text
    assert "breaks rules (3)" in html
    assert client.post(f"/plans/{plan_id}/publish", data={"reason": " "}).status_code == 409
    assert client.post(f"/plans/{plan_id}/publish", data={"reason": "<agreed>"}).status_code == 303
    assert "Reason: &lt;agreed&gt;" in client.get(f"/plans/{plan_id}").text


def test_a_plan_without_a_rota_cannot_be_published(client: FlaskClient, shown_store: Store) -> None:
    html = client.get(f"/plans/{keep_plan(shown_store, finished_plan(solved=False))}").text
    assert "Publish this plan" not in html


def test_two_plans_are_compared(client: FlaskClient, shown_store: Store) -> None:
    before = keep_plan(shown_store)
    plan = finished_plan()
    moved = {**plan.shifts[0], "start": FIRST + HOUR / 2}
    after = keep_plan(shown_store, replace(plan, shifts=[moved]))
    assert f'<option value="{before}">' in client.get(f"/plans/{after}").text
    html = client.get(f"/plans/{after}/difference?before={before}").text
    assert "0 shifts added, 1 changed, 1 cancelled, 0 the same." in html
    # Riga's clocks go forward in the night: four hours of work from 00:00 end at 05:00.
    assert "riga, 00:00–05:00" in html
    assert "riga, 00:30–05:00" in html
    assert "bo &lt;b&gt;" in html
    assert client.get(f"/plans/{after}/difference").status_code == 409
    assert client.get(f"/plans/{after}/difference?before=none").status_code == 404
