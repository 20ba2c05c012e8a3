"""What tickets measure."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting.queues import QueueKey
from scheduler.tickets import measured_repeat_rates, ticket_measures

MAIL, CHAT = QueueKey("eu", "lv", "email"), QueueKey("eu", "lv", "chat")
AT = pd.Timestamp("2026-03-29T00:30:00Z")


def tickets(*rows: dict[str, object]) -> pd.DataFrame:
    blank = dict.fromkeys(("first_response_seconds", "reopened", "csat", "nps", "ces"), float("nan"))
    made = [{**MAIL._asdict(), "created_at": AT, "resolved_at": pd.NaT, **blank, **row} for row in rows]
    frame = pd.DataFrame(made)
    frame["resolved_at"] = pd.to_datetime(frame["resolved_at"], utc=True)
    return frame


def test_marks_and_times_are_means_of_what_is_known() -> None:
    hours = [pd.Timedelta(hours=count) for count in (1, 2, 6)]
    found = ticket_measures(
        tickets(
            {
                "csat": 5.0,
                "nps": 9.0,
                "ces": 7.0,
                "resolved_at": AT + hours[0],
                "first_response_seconds": 60.0,
            },
            {"csat": 2.0, "nps": 6.0, "resolved_at": AT + hours[1], "first_response_seconds": 180.0},
            {"nps": 7.0, "resolved_at": AT + hours[2], **CHAT._asdict()},
            {"nps": 10.0},
        )
    )
    assert found["tickets"] == 4
    assert found["csat"] == {"value": 3.5, "answers": 2}
    # Two promoters, one detractor, one neither.
    assert found["nps"] == {"value": 25.0, "answers": 4}
    assert found["ces"] == {"value": 7.0, "answers": 1}
    assert found["first_response_minutes"] == {"mean": 2.0, "median": 2.0, "known": 2}
    assert found["resolution_minutes"] == {"mean": 180.0, "median": 120.0, "known": 3}
    assert [row["channel"] for row in found["queues"]] == ["chat", "email"]
    assert found["queues"][0]["resolution_minutes"]["mean"] == 360.0


def test_what_nobody_recorded_is_unknown() -> None:
    found = ticket_measures(tickets({}))
    assert (found["csat"], found["reopened"]) == ({"value": None, "answers": 0}, None)
    assert found["resolution_minutes"] == {"mean": None, "median": None, "known": 0}
    assert measured_repeat_rates(tickets({})) == {}


def test_repeat_rate_is_the_share_reopened() -> None:
    rows: list[dict[str, object]] = [{"reopened": float(number < 2)} for number in range(8)]
    assert measured_repeat_rates(tickets(*rows))[MAIL] == 0.25


def test_repeat_rate_of_counts_is_that_of_a_geometric_series() -> None:
    # p = 1/2: half come back not at all, a quarter once, an eighth twice …: one time on average.
    counts = [0, 0, 0, 0, 1, 1, 2, 4]
    rows: list[dict[str, object]] = [{"reopened": float(count)} for count in counts]
    assert measured_repeat_rates(tickets(*rows))[MAIL] == pytest.approx(0.5)


def test_contacts_that_always_come_back_still_end() -> None:
    assert measured_repeat_rates(tickets({"reopened": 1.0}))[MAIL] < 1
