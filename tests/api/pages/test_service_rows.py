"""The table of expected service on a plan's page."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from api.pages.service_rows import service_columns, service_days, service_rows
from api.store.database import Store
from tests.api.pages.made import finished_plan, keep_plan

KEY = {"region": "eu", "language": "lv", "channel": "phone"}


def estimate(mean: float | None) -> dict[str, float | None]:
    around = None if mean is None else mean / 100
    return {
        "mean": mean,
        "low": None if mean is None else mean - (around or 0),
        "high": None if mean is None else mean + (around or 0),
    }


def service(*, wait: float | None = 12.0, measured: bool = False) -> dict[str, Any]:
    row = {
        **KEY,
        "target": 0.8,
        "contacts": 1234.4,
        "answered_in_time": 617.2,
        "service_level": estimate(None if wait is None else 0.5),
        "asa_seconds": estimate(wait),
        "abandonment": estimate(0.02),
        "occupancy": estimate(0.7),
        "first_contact_resolution": 0.95,
        "days": [
            {
                "date": "2026-03-28",
                "meets_target": {"mean": 0.5},
                "service_level": {"mean": 0.5, "p10": 0.25, "p90": 0.75},
            },
            {
                "date": "2026-03-29",
                "meets_target": {"mean": None},
                "service_level": {"mean": None, "p10": None, "p90": None},
            },
        ],
    }
    tickets = {
        **KEY,
        "csat": {"value": 4.25, "answers": 9},
        "nps": {"value": None, "answers": 0},
        "ces": {"value": 5.0, "answers": 3},
        "resolution_minutes": {"mean": 90.0, "median": 80.0, "known": 4},
    }
    total = {kind: {"service_level": {"mean": 0.5}} for kind in ("live", "deferred")}
    return {
        "simulated": {**total, "queues": [row]},
        "measured": {"queues": [tickets]} if measured else None,
    }


def test_a_row_is_in_words() -> None:
    report = {"service": service()}
    assert service_rows(report) == [
        [
            "eu/lv/phone",
            "1,234",
            "617",
            "50\N{NO-BREAK SPACE}%",
            "49.5\N{NO-BREAK SPACE}% – 50.5\N{NO-BREAK SPACE}%",
            "80\N{NO-BREAK SPACE}%",
            "0.5 of 2",
            "12 s",
            "2\N{NO-BREAK SPACE}%",
            "70\N{NO-BREAK SPACE}%",
            "95\N{NO-BREAK SPACE}%",
        ]
    ]
    assert len(service_columns(report)) == 11


def test_what_tickets_measured_stands_beside() -> None:
    report = {"service": service(measured=True)}
    assert service_rows(report)[0][11:] == ["4.25", "–", "5", "90 min"]
    assert service_columns(report)[11:] == ["CSAT", "NPS", "CES", "Time to solve"]


def test_each_day_tells_how_far_it_may_spread() -> None:
    dates, rows = service_days({"service": service()})
    assert dates == ["2026-03-28", "2026-03-29"]
    assert rows == [
        ["eu/lv/phone", "50\N{NO-BREAK SPACE}% (25\N{NO-BREAK SPACE}% – 75\N{NO-BREAK SPACE}%)", "–"]
    ]
    assert service_days({}) == ([], [])


def test_unknown_is_a_dash() -> None:
    row = service_rows({"service": service(wait=None)})[0]
    assert (row[3], row[4], row[7]) == ("–", "–", "–")


def test_the_page_shows_it(client: FlaskClient, shown_store: Store) -> None:
    html = client.get(f"/plans/{keep_plan(shown_store, finished_plan(service=service()))}").text
    assert "Expected service" in html
    assert "49.5\N{NO-BREAK SPACE}% – 50.5\N{NO-BREAK SPACE}%" in html
    assert "50\N{NO-BREAK SPACE}% (25\N{NO-BREAK SPACE}% – 75\N{NO-BREAK SPACE}%)" in html
    assert "Expected service" not in client.get(f"/plans/{keep_plan(shown_store)}").text
