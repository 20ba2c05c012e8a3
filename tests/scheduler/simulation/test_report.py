"""The report's part on service."""

from __future__ import annotations

import json

import pytest

from scheduler.simulation.report import service_report
from scheduler.simulation.simulate import simulate
from tests.scheduler.simulation.centres import Line, Person, centre

SHIFT = Person((1.0, 1.0, 0.0), present=((8.0, 12.0), (13.0, 17.0)), goes_on=(True, False))
CENTRE = centre(
    [
        Line([0.0] * 8 + [20.0] * 8 + [0.0] * 8, aht=120.0, patience=120.0),
        Line(5.0, aht=60.0, deferred=True, limit=3600.0),
        Line(0.0),
    ],
    [SHIFT] * 2,
    interval_minutes=60,
)
RESULT = simulate(CENTRE, replications=30)
REPORT = service_report(RESULT)


def test_it_is_json_and_has_every_queue_and_date() -> None:
    assert json.loads(json.dumps(REPORT, allow_nan=False)) == REPORT
    assert [queue["channel"] for queue in REPORT["queues"]] == ["q0", "q1", "q2"]
    assert [day["date"] for day in REPORT["queues"][0]["days"]] == ["2026-01-05"]
    assert (REPORT["replications"], REPORT["seed"]) == (30, 1)


def test_counts_add_up() -> None:
    assert REPORT["live"]["contacts"] == pytest.approx(160, rel=0.05)
    assert REPORT["deferred"]["contacts"] == pytest.approx(120, rel=0.05)
    phone, mail, _ = REPORT["queues"]
    assert (phone["kind"], mail["kind"]) == ("live", "deferred")
    for name in ("contacts", "answered_in_time", "service_level", "asa_seconds", "abandonment"):
        assert REPORT["live"][name] == phone[name]
        assert REPORT["deferred"][name] == mail[name]
    assert phone["answered_in_time"] / phone["contacts"] == pytest.approx(
        phone["service_level"]["mean"], abs=1e-3
    )
    assert phone["days"][0]["answered_in_time"] == phone["answered_in_time"]


def test_spread_is_told() -> None:
    day = REPORT["queues"][0]["days"][0]
    level = day["service_level"]
    assert level["p10"] < level["low"] < level["mean"] < level["high"] < level["p90"]
    chance = day["meets_target"]
    assert 0 <= chance["low"] <= chance["mean"] <= chance["high"] <= 1
    assert day["abandonment"]["mean"] > 0
    assert 0 < day["occupancy"]["mean"] < 1


def test_deferred_work_that_is_left_is_a_backlog() -> None:
    # From 17:00 to midnight five an hour come and nobody works.
    day = REPORT["queues"][1]["days"][0]
    assert day["backlog"]["mean"] == pytest.approx(35, rel=0.1)


def test_what_is_unknown_is_null() -> None:
    empty = REPORT["queues"][2]
    assert empty["contacts"] == 0
    assert empty["service_level"] == {"mean": None, "low": None, "high": None}
    assert empty["occupancy"]["mean"] is None
    assert empty["days"][0]["meets_target"]["mean"] == 1


def test_overrun_is_told_by_what_it_cuts_into() -> None:
    over = REPORT["overrun_minutes"]
    assert 0 < over["after_shifts"] < 20
    assert 0 < over["into_breaks"] < 20


def test_tables_say_the_same() -> None:
    table = RESULT.day_table().iloc[0]
    day = REPORT["queues"][0]["days"][0]
    assert table["service_level_p10"] == pytest.approx(day["service_level"]["p10"], abs=1e-4)
    assert table["meets_target"] == pytest.approx(day["meets_target"]["mean"], abs=1e-4)
    assert table["left_waiting"] == 0
    intervals = RESULT.interval_table()
    contacts = REPORT["live"]["contacts"] + REPORT["deferred"]["contacts"]
    assert intervals["contacts"].sum() == pytest.approx(contacts, abs=1e-3)
    assert intervals["interval_start"].iloc[0] == CENTRE.start


def test_stopped_before_the_first_replication_nothing_is_known() -> None:
    report = service_report(simulate(CENTRE, replications=3, should_stop=lambda: True))
    assert report["replications"] == 0
    assert report["live"]["service_level"]["mean"] is None
    assert json.dumps(report, allow_nan=False)
